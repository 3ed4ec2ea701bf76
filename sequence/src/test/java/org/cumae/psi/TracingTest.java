package org.cumae.psi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.noise.Noise;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// KL-tracing where every law is exact: test 6 of the method's card.
class TracingTest {
    private static final int DRAWS = 60;
    private static final int FEW = 24; // where only much or little is asked
    private static final OracleWorlds.Oracle ORACLE = OracleWorlds.movingObject(2);

    @AfterAll
    static void close() {
        ORACLE.close();
    }

    /// Shares of points that were found, and how well the evidence tells visible from covered.
    private record Score(double object, double background, double occlusion, double rows) {}

    private static Score score(Tracing tracing) {
        return score(tracing, DRAWS);
    }

    private static Score score(Tracing tracing, int scenes) {
        int draws = 0;
        int object = 0;
        int background = 0;
        double rows = 0;
        List<Double> visible = new ArrayList<>();
        List<Double> covered = new ArrayList<>();
        for (int seed = 0; seed < scenes; seed++) {
            Scenes scene = Scenes.of(ORACLE, seed);
            if (scene.object().count() == 0) {
                continue; // it stands still
            }
            Noise noise = Noise.of(seed, 7);
            List<Cell> points = new ArrayList<>();
            points.add(Scenes.any(scene.object(), noise.at(0)));
            points.add(Scenes.any(scene.visible(), noise.at(1)));
            if (scene.covered().count() > 0) {
                points.add(Scenes.any(scene.covered(), noise.at(2)));
            }
            Tracing.Traces traces =
                    tracing.withSeed(seed)
                            .trace(
                                    ORACLE.world(),
                                    scene.frames(2),
                                    points.stream().map(Scenes::patch).toList());
            draws++;
            object += found(scene, points, traces, 0);
            background += found(scene, points, traces, 1);
            for (int i = 0; i < points.size(); i++) {
                (i < 2 ? visible : covered).add(traces.traces().get(i).evidence());
            }
            rows += (double) traces.cost().rows() / (points.size() * tracing.masks());
        }
        return new Score(
                (double) object / draws,
                (double) background / draws,
                areaUnderCurve(visible, covered),
                rows / draws);
    }

    private static int found(Scenes scene, List<Cell> points, Tracing.Traces traces, int point) {
        Cell wanted = scene.target(points.get(point));
        return Cell.of(traces.traces().get(point).to()).equals(wanted) ? 1 : 0;
    }

    private static double areaUnderCurve(List<Double> high, List<Double> low) {
        double wins = 0;
        for (double one : high) {
            for (double other : low) {
                wins += one > other ? 1 : one == other ? 0.5 : 0;
            }
        }
        return wins / (high.size() * low.size());
    }

    @Test
    void withoutAnythingRevealedNobodyCanKnowWhereThingsWent() {
        Score score = score(Tracing.DEFAULT.revealing(1, 0));
        assertThat(score.object()).isLessThan(0.17);
        assertThat(score.background()).isGreaterThan(0.9);
    }

    @Test
    void aTenthRevealedIsEnoughAndSeveralMasksAreBetterThanOne() {
        Score one = score(Tracing.DEFAULT.revealing(1, 0.1));
        Score five = score(Tracing.DEFAULT);
        assertThat(one.object()).isBetween(0.5, 0.85); // the card has .63 of 60 other draws
        assertThat(five.object()).isGreaterThan(0.9);
        assertThat(five.background()).isGreaterThan(0.95);
        assertThat(five.occlusion()).isCloseTo(0.984, within(0.03));
        // beside a full pass: both frames, and a question for each patch that is not revealed
        int pass = 2 * 100 + 2 * 10 + 90;
        assertThat(five.rows()).isLessThan(pass);
    }

    @Test
    void moreRevealedAndMoreMasksFindEveryPoint() {
        Score score = score(Tracing.DEFAULT.revealing(5, 0.3));
        assertThat(score.object()).isGreaterThan(0.98);
        assertThat(score.background()).isGreaterThan(0.98);
        assertThat(score.occlusion()).isGreaterThan(0.97);
    }

    @Test
    void allDistancesOfLawsDoAndSampledPicturesDoNot() {
        for (Response response :
                List.of(Response.REVERSE_KL, Response.SYMMETRIC, Response.TOTAL_VARIATION)) {
            assertThat(score(Tracing.DEFAULT.by(response), FEW).object())
                    .as(response.name())
                    .isGreaterThan(0.9);
        }
        assertThat(score(Tracing.DEFAULT.by(Response.SAMPLES), FEW).object()).isLessThan(0.65);
    }

    @Test
    void whoSaysHowFarAPointMayGoPaysForNoMore() {
        Scenes scene = Scenes.of(ORACLE, 3);
        List<Address> points = scene.object().cells().stream().map(Scenes::patch).toList();
        Tracing.Traces whole = Tracing.DEFAULT.trace(ORACLE.world(), scene.frames(2), points);
        Tracing.Traces near =
                Tracing.DEFAULT.reaching(2).trace(ORACLE.world(), scene.frames(2), points);
        for (int i = 0; i < points.size(); i++) {
            Address from = points.get(i);
            Raster all = whole.traces().get(i).map();
            Raster map = near.traces().get(i).map();
            for (Cell cell : Mask.of(map.rows(), map.columns(), (_, _) -> true).cells()) {
                boolean isNear =
                        Math.abs(cell.y() - from.y()) <= 2 && Math.abs(cell.x() - from.x()) <= 2;
                assertThat(map.at(cell.y(), cell.x()))
                        .isEqualTo(isNear ? all.at(cell.y(), cell.x()) : 0);
            }
        }
        assertThat(near.cost().rows()).isLessThan(whole.cost().rows() / 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tracing.DEFAULT.reaching(-1))
                .withMessageContaining("-1 patches");
    }

    @Test
    void manyPointsCostLessThanOneByOneAndGiveTheSame() {
        Scenes scene = Scenes.of(ORACLE, 3);
        List<Address> points = scene.object().cells().stream().map(Scenes::patch).toList();
        Tracing.Traces together = Tracing.DEFAULT.trace(ORACLE.world(), scene.frames(2), points);
        long apart = 0;
        for (int i = 0; i < points.size(); i++) {
            Tracing.Traces alone =
                    Tracing.DEFAULT.trace(ORACLE.world(), scene.frames(2), List.of(points.get(i)));
            Tracing.Trace trace = alone.traces().getFirst();
            assertThat(together.traces().get(i).to()).isEqualTo(trace.to());
            assertThat(together.traces().get(i).evidence())
                    .isCloseTo(trace.evidence(), within(1e-4));
            apart += alone.cost().rows();
        }
        assertThat(together.cost().rows()).isLessThan(apart * 9 / 10);
    }

    @Test
    void aBumpOfLightIsReadAsAnotherColourAndTracedAsWell() {
        Tracing lit =
                new Tracing(
                        5,
                        0.3,
                        Response.KL,
                        Perturbation.bump(1, 2),
                        Tracing.Reduction.MEDIAN,
                        0.2,
                        OptionalInt.empty(),
                        0);
        assertThat(score(lit).object()).isGreaterThan(0.8);
    }

    @Test
    void aPictureIsTracedByItsPixels() {
        Scenes scene = Scenes.of(ORACLE, 3);
        Canvas seen = scene.frames(2);
        Raster first = large(scene.world().raster(seen, World.RGB, Scenes.FIRST));
        Raster second = large(scene.world().raster(seen, World.RGB, Scenes.SECOND));
        Cell from = scene.object().cells().get(5);
        Cell to = scene.target(from);
        Tracing tracing = Tracing.DEFAULT.revealing(5, 0.3);
        Zoom.Found found =
                new Zoom(1, 0.75)
                        .trace(
                                ORACLE.world(),
                                tracing,
                                first,
                                second,
                                4 * from.y() + 1,
                                4 * from.x() + 2);
        assertThat(found.visible()).isTrue();
        assertThat(found.y()).isCloseTo(4 * to.y() + 1, within(0.6));
        assertThat(found.x()).isCloseTo(4 * to.x() + 2, within(0.6));
        Zoom.Found closer =
                new Zoom(3, 0.75)
                        .trace(
                                ORACLE.world(),
                                tracing,
                                first,
                                second,
                                4 * from.y() + 1,
                                4 * from.x() + 2);
        assertThat(closer.boxes()).hasSize(3);
        for (Box box : closer.boxes()) {
            assertThat(box.top()).isBetween(0.0, 40 - box.height());
            assertThat(box.left()).isBetween(0.0, 40 - box.width());
        }
        assertThat(closer.y()).isBetween(0.0, 40.0);
    }

    private static Raster large(Raster small) {
        return small.resampled(Box.all(small), 4 * small.rows(), 4 * small.columns());
    }

    @Test
    void whatCannotBeTracedIsTold() {
        Scenes scene = Scenes.of(ORACLE, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tracing.DEFAULT.revealing(0, 0.1))
                .withMessageContaining("0 masks");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tracing.DEFAULT.revealing(1, 1))
                .withMessageContaining("[0, 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tracing.DEFAULT.trace(ORACLE.world(), scene.frames(2), List.of()))
                .withMessageContaining("no point");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                Tracing.DEFAULT.trace(
                                        ORACLE.world(),
                                        scene.frames(1),
                                        List.of(Scenes.patch(new Cell(0, 0)))))
                .withMessageContaining("0 are known");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                Tracing.DEFAULT.trace(
                                        ORACLE.world(),
                                        scene.frames(2),
                                        List.of(Scenes.patch(new Cell(10, 0)))))
                .withMessageContaining("outside");
    }
}
