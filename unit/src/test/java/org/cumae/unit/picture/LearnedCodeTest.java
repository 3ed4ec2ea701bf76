package org.cumae.unit.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.net.picture.Supply;
import org.cumae.noise.Noise;
import org.cumae.picture.PictureCode;
import org.cumae.psi.Raster;
import org.cumae.torch.Libtorch;
import org.cumae.torch.Ops;
import org.cumae.weights.WeightFileException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Tests 1 to 3 of ELM's card, and what files and users may do to learned codes.
class LearnedCodeTest {
    @TempDir private Path folder;

    @BeforeAll
    static void load() {
        Libtorch.load();
    }

    private static Raster picture(long seed) {
        Noise noise = Noise.of(seed, 4);
        return Raster.of(8, 12, 3, (y, x, c) -> noise.uniform((y * 12 + x) * 3 + c));
    }

    private static LearnedCode code(BottleneckShape pinch) {
        LearnedCode code = LearnedCode.fresh(picture(0), 4, 16, pinch, 5);
        code.round();
        return code;
    }

    private static Bits bits(int bits, int parts) {
        torch.manual_seed(3);
        return (Bits) new BottleneckShape.Binary(bits, parts).of(Supply.fresh());
    }

    /// However bits are cut, codes and bits are one to one, and mean the same.
    @Test
    void bitsAreCutIntoCodesAndPutTogetherAgain() {
        try (var _ = new PointerScope()) {
            float[] read = new float[64 * 6]; // all sets of six bits
            for (int i = 0; i < read.length; i++) {
                read[i] = (i / 6 >> (5 - i % 6) & 1) == 1 ? 0.7f : -0.2f;
            }
            Tensor cells = Tensor.create(read, 64, 6);
            float[] expected = null;
            for (int parts : List.of(1, 2, 3, 6)) {
                Bits cut = bits(6, parts);
                int each = 1 << (6 / parts);
                assertThat(cut.vocabulary()).isEqualTo(parts * each);
                Tensor codes = cut.codes(cells);
                int[] line = Ops.ints(codes.flatten());
                for (int i = 0; i < line.length; i++) {
                    int whole = i / parts;
                    int part = whole >> (6 - 6 / parts * (i % parts + 1)) & each - 1;
                    assertThat(line[i]).isEqualTo(i % parts * each + part);
                }
                float[] values = Ops.floats(cut.values(codes));
                if (expected != null) {
                    assertThat(values).containsExactly(expected, within(1e-6f));
                }
                expected = values;
                float[] numbers = cut.numbers(Arrays.copyOfRange(line, 37 * parts, 38 * parts));
                assertThat(numbers)
                        .isEqualTo(parts == 1 ? new float[0] : new float[] {1, -1, -1, 1, -1, 1});
            }
        }
    }

    @Test
    void picturesAreReadAtOnceAsOneByOne() {
        LearnedCode code = code(new BottleneckShape.Binary(6, 2));
        List<Raster> pictures = List.of(picture(4), picture(5), picture(6));
        List<int[]> all = code.read(pictures);
        for (int i = 0; i < pictures.size(); i++) {
            assertThat(all.get(i)).containsExactly(code.read(pictures.get(i)));
        }
        assertThat(all.getFirst()).isNotEqualTo(all.getLast());
    }

    /// What is written from is linear in the bits: a bit that is set adds its own vector.
    @Test
    void aBitAddsItsVector() {
        try (var _ = new PointerScope()) {
            Bits cut = bits(6, 2);
            float[] table = Ops.floats(cut.table());
            float[] without = Ops.floats(cut.values(Ops.ids(0b100, 8 + 0b010).view(1, 2)));
            float[] with = Ops.floats(cut.values(Ops.ids(0b101, 8 + 0b010).view(1, 2)));
            for (int i = 0; i < with.length; i++) {
                assertThat(with[i] - without[i])
                        .isCloseTo(table[2 * with.length + i], within(1e-6f));
            }
        }
    }

    /// In training bits are drawn with the probability that was read, and the gradient of a bit is
    /// that of its probability; in use the likelier value stands.
    @Test
    void bitsAreDrawnWithTheirProbability() {
        try (var _ = new PointerScope()) {
            int draws = 100_000;
            torch.manual_seed(1);
            Bits one = new Bits(1, torch.ones(1, 1));
            Tensor read = torch.full(new long[] {draws, 1}, Ops.scalar(0.4)); // p = .5987
            Bottleneck.Pinched drawn = one.pinched(read, Optional.of(Ops.generator(7)));
            double p = 1 / (1 + Math.exp(-0.4));
            assertThat(drawn.values().mean().item_double())
                    .isCloseTo(p, within(4 * Math.sqrt(p * (1 - p) / draws)));
            Bottleneck.Pinched used = one.pinched(read, Optional.empty());
            assertThat(used.values().mean().item_double()).isCloseTo(1, within(1e-6));
            Tensor leaf = torch.zeros(2, 1).add_(Ops.scalar(0.4)).set_requires_grad(true);
            one.pinched(leaf, Optional.of(Ops.generator(7))).values().sum().backward();
            assertThat(Ops.floats(leaf.grad())[1]).isCloseTo((float) (p * (1 - p)), within(1e-5f));
        }
    }

    /// A cell is the nearest vector of length 1; the gradient passes by the choice, and each side
    /// of the loss moves one of the two.
    @Test
    void aCellIsTheNearestOfABook() {
        try (var _ = new PointerScope()) {
            Codebook book =
                    new Codebook(
                            Tensor.create(new float[] {2, 0, 0, 3, -1, 0}, 3, 2)
                                    .set_requires_grad(true));
            Tensor read =
                    Tensor.create(new float[] {5, 1, 0.1f, 0.3f, -9, 2}, 3, 2)
                            .set_requires_grad(true);
            assertThat(Ops.ints(book.codes(read).flatten())).containsExactly(0, 1, 2);
            assertThat(Ops.floats(book.values(Ops.ids(1, 2).view(2, 1)).detach()))
                    .containsExactly(new float[] {0, 1, -1, 0}, within(1e-6f));
            Bottleneck.Pinched pinched = book.pinched(read, Optional.empty());
            assertThat(Ops.floats(pinched.values().detach()))
                    .containsExactly(new float[] {1, 0, 0, 1, -1, 0}, within(1e-6f));
            pinched.values().narrow(0, 0, 1).narrow(1, 1, 1).sum().backward();
            double length = Math.sqrt(26);
            assertThat(Ops.floats(read.grad())[1]) // of y / length at (5, 1)
                    .isCloseTo((float) (25 / Math.pow(length, 3)), within(1e-5f));
            assertThat(book.book().grad().defined()).isFalse();
            book.pinched(read, Optional.empty()).losses().mean().backward();
            assertThat(Ops.floats(book.book().grad().abs().sum())[0]).isPositive();
        }
    }

    @Test
    void whatIsKeptReadsAndWritesAsBefore() {
        for (BottleneckShape pinch :
                List.of(new BottleneckShape.Book(32, 4), new BottleneckShape.Binary(6, 2))) {
            LearnedCode code = code(pinch);
            Path file = folder.resolve("code.safetensors");
            CodeFile.write(code, file);
            LearnedCode kept = (LearnedCode) CodeFile.read(file);
            assertThat(kept).hasToString(code.toString());
            int[] codes = code.read(picture(1));
            assertThat(codes).hasSize(6 * pinchParts(pinch));
            assertThat(kept.read(picture(1))).containsExactly(codes);
            Raster written = code.write(codes);
            assertThat(written.rows()).isEqualTo(8);
            assertThat(written.columns()).isEqualTo(12);
            assertThat(written.channels()).isEqualTo(3);
            assertThat(kept.write(codes)).isEqualTo(written);
            int[] partly = codes.clone();
            partly[partly.length - 1] = PictureCode.UNKNOWN;
            assertThat(kept.write(partly)).isNotEqualTo(written);
        }
    }

    private static int pinchParts(BottleneckShape pinch) {
        return pinch instanceof BottleneckShape.Binary(int _, int parts) ? parts : 1;
    }

    /// A file of other sizes than it says is told, and so is one that is cut.
    @Test
    void damagedFilesAreTold() throws IOException {
        Path file = folder.resolve("code.safetensors");
        CodeFile.write(code(new BottleneckShape.Binary(6, 2)), file);
        byte[] bytes = Files.readAllBytes(file);
        String said = new String(bytes, StandardCharsets.ISO_8859_1);
        Path other = folder.resolve("other.safetensors");
        Files.write(
                other,
                said.replace("\"learned_bits\":\"6,2\"", "\"learned_bits\":\"8,2\"")
                        .getBytes(StandardCharsets.ISO_8859_1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodeFile.read(other))
                .withMessageContaining("encoder.conv_out.weight")
                .withMessageContaining("should be [8, 32, 3, 3]");
        Files.write(
                other,
                said.replace("\"learned_cells\":\"2,3\"", "\"learned_cells\":\"2,0\"")
                        .getBytes(StandardCharsets.ISO_8859_1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CodeFile.read(other))
                .withMessageContaining("a grid of 2 x 0 cells");
        Files.write(other, Arrays.copyOf(bytes, bytes.length - 100));
        assertThatThrownBy(() -> CodeFile.read(other)).isInstanceOf(WeightFileException.class);
    }

    @Test
    void whatDoesNotFitIsTold() {
        LearnedCode code = code(new BottleneckShape.Binary(6, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code.read(new Raster(8, 8, 3)))
                .withMessageContaining("is read as 12 x 8 pixels of 3 channels");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code.write(1, 2))
                .withMessageContaining("a picture of 12 codes is written with 2");
        int[] codes = code.read(picture(2));
        codes[3] = 7;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code.write(codes))
                .withMessageContaining("place 3 has code 7; its codes are [8, 16)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BottleneckShape.Binary(12, 5))
                .withMessageContaining("12 bits are cut into 5 parts");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BottleneckShape.Binary(20, 1))
                .withMessageContaining("has 1048576 values");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                LearnedCode.fresh(
                                        picture(0), 3, 16, new BottleneckShape.Book(8, 2), 1))
                .withMessageContaining("a cell has side 3");
    }
}
