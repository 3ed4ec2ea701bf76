package org.cumae.unit.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.noise.Noise;
import org.cumae.picture.Bands.Law;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchLatent;
import org.cumae.picture.PatchPyramid;
import org.cumae.picture.PictureCode;
import org.cumae.psi.Raster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

class PyramidTrainingTest {
    private static final List<Integer> SIDES = List.of(1, 2, 3, 5);
    private static final PyramidTraining QUICK = new PyramidTraining(8, 60, 3);

    @TempDir private Path folder;

    /// A bright spot somewhere, in one of several sizes.
    private static Raster picture(long seed) {
        Noise noise = Noise.of(seed, 2);
        double y = 10 * noise.uniform(0);
        double x = 10 * noise.uniform(1);
        double size = 1 + 3 * noise.uniform(2);
        return Raster.of(
                10,
                10,
                1,
                (i, j, _) -> Math.exp(-(Math.pow(i - y, 2) + Math.pow(j - x, 2)) / size));
    }

    private static List<Raster> pictures(int from, int to) {
        return IntStream.range(from, to).mapToObj(PyramidTrainingTest::picture).toList();
    }

    @Test
    void asManyAxesAsNumbersLoseNothing() {
        PatchPyramid code = QUICK.learn(Law.RESIDUAL, SIDES, 16, 4, 2, pictures(0, 60));
        float[][] axes = code.basis().axes();
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 4; j++) {
                double sum = 0;
                for (int k = 0; k < 4; k++) {
                    sum += axes[i][k] * (double) axes[j][k];
                }
                assertThat(sum).isCloseTo(i == j ? 1 : 0, within(1e-5));
            }
        }
    }

    /// The pyramid tells more with each scale, and better than a book by chance.
    @Test
    void eachScaleTellsMore() {
        for (Law law : List.of(Law.RESIDUAL, Law.AREA)) {
            PatchPyramid code = QUICK.learn(law, SIDES, 32, 4, 2, pictures(0, 60));
            double[] errors = new double[SIDES.size() + 1];
            for (Raster picture : pictures(100, 150)) {
                int[] codes = code.read(picture);
                int known = 0;
                for (int scale = 0; scale <= SIDES.size(); scale++) {
                    int[] first = codes.clone();
                    Arrays.fill(first, known, first.length, PictureCode.UNKNOWN);
                    Raster written = code.write(first);
                    for (int i = 0; i < 100; i++) {
                        errors[scale] +=
                                Math.pow(
                                        written.at(i / 10, i % 10) - picture.at(i / 10, i % 10), 2);
                    }
                    known += scale < SIDES.size() ? SIDES.get(scale) * SIDES.get(scale) : 0;
                }
            }
            for (int scale = 1; scale < errors.length; scale++) {
                assertThat(errors[scale]).isLessThanOrEqualTo(1.01 * errors[scale - 1]);
            }
            assertThat(errors[SIDES.size()]).isLessThan(errors[0] / 4);
            assertThat(CodeQuality.of(code, pictures(100, 150)).usage()).isGreaterThan(0.5);
        }
    }

    @Test
    void aKeptCodeReadsAndWritesAsBefore() {
        PatchPyramid code = QUICK.learn(Law.AREA, SIDES, 16, 3, 2, pictures(0, 60));
        Path file = folder.resolve("code.safetensors");
        CodeFile.write(code, file);
        PictureCode kept = (PictureCode) CodeFile.read(file);
        int[] codes = code.read(picture(99));
        assertThat(kept.read(picture(99))).containsExactly(codes);
        assertThat(kept.write(codes)).isEqualTo(code.write(codes));
    }

    /// As many axes as numbers lose nothing; vectors have mean 0 and variance 1; and what is kept
    /// is the same.
    @Test
    void aLatentIsUndone() {
        List<Raster> pictures = pictures(0, 60);
        PatchBasis basis = QUICK.basis(4, 2, pictures);
        PatchLatent latent =
                new PatchLatent(
                        basis, pictures.getFirst().rows() / 2, pictures.getFirst().columns() / 2);
        double sum = 0;
        double squares = 0;
        for (Raster picture : pictures) {
            float[] values = latent.read(picture);
            Raster written = latent.write(values);
            for (int pixel = 0; pixel < latent.rows() * latent.columns(); pixel++) {
                int y = pixel / latent.columns();
                int x = pixel % latent.columns();
                assertThat(written.at(y, x, 0)).isCloseTo(picture.at(y, x, 0), within(1e-5f));
            }
            for (float value : values) {
                sum += value;
                squares += value * (double) value;
            }
        }
        int count = pictures.size() * latent.length() * 4;
        assertThat(sum / count).isCloseTo(0, within(1e-4));
        assertThat(squares / count).isCloseTo(1, within(1e-3));
        Path file = folder.resolve("latent.safetensors");
        CodeFile.write(latent, file);
        PatchLatent kept = (PatchLatent) CodeFile.read(file);
        assertThat(kept.read(pictures.getFirst()))
                .containsExactly(latent.read(pictures.getFirst()));
        assertThat(kept.down()).isEqualTo(latent.down());
    }

    @Test
    void tooFewVectorsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QUICK.learn(Law.AREA, SIDES, 400, 4, 2, pictures(0, 2)))
                .withMessageContaining("400 codes are learned from 78 vectors");
    }
}
