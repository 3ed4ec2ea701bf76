package org.cumae.psi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Moment;
import org.cumae.decode.Filled;
import org.cumae.distribution.Sampling;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/// What the programs read off worlds whose laws are exact.
class ProgramsTest {
    private static final OracleWorlds.Oracle MOVING = OracleWorlds.movingObject(2);
    private static final OracleWorlds.Oracle PLANES = OracleWorlds.twoPlanes();

    @AfterAll
    static void close() {
        MOVING.close();
        PLANES.close();
    }

    @Test
    void aPokeTellsTheObjectFromTheRest() {
        double one = meanOverlap(1, 0);
        double eight = meanOverlap(8, 0);
        assertThat(one).isGreaterThan(0.97);
        assertThat(eight).isGreaterThanOrEqualTo(one - 0.005);
    }

    @Test
    void drawnMotionTellsItAsWellAsExpectedMotion() {
        assertThat(meanOverlap(2, 4)).isGreaterThan(0.93);
    }

    private static double meanOverlap(int pokes, int steps) {
        double sum = 0;
        int scenes = 0;
        for (int seed = 0; seed < 30; seed++) {
            Scenes scene = Scenes.of(MOVING, seed);
            if (scene.object().count() > 0) {
                Segments plain = Segments.of(MOVING.world(), pokes);
                Segments how = new Segments(pokes, plain.least(), plain.most(), steps, 2, seed);
                Cell point = Scenes.any(scene.object(), Noise.of(seed, 9));
                sum +=
                        how.segment(MOVING.world(), scene.frames(1), point)
                                .mask()
                                .iou(scene.object());
                scenes++;
            }
        }
        return sum / scenes;
    }

    @Test
    void theOneObjectIsFoundWithoutAHint() {
        int found = 0;
        int scenes = 0;
        for (int seed = 0; seed < 12; seed++) {
            Scenes scene = Scenes.of(MOVING, seed);
            if (scene.object().count() == 0) {
                continue;
            }
            scenes++;
            List<Segments.Segment> objects =
                    Segments.of(MOVING.world(), 2).objects(MOVING.world(), scene.frames(1), 1, 0.5);
            found += objects.getFirst().mask().iou(scene.object()) > 0.7 ? 1 : 0;
        }
        assertThat((double) found / scenes).isGreaterThan(0.8);
    }

    @Test
    void whatIsPokedMovesAndTheRestDoesNot() {
        Scenes scene = Scenes.of(MOVING, 3);
        Cell point = scene.object().cells().get(5);
        List<Element> given = scene.world().elements(scene.frames(1), World.RGB, Scenes.FIRST);
        Raster before = Motion.of(MOVING.world(), given).probability();
        assertThat(before.at(point.y(), point.x())).isCloseTo(24 / 25f, within(0.01f));
        Motion after = new Poke(point, -2, 1).motion(MOVING.world(), scene.frames(1));
        for (Cell cell : scene.object().cells()) {
            assertThat(after.expected().at(cell.y(), cell.x(), 0)).isCloseTo(-2, within(0.1f));
            assertThat(after.expected().at(cell.y(), cell.x(), 1)).isCloseTo(1, within(0.1f));
        }
        assertThat(after.probability().at(0, 0)).isLessThan(0.01f);
    }

    @Test
    void twoPlanesAreTwiceAsFarAndTheCamerasMoveDoesNotMatter() {
        Scenes scene = Scenes.of(PLANES, 1);
        Raster disparity = scene.world().raster(scene.truth(), World.DEPTH, Scenes.FIRST);
        List<Tokens> moves = Depth.moves(PLANES.world());
        assertThat(moves).hasSize(8);
        for (List<Tokens> some : List.of(moves, moves.subList(0, 1), moves.subList(4, 5))) {
            Raster depth = Depth.of(PLANES.world(), scene.frames(1), some);
            for (int i = 0; i < 100; i++) {
                double wanted = 1 / disparity.at(i / 10, i % 10);
                assertThat(depth.at(i / 10, i % 10)).isCloseTo((float) wanted, within(0.02f));
            }
        }
    }

    @Test
    void whereNothingMovesThereIsNoDepth() {
        Tokens still = PLANES.world().book(World.CAMERA).codes(new float[2]);
        Raster depth = Depth.of(PLANES.world(), Scenes.of(PLANES, 1).frames(1), List.of(still));
        assertThat(depth.min()).isEqualTo(Float.POSITIVE_INFINITY);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                Depth.of(
                                        MOVING.world(),
                                        Scenes.of(MOVING, 0).frames(1),
                                        List.of(still)))
                .withMessageContaining("knows nothing of type 'c'");
    }

    @Test
    void whatCarriesMovesWhatItCarriesAndNotTheOtherWayRound() {
        try (OracleWorlds.Oracle stack = OracleWorlds.stack()) {
            int seed = 0; // of a scene in which both blocks move
            Scenes scene = Scenes.of(stack, seed);
            while (scene.object().count() != 24) {
                scene = Scenes.of(stack, ++seed);
            }
            int top = scene.object().cells().getFirst().y();
            Mask object = scene.object();
            Mask upper = Mask.of(10, 10, (y, x) -> object.has(y, x) && y < top + 3);
            Mask lower = Mask.of(10, 10, (y, x) -> object.has(y, x) && y >= top + 3);
            Influence influence =
                    Influence.among(stack.world(), scene.frames(1), List.of(lower, upper), 1, 0);
            assertThat(influence.of(0)).isGreaterThan(0.95);
            assertThat(influence.of(1)).isCloseTo(0.5, within(0.05));
            assertThat(influence.removal()).containsExactly(1, 0);
        }
    }

    @Test
    void anObjectIsMovedAndTheWorldFillsInWhatWasBehind() {
        int seed = 0;
        Scenes scene = Scenes.of(MOVING, seed);
        while (scene.object().count() == 0) {
            scene = Scenes.of(MOVING, ++seed);
        }
        Raster flat = Raster.of(10, 10, 1, (_, _, _) -> 1);
        double focal = 10;
        Raster motion =
                Edit.motion(scene.object(), flat, Pose.move(2 / focal, -1 / focal, 0), focal, 1);
        Edit edit = new Edit(140, 60, Sampling.PLAIN.withTemperature(0), 0);
        Filled filled = edit.paint(MOVING.world(), scene.frames(1), motion);
        assertThat(filled.written()).hasSize(100);
        for (Cell cell : scene.object().cells()) {
            Tokens before = scene.truth().codes(Scenes.patch(cell)).orElseThrow();
            Address moved = new Address(World.RGB, Scenes.SECOND, cell.y() - 1, cell.x() + 2);
            assertThat(filled.canvas().codes(moved)).contains(before);
        }
        Cell first = Cell.of(filled.written().getFirst().element().address());
        assertThat(scene.object().has(first.y() + 1, first.x() - 2)).isTrue();
        Raster far = Edit.motion(scene.object(), flat, Pose.move(1, 0, 0), focal, 1);
        Scenes same = scene;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> edit.paint(MOVING.world(), same.frames(1), far))
                .withMessageContaining("knows motion up to 2.00");
    }

    @Test
    void aSceneIsSeenFromElsewhere() {
        Scenes scene = Scenes.of(PLANES, 2);
        Raster disparity = scene.world().raster(scene.truth(), World.DEPTH, Scenes.FIRST);
        Raster depth = Raster.of(10, 10, 1, (y, x, _) -> 1 / disparity.at(y, x));
        Raster motion = Edit.motion(depth, Pose.move(0.2, 0, 0), 10, 1);
        assertThat(motion.max()).isEqualTo(4, within(1e-5f));
        Filled filled =
                new Edit(200, 0, Sampling.GREEDY, 0).paint(PLANES.world(), scene.frames(1), motion);
        int copied = 0;
        for (int y = 0; y < 10; y++) {
            for (int x = 0; x < 6; x++) {
                Tokens before = scene.truth().codes(Scenes.patch(new Cell(y, x))).orElseThrow();
                int by = Math.round(motion.at(y, x, 0));
                Address after = new Address(World.RGB, Scenes.SECOND, y, x + by);
                boolean hidden = // behind the nearer plane
                        by == 2 && x + by - 4 >= 0 && disparity.at(y, x + by - 4) == 2;
                copied +=
                        !hidden && filled.canvas().codes(after).equals(Optional.of(before)) ? 1 : 0;
                copied += hidden ? 1 : 0;
            }
        }
        assertThat(copied).isEqualTo(60);
    }

    @Test
    void uncertaintyIsWhereTheLawIsWide() {
        Scenes scene = Scenes.of(MOVING, 5);
        List<Element> first = scene.world().elements(scene.truth(), World.RGB, Scenes.FIRST);
        List<Element> flow = scene.world().elements(scene.truth(), World.FLOW, Scenes.NEXT);
        Canvas all = new Canvas(MOVING.world().layout());
        first.forEach(all::observe);
        flow.forEach(all::observe);
        Uncertainty known =
                Uncertainty.of(MOVING.world(), all.elements(), World.RGB, new Moment.Frame(1));
        Uncertainty guessed = Uncertainty.of(MOVING.world(), first, World.RGB, Scenes.SECOND);
        assertThat(known.entropy().mean()).isLessThan(0.7 * guessed.entropy().mean());
        // a copied cell is one colour with .975, and each of five others with .005
        double copied = -0.975 * Math.log(0.975) - 0.025 * Math.log(0.005);
        assertThat(known.entropy().min()).isCloseTo((float) copied, within(1e-4f));
        double square = 0.975 * Math.pow(Math.log(0.975), 2) + 0.025 * Math.pow(Math.log(0.005), 2);
        assertThat(known.varentropy().at(0, 0))
                .isCloseTo((float) (square - copied * copied), within(1e-3f));
        Uncertainty none = Uncertainty.of(MOVING.world(), first, World.RGB, Scenes.FIRST);
        assertThat(none.entropy().max()).isZero();
    }
}
