package org.cumae.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.picture.Looks.Among;
import org.cumae.psi.Raster;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class LooksTest {
    private static final double EXACT = 1e-6; // of float32

    /// A condition and three cells side by side. The first head looks at the condition and at the
    /// row itself, the second at the cell on the left and at the condition.
    private static Looks line() {
        float[] layer = {
            1,
            0,
            0,
            0, //
            0.5f,
            0.5f,
            0,
            0, //
            0.5f,
            0,
            0.5f,
            0, //
            0.5f,
            0,
            0,
            0.5f, //
            //
            1,
            0,
            0,
            0, //
            1,
            0,
            0,
            0, //
            0.2f,
            0.8f,
            0,
            0, //
            0.2f,
            0.2f,
            0.6f,
            0, //
        };
        return new Looks(Spot.behindCondition(Spot.grid(0, 1, 3, 1)), 2, List.of(layer));
    }

    @Test
    void distancesAreThoseOfWhatIsLookedAt() {
        Looks looks = line();
        assertThat(looks.distance(0, 0)).isZero();
        // 0.8 and 0.6 at the next cell, 0.2 two cells off
        assertThat(looks.distance(0, 1)).isCloseTo((0.8 + 0.6 + 0.4) / 1.6, within(EXACT));
        assertThat(looks.beyond(0, 1, 1)).isCloseTo(0.2 / 1.6, within(EXACT));
        assertThat(looks.beyond(0, 1, 2)).isZero();
        assertThat(looks.beyond(0)).isCloseTo(1.6 / 3.1, within(EXACT));
        assertThat(looks.within(Among.OWN, 0)).isCloseTo(1.5 / 3.1, within(EXACT));
        assertThat(looks.within(Among.LAST, 9)).isZero();
    }

    @Test
    void whatLiesAroundARowIsItsMean() {
        Raster around = line().around(0, 1);
        assertThat(around.columns()).isEqualTo(5);
        // one cell to the left: 0.8 and 0.6 of the two rows that have one; two to the left: 0.2
        assertThat(around.at(0, 1, 0)).isEqualTo(1);
        assertThat(around.at(0, 0, 0)).isCloseTo(0.2f / 0.7f, within(1e-6f));
        assertThat(around.at(0, 2, 0)).isZero();
    }

    /// One cell over two by two: the rows of the second scale look at the first with a quarter, at
    /// themselves with a half and at one neighbour with what is left.
    @Test
    void scalesLookAtEachOther() {
        float[] layer = {
            1, 0, 0, 0, 0, //
            0.25f, 0.5f, 0.25f, 0, 0, //
            0.25f, 0, 0.5f, 0.25f, 0, //
            0.25f, 0, 0, 0.5f, 0.25f, //
            0.25f, 0.25f, 0, 0, 0.5f, //
        };
        List<Optional<Spot>> spots =
                Stream.concat(Spot.grid(0, 1, 1, 2), Spot.grid(1, 2, 2, 1))
                        .map(Optional::of)
                        .toList();
        Looks looks = new Looks(spots, 1, List.of(layer));
        assertThat(looks.grids()).isDeepEqualTo(new double[][] {{1, 0}, {0.25, 0.75}});
        assertThat(looks.near()).isEqualTo(1);
        assertThat(looks.within(Among.LAST, 0)).isEqualTo(1);
        // 0.5 of 0.75 at itself, and all neighbours of two by two are one cell off
        assertThat(looks.within(Among.OWN, 0)).isCloseTo(2.0 / 3, within(0.15));
        assertThat(looks.within(Among.OWN, 1)).isEqualTo(1);
    }

    @Test
    void spotsOfAFinerGridLieInTheirCell() {
        List<Spot> coarse = Spot.grid(0, 2, 2, 3.5).toList(); // of 7 by 7
        Spot fine = Spot.grid(1, 7, 7, 1).toList().get(2 * 7 + 5);
        assertThat(fine.radius(coarse.get(1))).isZero();
        assertThat(fine.radius(coarse.get(0))).isOne();
        assertThat(fine.radius(coarse.get(3))).isOne();
        assertThat(coarse.getFirst().distance(coarse.get(1))).isEqualTo(1);
        assertThat(fine.distance(coarse.get(1))).isCloseTo(Math.hypot(0.75, 0.25), within(EXACT));
    }

    @Test
    void sharesThatAreTooFewAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new Looks(
                                        Spot.behindCondition(Spot.grid(0, 1, 1, 1)),
                                        2,
                                        List.of(new float[7])))
                .withMessageContaining(
                        "2 heads of 2 rows have 8 shares a layer, and [7] are given");
    }
}
