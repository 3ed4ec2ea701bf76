package org.cumae.unit.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.noise.Noise;
import org.cumae.picture.FlowPivots;
import org.cumae.psi.Raster;
import org.cumae.torch.Libtorch;
import org.cumae.torch.Ops;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Section 2 of the common visual card, and what files and users may do to learned real vectors.
class LearnedLatentTest {
    private static final int WIDTH = 3;

    @TempDir private Path folder;

    @BeforeAll
    static void load() {
        Libtorch.load();
    }

    private static Raster picture(long seed) {
        Noise noise = Noise.of(seed, 4);
        return Raster.of(8, 8, 1, (y, x, _) -> noise.uniform(y * 8 + x));
    }

    private static List<Raster> pictures(int count) {
        return IntStream.range(0, count).mapToObj(LearnedLatentTest::picture).toList();
    }

    private static LearnedLatent latent() {
        LearnedLatent latent = LearnedLatent.fresh(picture(0), 2, 8, WIDTH, 5);
        latent.round();
        return latent;
    }

    /// The divergence of normal laws, by hand: of mean m and variance v, (m² + v - 1 - ln v) / 2.
    @Test
    void theDivergenceIsThatOfNormalLaws() {
        try (var _ = new PointerScope()) {
            // two pictures of one number
            Gaussian laws =
                    Gaussian.of(
                            Tensor.create(new float[] {0, 0, 2, (float) Math.log(4)}, 2, 2, 1, 1));
            assertThat(laws.divergence().item_double())
                    .isCloseTo((0 + (4 + 4 - 1 - Math.log(4)) / 2) / 2, within(1e-6));
        }
    }

    /// What is drawn has the law's mean and spread, and the gradient goes to both.
    @Test
    void numbersAreDrawnByTheirLaw() {
        try (var _ = new PointerScope()) {
            int draws = 40_000;
            Tensor read =
                    Ops.cat(
                            List.of(
                                    torch.full(new long[] {draws, 1, 1, 1}, Ops.scalar(1.5)),
                                    torch.full(
                                            new long[] {draws, 1, 1, 1},
                                            Ops.scalar(2 * Math.log(0.5)))),
                            1);
            Tensor drawn = Gaussian.of(read).drawn(Ops.generator(3));
            assertThat(drawn.mean().item_double())
                    .isCloseTo(1.5, within(4 * 0.5 / Math.sqrt(draws))); // four standard errors
            assertThat(drawn.std().item_double())
                    .isCloseTo(0.5, within(4 * 0.5 / Math.sqrt(2.0 * draws)));
            Tensor leaf =
                    Tensor.create(new float[] {1, (float) Math.log(4)}, 1, 2, 1, 1)
                            .set_requires_grad(true);
            Tensor noise = Tensor.create(new float[] {3}, 1, 1, 1, 1);
            Tensor one = Gaussian.of(leaf).drawn(noise); // 1 + 2 * 3
            assertThat(one.item_float()).isCloseTo(7, within(1e-5f));
            float[] gradient = Ops.floats(Ops.gradients(one.sum(), List.of(leaf)).getFirst());
            assertThat(gradient).containsExactly(new float[] {1, 3}, within(1e-5f));
        }
    }

    /// Training writes what is drawn and counts the divergence; without chance the mean is written.
    @Test
    void trainingDrawsByTheLawThatIsRead() {
        LearnedLatent latent = latent();
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor pixels = Pixels.of(pictures(3));
            Learned.Back plain = latent.back(pixels, Optional.empty());
            Learned.Back one = latent.back(pixels, Optional.of(Ops.generator(1)));
            Learned.Back same = latent.back(pixels, Optional.of(Ops.generator(1)));
            Learned.Back other = latent.back(pixels, Optional.of(Ops.generator(2)));
            assertThat(Ops.floats(one.pixels())).containsExactly(Ops.floats(same.pixels()));
            assertThat(one.pixels().sub(other.pixels()).abs().mean().item_double())
                    .isGreaterThan(1e-3);
            assertThat(one.pixels().sub(plain.pixels()).abs().mean().item_double())
                    .isGreaterThan(1e-3);
            assertThat(one.loss().item_double()).isEqualTo(plain.loss().item_double());
            assertThat(one.loss().item_double()).isPositive();
        }
    }

    /// A millionth of the nats counts, against the error of all pixels: networks of zeros read
    /// every number as their bias says.
    @Test
    void divergenceHasThePublishedWeight() {
        LearnedLatent latent = latent();
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            latent.weights().forEach(Tensor::zero_);
            bias(latent).narrow(0, 0, WIDTH).fill_(Ops.scalar(2));
            bias(latent).narrow(0, WIDTH, WIDTH).fill_(Ops.scalar(Math.log(4)));
            double nats = 16 * WIDTH * (4 + 4 - 1 - Math.log(4)) / 2;
            assertThat(latent.back(Pixels.of(pictures(3)), Optional.empty()).loss().item_double())
                    .isCloseTo(1e-6 * nats / 64, within(1e-11));
        }
    }

    /// Numbers as they are drawn have mean 0 and unit spread on the pictures that they were
    /// measured on, whatever the networks call them.
    @Test
    void numbersHaveUnitSpread() {
        LearnedLatent latent = latent();
        List<Raster> pictures = pictures(120);
        LearnedLatent measured = latent.measured(pictures);
        double[] sums = new double[WIDTH];
        double squares = 0;
        int count = 0;
        for (int i = 0; i < pictures.size(); i++) {
            float[] values = measured.read(pictures.get(i), Noise.of(9, i));
            for (int k = 0; k < values.length; k++) {
                sums[k % WIDTH] += values[k];
                squares += values[k] * (double) values[k];
                count++;
            }
        }
        double error = 5 / Math.sqrt(count); // numbers of a picture hang together
        assertThat(Math.sqrt(squares / count)).isCloseTo(1, within(error));
        for (double sum : sums) {
            assertThat(sum * WIDTH / count).isCloseTo(0, within(error * WIDTH));
        }
        assertThat(measured.spread()).isNotEqualTo(latent.spread());
        LatentQuality quality = LatentQuality.of(measured, pictures);
        assertThat(quality.spread()).isBetween(0.1, 1.01); // means vary less than what is drawn
        assertThat(quality.least()).isLessThan(quality.most());
        // written from the same numbers, whatever they are divided by
        float[] plain = latent.read(picture(1));
        float[] moved = measured.read(picture(1));
        Raster one = latent.write(plain);
        Raster other = measured.write(moved);
        for (int i = 0; i < 64; i++) {
            assertThat(other.at(i / 8, i % 8)).isCloseTo(one.at(i / 8, i % 8), within(1e-4f));
        }
    }

    /// Networks that read everything alike have no spread, which is told.
    @Test
    void aLatentWithoutSpreadIsTold() {
        LearnedLatent latent = latent();
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            latent.weights().forEach(Tensor::zero_);
            bias(latent).narrow(0, WIDTH, WIDTH).fill_(Ops.scalar(-30));
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> latent.measured(pictures(4)))
                .withMessageContaining("the latent has a spread of")
                .withMessageContaining("train longer");
    }

    /// Of the reading network's last convolution: the only one of twice the width.
    private static Tensor bias(LearnedLatent latent) {
        return latent.weights().stream()
                .filter(weight -> weight.dim() == 1 && weight.size(0) == 2 * WIDTH)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsKeptReadsAndWritesAsBefore() {
        LearnedLatent latent = latent().measured(pictures(20));
        Path file = folder.resolve("code.safetensors");
        CodeFile.write(latent, file);
        LearnedLatent kept = (LearnedLatent) CodeFile.read(file);
        assertThat(kept).hasToString(latent.toString());
        float[] values = latent.read(picture(1));
        assertThat(values).hasSize(16 * WIDTH);
        assertThat(kept.read(picture(1))).containsExactly(values);
        assertThat(kept.read(picture(1), Noise.of(2, 2)))
                .containsExactly(latent.read(picture(1), Noise.of(2, 2)))
                .isNotEqualTo(values);
        assertThat(kept.write(values)).isEqualTo(latent.write(values));
    }

    @Test
    void damagedFilesAreTold() throws IOException {
        Path file = folder.resolve("code.safetensors");
        CodeFile.write(latent(), file);
        String said = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                changed(
                                        said,
                                        "\"learned_spread\":\"1.0\"",
                                        "\"learned_spread\":\"0.0\""))
                .withMessageContaining("numbers are divided by 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                changed(
                                        said,
                                        "\"learned_cells\":\"4,4\"",
                                        "\"learned_cells\":\"0,4\""))
                .withMessageContaining("a grid of 0 x 4 cells");
    }

    private void changed(String said, String from, String to) throws IOException {
        assertThat(said).contains(from);
        Path other = folder.resolve("other.safetensors");
        Files.writeString(other, said.replace(from, to), StandardCharsets.ISO_8859_1);
        CodeFile.read(other);
    }

    /// The networks look at pictures of other sizes, so that a small copy may come first.
    @Test
    void theSameVectorsStandOnAnotherGrid() {
        LearnedLatent latent = latent();
        LearnedLatent small = latent.on(2, 2);
        assertThat(small.read(new Raster(4, 4, 1))).hasSize(4 * WIDTH);
        assertThat(small.on(4, 4)).isEqualTo(latent).isNotEqualTo(small);
        FlowPivots pivots = FlowPivots.of(latent, 2, 2, 4);
        float[] values = pivots.values(latent.read(picture(2)));
        assertThat(values).hasSize((4 + 16) * WIDTH);
        assertThat(pivots.known(6, values)).hasSize(16 * WIDTH);
    }

    @Test
    void whatDoesNotFitIsTold() {
        LearnedLatent latent = latent();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> latent.read(new Raster(8, 6, 1)))
                .withMessageContaining("is read as 8 x 8 pixels of 1 channels");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> latent.write(1, 2))
                .withMessageContaining("a picture of 16 vectors of 3 numbers is written with 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LearnedLatent.fresh(picture(0), 2, 8, 0, 1))
                .withMessageContaining("vectors of 0 numbers");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LearnedLatent.fresh(picture(0), 3, 8, 2, 1))
                .withMessageContaining("a cell has side 3");
    }
}
