package org.cumae.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Moment;
import org.cumae.model.Tokens;
import org.cumae.psi.OracleWorlds;
import org.cumae.psi.World;
import org.cumae.train.world.CodedScenes;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

class GainsTest {
    private static final Moment.Pair NEXT = new Moment.Pair(0, 1);

    /// Four codes of motion, one of them in half of all places, the others in a sixth each.
    @Test
    void whatIsKnownOfCodesBeforehandIsTheirEntropy() {
        World world = OracleWorlds.named("moving-object").world();
        int first = world.book(World.FLOW).type().codes().getFirst().from();
        CodedScenes scenes =
                new CodedScenes(
                        6, number -> moving(world, Tokens.of(first + Math.max(0, number - 2))));
        double expected = -0.5 * Math.log(0.5) - 3 * Math.log(1.0 / 6) / 6;
        assertThat(Gains.frequencies(Set.of(World.FLOW), scenes))
                .isCloseTo(expected, within(1e-12));
    }

    /// A scene in which all moves as one code says.
    private static Canvas moving(World world, Tokens code) {
        Canvas scene = new Canvas(world.layout());
        world.cells(World.FLOW, NEXT).forEach(at -> scene.observe(new Element(at, code)));
        return scene;
    }

    @Test
    void lossesAreToldWithWhatOneIsOfTheOther() {
        assertThat(new Gains.Pair(2, 1.5)).hasToString("2.0000 -> 1.5000 (-25.0 %)");
        assertThat(
                        new Gains(
                                        "moved",
                                        new Gains.Pair(1, 1.01),
                                        List.of(new Gains.Gain("rgb0 | f01", new Gains.Pair(3, 2))))
                                .lines())
                .containsExactly(
                        "moved: what was known before 1.0000 -> 1.0100 (+1.0 %) nats",
                        "moved: rgb0 | f01: 3.0000 -> 2.0000 (-33.3 %) nats");
    }
}
