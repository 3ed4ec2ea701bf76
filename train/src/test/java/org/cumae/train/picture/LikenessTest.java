package org.cumae.train.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.cumae.noise.Noise;
import org.cumae.psi.Raster;
import org.cumae.unit.picture.PictureSet;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

class LikenessTest {
    private static double[][] cloud(int count, double mean, double deviation, long seed) {
        Noise noise = Noise.of(seed, 0);
        double[][] points = new double[count][3];
        for (int i = 0; i < 3 * count; i++) {
            points[i / 3][i % 3] = mean + deviation * noise.gaussian(i);
        }
        return points;
    }

    /// Of normal clouds it is known: 3 * ((1 - 0.5)^2 + (2 - 1)^2); 40,000 points each, so that the
    /// mean errs by 0.01 and the deviation too.
    @Test
    void theDistanceOfNormalCloudsIsKnown() {
        double[][] one = cloud(40_000, 0.5, 1, 1);
        double[][] other = cloud(40_000, 1, 2, 2);
        assertThat(Likeness.frechet(one, other)).isCloseTo(3.75, within(0.15));
        assertThat(Likeness.frechet(one, one)).isCloseTo(0, within(1e-6));
    }

    @Test
    void energyIsNothingAmongAlikeAndGrowsWithDistance() {
        double[][] one = cloud(400, 0, 1, 3);
        double near = Likeness.energy(one, cloud(400, 0, 1, 4));
        double far = Likeness.energy(one, cloud(400, 2, 1, 5));
        assertThat(Math.abs(near)).isLessThan(0.1);
        assertThat(far).isGreaterThan(1);
    }

    /// Bars that stand or lie, with noise.
    private static Raster bar(int label, long seed) {
        Noise noise = Noise.of(seed, 9);
        int at = 2 + (int) (8 * noise.uniform(0));
        return Raster.of(
                12,
                12,
                1,
                (y, x, _) ->
                        0.2 * noise.uniform(1 + y * 12 + x)
                                + ((label == 0 ? x : y) == at ? 0.7 : 0));
    }

    private static PictureSet bars(int from, int count) {
        return new PictureSet(
                IntStream.range(from, from + count).mapToObj(i -> bar(i % 2, i)).toList(),
                IntStream.range(from, from + count).mapToObj(i -> i % 2).toList(),
                List.of("standing", "lying"));
    }

    @Test
    void aClassifierLearnsAndItsFeaturesTellMadePicturesFromReal() {
        try (Classifier eyes = Classifier.learn(bars(0, 320), 4, 1)) {
            PictureSet held = bars(1000, 200);
            assertThat(eyes.accuracy(held)).isGreaterThan(0.97);
            Likeness floor = Likeness.of(eyes, held.pictures(), bars(2000, 200).pictures());
            Likeness blank =
                    Likeness.of(
                            eyes,
                            held.pictures(),
                            IntStream.range(0, 200)
                                    .mapToObj(
                                            i -> Raster.of(12, 12, 1, (_, _, _) -> 0.1 + i * 1e-4))
                                    .toList());
            assertThat(blank.features()).isGreaterThan(5 * floor.features());
            assertThat(blank.pixels()).isGreaterThan(5 * floor.pixels());
            assertThat(blank.energy()).isGreaterThan(5 * Math.abs(floor.energy()));
            assertThat(blank.spectrum()).isGreaterThan(5 * floor.spectrum());
        }
    }
}
