package org.cumae.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.noise.Noise;
import org.cumae.picture.Bands.Law;
import org.cumae.psi.Raster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Tests 8 and 9 of the common visual card, and 1 to 7 and 10 of NFIG's.
class PatchPyramidTest {
    private static final int[] TEN = {1, 2, 3, 4, 5, 6, 8, 10, 13, 16};
    private static final List<Integer> SIDES = List.of(1, 2, 3, 5);
    private static final double ROUNDING = 1e-4; // of float sums over four scales

    private static Raster picture(int side, long seed) {
        Noise noise = Noise.of(seed, 0);
        return Raster.of(side, side, 1, (y, x, _) -> noise.uniform(y * side + x));
    }

    /// A patch's four pixels as they are.
    private static PatchBasis plain() {
        float[][] axes = new float[4][4];
        for (int i = 0; i < 4; i++) {
            axes[i][i] = 1;
        }
        return new PatchBasis(2, 1, new float[] {0.5f, 0.5f, 0.5f, 0.5f}, axes, 0.3f);
    }

    private static PatchPyramid code(Law law, List<Integer> sides, int codes) {
        Noise noise = Noise.of(7, 7);
        float[][] book = new float[codes][4];
        for (int i = 4; i < 4 * codes; i++) {
            book[i / 4][i % 4] = (float) (0.7 * noise.gaussian(i));
        }
        return new PatchPyramid(plain(), law, sides, book);
    }

    @Test
    void bandsHaveTheBinsOfTheCard() {
        assertThat(Bands.of(Law.AREA, 16, TEN).bins())
                .containsExactly(1, 0, 8, 12, 16, 20, 40, 48, 82, 29);
        // four bins lie on an edge, (3, 3) at 255/680 of the corner: an edge begins the next band,
        // while the card's 40 and 88 count them below it
        assertThat(Bands.of(Law.RADIUS, 16, TEN).bins())
                .containsExactly(1, 0, 0, 0, 0, 8, 12, 36, 92, 107);
        assertThat(Bands.of(Law.RESIDUAL, 16, TEN).bins())
                .containsExactly(256, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(Bands.of(Law.AREA, 8, 1, 2, 3, 4, 6, 8).bins())
                .containsExactly(1, 4, 4, 12, 26, 17);
    }

    @ParameterizedTest
    @EnumSource(Law.class)
    void partsAddUpToTheGridAndAreOrthogonal(Law law) {
        for (int side : new int[] {5, 6}) {
            Bands bands = Bands.of(law, side, 1, 2, 3, side);
            float[] grid = new float[side * side * 2];
            Noise noise = Noise.of(3, side);
            Arrays.setAll(new double[grid.length], i -> grid[i] = (float) noise.gaussian(i));
            double[] sum = new double[grid.length];
            double energies = 0;
            for (int band = 0; band < 4; band++) {
                float[] part = bands.part(band, grid, 2);
                for (int i = 0; i < grid.length; i++) {
                    sum[i] += part[i];
                    energies += part[i] * (double) part[i];
                }
            }
            double energy = 0;
            for (int i = 0; i < grid.length; i++) {
                assertThat(sum[i]).isCloseTo(grid[i], within(1e-5));
                energy += grid[i] * (double) grid[i];
            }
            assertThat(energies).isCloseTo(energy, within(1e-4 * energy));
        }
    }

    /// White noise has as much of a band as the band has bins. One point is as white as noise in
    /// the mean over all places, so no sampling is needed.
    @ParameterizedTest
    @EnumSource(Law.class)
    void aBandHasItsShareOfWhiteNoise(Law law) {
        for (int side : new int[] {5, 6}) {
            int[] sides = {1, 2, 3, side};
            Bands bands = Bands.of(law, side, sides);
            for (int band = 0; band < sides.length; band++) {
                double energy = 0;
                for (int place = 0; place < side * side; place++) {
                    float[] point = new float[side * side];
                    point[place] = 1;
                    for (float value : bands.part(band, point, 1)) {
                        energy += value * (double) value;
                    }
                }
                assertThat(energy).isCloseTo(bands.bins().get(band), within(1e-3));
            }
        }
    }

    /// What is told and what is owed are the picture, whatever the book.
    @ParameterizedTest
    @EnumSource(Law.class)
    void whatIsToldAndWhatIsOwedAddUp(Law law) {
        PatchPyramid code = code(law, SIDES, 8);
        Raster picture = picture(10, 5);
        PatchPyramid.Reading reading = code.reading(picture);
        float[] vectors = code.basis().vectors(picture);
        float[] told = code.basis().vectors(code.write(reading.codes()));
        float[] owed = reading.owed()[3];
        for (int i = 0; i < vectors.length; i++) {
            assertThat((double) told[i] + owed[i]).isCloseTo(vectors[i], within(ROUNDING));
        }
    }

    @Test
    void residualsAreOwedWholeBehindEveryScale() {
        PatchPyramid code = code(Law.RESIDUAL, SIDES, 8);
        Raster picture = picture(10, 6);
        PatchPyramid.Reading reading = code.reading(picture);
        float[] vectors = code.basis().vectors(picture);
        int known = 0;
        for (int scale = 0; scale < 4; scale++) {
            known += SIDES.get(scale) * SIDES.get(scale);
            int[] first = reading.codes().clone();
            Arrays.fill(first, known, first.length, PictureCode.UNKNOWN);
            float[] told = code.basis().vectors(code.write(first));
            for (int i = 0; i < vectors.length; i++) {
                assertThat((double) told[i] + reading.owed()[scale][i])
                        .isCloseTo(vectors[i], within(ROUNDING));
            }
        }
    }

    /// A book that holds all that is met leaves nothing owed.
    @Test
    void aBookThatHoldsEverythingLeavesNothing() {
        for (Law law : Law.values()) {
            PatchPyramid code = code(law, SIDES, 1);
            Raster picture = picture(10, 8);
            for (int round = 0; round < SIDES.size(); round++) {
                float[][] met = code.reading(picture).vectors();
                float[][] book = new float[1 + met.length][4];
                System.arraycopy(met, 0, book, 1, met.length);
                code = code.withBook(book); // scale after scale becomes exact
            }
            Raster written = code.write(code.read(picture));
            for (int i = 0; i < 100; i++) {
                assertThat(written.at(i / 10, i % 10))
                        .isCloseTo(picture.at(i / 10, i % 10), within(1e-4f));
            }
        }
    }

    /// The rows that teach a scale are those that it is drawn from: codes of finer scales are not
    /// looked at.
    @Test
    void rowsDoNotKnowTheirOwnScale() {
        PatchPyramid code = code(Law.AREA, SIDES, 8);
        int[] codes = code.read(picture(10, 9));
        float[][] taught = code.rows(codes);
        assertThat(taught).hasNumberOfRows(code.length() - 1);
        int known = 0;
        for (int scale = 1; scale < SIDES.size(); scale++) {
            known += SIDES.get(scale - 1) * SIDES.get(scale - 1);
            int[] first = codes.clone();
            Arrays.fill(first, known, first.length, PictureCode.UNKNOWN);
            float[][] drawn = code.before(scale, first);
            for (int i = 0; i < drawn.length; i++) {
                assertThat(taught[known - 1 + i]).containsExactly(drawn[i]);
            }
        }
    }

    @Test
    void enlargingKeepsWhatIsEvenAndCutsAsLibtorchDoes() {
        float[] even = new float[9];
        Arrays.fill(even, 2);
        assertThat(Resize.cubic(3, 7).of(even, 1)).containsOnly(2);
        // torch.nn.functional.interpolate([0, 1], scale to 4, bicubic): -0.1055, 0.2773, ...
        double[][] weights = Resize.cubic(2, 4).weights();
        assertThat(IntStream.range(0, 4).mapToDouble(i -> weights[i][1]).toArray())
                .containsExactly(
                        new double[] {-0.10546875, 0.22656250, 0.77343750, 1.10546875},
                        within(1e-9));
        assertThat(Resize.pool(5, 3).weights()[1]).containsExactly(0, 1 / 3.0, 1 / 3.0, 1 / 3.0, 0);
    }

    @Test
    void whatDoesNotFitIsRefusedInWords() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code(Law.AREA, List.of(1, 3, 2), 4))
                .withMessageContaining("must ascend: [1, 3, 2]");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new PatchPyramid(plain(), Law.AREA, SIDES, new float[] {1, 0, 0, 0}))
                .withMessageContaining("code 0 must stand for nothing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code(Law.AREA, SIDES, 4).read(picture(8, 1)))
                .withMessageContaining("8 x 8 pixels is read in scales to 10 x 10");
        int[] wrong = new int[39];
        wrong[20] = 4;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code(Law.AREA, SIDES, 4).write(wrong))
                .withMessageContaining("place 20 has code 4; codes are [0, 4)");
    }
}
