package org.cumae.psi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.distribution.Categorical;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.util.List;

class ExpectedTest {
    private static final OracleWorlds.Oracle ORACLE = OracleWorlds.named("moving-object");

    /// Pixels of a frame that differ a little from what their codes stand for.
    private static Raster nearly(Raster frame, Noise noise) {
        return Raster.of(
                frame.rows(),
                frame.columns(),
                frame.channels(),
                (y, x, c) ->
                        frame.at(y, x, c)
                                + (float) (0.01 * noise.uniform(1000L * y + 10L * x + c) - 0.005));
    }

    @Test
    void whatIsShownStaysAndTheRestIsTheMeanOfWhatItMayBe() {
        World world = ORACLE.world();
        Scenes scene = Scenes.of(ORACLE, 5);
        Raster first = nearly(world.raster(scene.truth(), World.RGB, Scenes.FIRST), Noise.of(1, 1));
        Raster next = nearly(world.raster(scene.truth(), World.RGB, Scenes.SECOND), Noise.of(1, 2));
        Mask shown = Mask.of(10, 10, (y, x) -> (3 * y + x) % 4 == 0);
        Expected.Look look = new Expected(first, next, shown).look(world, List.of());
        Book book = world.book(World.RGB);
        Canvas known = new Canvas(world.layout());
        List<Element> before = book.read(first, Scenes.FIRST);
        before.forEach(known::observe);
        book.read(next, Scenes.SECOND).stream()
                .filter(each -> shown.has(each.address().y(), each.address().x()))
                .forEach(known::observe);
        for (Cell cell : Mask.of(10, 10, (_, _) -> true).cells()) {
            Address at = new Address(World.RGB, Scenes.SECOND, cell.y(), cell.x());
            if (shown.has(cell.y(), cell.x())) {
                assertThat(look.frame().cell(cell.y(), cell.x()))
                        .isEqualTo(next.cell(cell.y(), cell.x()));
                continue;
            }
            Categorical law =
                    world.ask(belief -> belief.observe(known.elements()).laws(List.of(at)))
                            .getFirst();
            double mean = 0;
            for (int i = 0; i < law.size(); i++) {
                mean += law.probabilityOf(i) * speaks(first, before, cell, law.id(i), book);
            }
            double alone = look.alone().at(cell.y(), cell.x(), 0);
            assertThat(alone).isCloseTo(mean, within(1e-5));
            double was = first.at(cell.y(), cell.x(), 0);
            assertThat((double) look.frame().at(cell.y(), cell.x(), 0))
                    .isCloseTo(was + look.trust() * (alone - was), within(1e-5));
        }
    }

    /// The first channel of the nearest patch of a code.
    private static float speaks(
            Raster first, List<Element> before, Cell cell, int code, Book book) {
        int least = Integer.MAX_VALUE;
        int here = before.get(cell.y() * 10 + cell.x()).codes().get(0);
        float found =
                first.at(cell.y(), cell.x(), 0)
                        + (book.patch(Tokens.of(code))[0] - book.patch(Tokens.of(here))[0]) / 2;
        for (Element each : before) {
            int far =
                    Math.abs(each.address().y() - cell.y())
                            + Math.abs(each.address().x() - cell.x());
            if (each.codes().get(0) == code && far < least) {
                least = far;
                found = first.at(each.address().y(), each.address().x(), 0);
            }
        }
        return found;
    }

    @Test
    void howFarAWorldIsTrustedIsWhatComesNearestToWhatIsShown() {
        World world = ORACLE.world();
        Mask shown = Mask.of(10, 10, (y, x) -> (3 * y + x) % 10 == 0);
        double moved = 0;
        double still = 0;
        for (long seed = 0; seed < 10; seed++) {
            Scenes scene = Scenes.of(ORACLE, seed);
            Raster first = world.raster(scene.truth(), World.RGB, Scenes.FIRST);
            Raster next = world.raster(scene.truth(), World.RGB, Scenes.SECOND);
            moved += new Expected(first, next, shown).look(world, List.of()).trust();
            still += new Expected(first, first, shown).look(world, List.of()).trust();
        }
        assertThat(moved / 10).isGreaterThan(0.6);
        assertThat(still / 10).isLessThan(0.4);
    }

    @Test
    void aWorldThatIsShownNothingIsTrustedHalf() {
        World world = ORACLE.world();
        Raster frame = world.raster(Scenes.of(ORACLE, 1).truth(), World.RGB, Scenes.FIRST);
        Mask nothing = Mask.of(10, 10, (_, _) -> false);
        assertThat(new Expected(frame, frame, nothing).look(world, List.of()).trust())
                .isCloseTo(0.5, within(1e-9));
        Mask all = Mask.of(10, 10, (_, _) -> true);
        assertThat(new Expected(frame, frame, all).look(world, List.of()).frame()).isEqualTo(frame);
    }

    @Test
    void framesOfTwoSizesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new Expected(
                                        new Raster(4, 4, 3),
                                        new Raster(4, 5, 3),
                                        Mask.of(1, 1, (_, _) -> true)))
                .withMessageContaining("4 x 4 pixels and frame 1 5 x 4");
    }
}
