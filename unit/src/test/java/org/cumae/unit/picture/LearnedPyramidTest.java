package org.cumae.unit.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.noise.Noise;
import org.cumae.picture.Bands;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchPyramid;
import org.cumae.picture.PictureCode;
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
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Tests 8 and 9 of the common visual card, its section 3, and what files and users may do to a
/// learned pyramid.
class LearnedPyramidTest {
    private static final List<Integer> SIDES = List.of(1, 2, 3, 5);
    private static final float ROUNDING = 1e-4f; // of float sums over four scales

    @TempDir private Path folder;

    @BeforeAll
    static void load() {
        Libtorch.load();
    }

    private static Raster picture(long seed) {
        Noise noise = Noise.of(seed, 4);
        return Raster.of(10, 10, 3, (y, x, c) -> noise.uniform((y * 10 + x) * 3 + c));
    }

    /// One whose codes and convolutions are by chance.
    private static LearnedPyramid code() {
        LearnedPyramid code =
                LearnedPyramid.fresh(picture(0), 2, 8, new PyramidShape(SIDES, 16, 3), 5);
        code.round();
        return code;
    }

    private static List<Integer> kernels(int... sides) {
        PyramidShape shape = new PyramidShape(IntStream.of(sides).boxed().toList(), 4, 2);
        return IntStream.range(0, sides.length).mapToObj(shape::kernel).toList();
    }

    @Test
    void scalesShareConvolutionsAsTheCardHasIt() {
        assertThat(kernels(1, 2, 3, 4, 5, 6, 8, 10, 13, 16))
                .containsExactly(0, 0, 1, 1, 1, 2, 2, 3, 3, 3);
        assertThat(kernels(1, 2, 3, 4, 5, 6)).containsExactly(0, 0, 1, 2, 3, 3);
        assertThat(kernels(1, 2, 3, 4, 5)).containsExactly(0, 1, 2, 2, 3);
        assertThat(kernels(1, 2, 4, 7)).containsExactly(0, 1, 2, 3);
        assertThat(kernels(1, 2)).containsExactly(0, 3);
        assertThat(kernels(4)).containsExactly(0);
    }

    @Test
    void picturesAreReadAtOnceAsOneByOne() {
        LearnedPyramid code = code();
        List<Raster> pictures = List.of(picture(4), picture(5), picture(6));
        List<int[]> all = code.read(pictures);
        for (int i = 0; i < pictures.size(); i++) {
            assertThat(all.get(i)).containsExactly(code.read(pictures.get(i)));
        }
        assertThat(all.getFirst()).isNotEqualTo(all.getLast());
    }

    /// What is told and what is owed are what was read, behind every scale.
    @Test
    void whatIsToldAndWhatIsOwedAddUp() {
        LearnedPyramid.Reading reading = code().reading(picture(1));
        assertThat(reading.told()).hasSameSizeAs(SIDES);
        for (int scale = 0; scale < SIDES.size(); scale++) {
            float[] told = reading.told().get(scale);
            float[] owed = reading.owed().get(scale);
            for (int i = 0; i < reading.read().length; i++) {
                assertThat(told[i] + owed[i]).isCloseTo(reading.read()[i], within(ROUNDING));
            }
        }
    }

    /// The rows that teach a scale are those that it is drawn from, to the bit: codes of its own
    /// scale and of finer ones are not looked at, and those before it are.
    @Test
    void rowsAreWhatDrawingSees() {
        LearnedPyramid code = code();
        int[] codes = code.read(picture(2));
        float[][] taught = code.rows(codes);
        assertThat(taught).hasNumberOfRows(code.length() - 1);
        int known = 0;
        for (int scale = 1; scale < SIDES.size(); scale++) {
            known += SIDES.get(scale - 1) * SIDES.get(scale - 1);
            float[][] drawn = code.before(scale, code.first(scale, codes));
            assertThat(drawn).hasNumberOfRows(SIDES.get(scale) * SIDES.get(scale));
            for (int i = 0; i < drawn.length; i++) {
                assertThat(taught[known - 1 + i]).containsExactly(drawn[i]);
            }
            int[] other = codes.clone();
            other[known - 1] = (other[known - 1] + 1) % code.vocabulary();
            assertThat(Arrays.deepEquals(code.before(scale, other), drawn)).isFalse();
        }
    }

    /// A book behind which convolutions change nothing.
    private static ScaleBook cleared(PyramidShape shape, Tensor book) {
        List<Tensor> kernels =
                Collections.nCopies(
                        shape.sides().size(), torch.zeros(shape.width(), shape.width(), 3, 3));
        ScaleBook empty = new ScaleBook(shape, torch.zeros_like(book.detach()), kernels);
        empty.clear();
        return new ScaleBook(shape, book, kernels);
    }

    /// Where convolutions change nothing, it is the pyramid whose book k-means finds.
    @Test
    void withoutConvolutionsItIsThePlainPyramid() {
        try (var _ = new PointerScope()) {
            Noise noise = Noise.of(3, 3);
            float[][] book = new float[8][2];
            for (int i = 2; i < 16; i++) {
                book[i / 2][i % 2] = (float) noise.gaussian(i);
            }
            float[] flat = new float[14];
            for (int i = 0; i < flat.length; i++) {
                flat[i] = book[1 + i / 2][i % 2];
            }
            ScaleBook scales = cleared(new PyramidShape(SIDES, 8, 2), Tensor.create(flat, 7, 2));
            PatchPyramid plain =
                    new PatchPyramid(
                            new PatchBasis(1, 2, new float[2], new float[][] {{1, 0}, {0, 1}}, 1),
                            Bands.Law.RESIDUAL,
                            SIDES,
                            book);
            Raster picture =
                    Raster.of(5, 5, 2, (y, x, c) -> noise.gaussian(9 + y * 10 + x * 2 + c));
            float[] planes = new float[50];
            for (int i = 0; i < planes.length; i++) {
                planes[i] = picture.at(i % 25 / 5, i % 5, i / 25);
            }
            List<ScaleBook.Scale> read = scales.scales(Tensor.create(planes, 1, 2, 5, 5));
            int[] codes = Ops.ints(Ops.cat(read.stream().map(ScaleBook.Scale::codes).toList(), 0));
            assertThat(codes).containsExactly(plain.read(picture));
            assertThat(Arrays.stream(codes).distinct().count()).isGreaterThan(4);
            for (int k = 1; k < 4; k++) {
                float[] seen = Ops.floats(CellNet.cells(scales.pooled(k, read.get(k - 1).told())));
                float[][] rows = plain.before(k, codes);
                for (int i = 0; i < seen.length; i++) {
                    assertThat(seen[i]).isCloseTo(rows[i / 2][i % 2], within(ROUNDING));
                }
            }
        }
    }

    /// Half of what a scale tells stays, and half is convolved: three cells in a row, by hand.
    @Test
    void halfOfAScaleIsConvolved() {
        try (var _ = new PointerScope()) {
            Tensor kernel = torch.zeros(1, 1, 3, 3);
            kernel.select(3, 0).select(2, 1).fill_(Ops.scalar(4)); // four times what is left of it
            ScaleBook scales =
                    new ScaleBook(
                            new PyramidShape(List.of(3), 3, 1),
                            Tensor.create(new float[] {1, -2}, 2, 1),
                            List.of(kernel));
            assertThat(Ops.floats(scales.told(0, Ops.ids(1, 2, 0, 0, 0, 1, 2, 2, 2))))
                    .containsExactly(.5f, 1, -4, 0, 0, .5f, -1, -5, -5);
        }
    }

    /// The loss of one number, by hand: the code moves by all of it, what is read by a quarter, and
    /// the gradient of what is written passes by the code.
    @Test
    void eachSideOfTheLossMovesOne() {
        try (var _ = new PointerScope()) {
            Tensor book = Tensor.create(new float[] {1}, 1, 1).set_requires_grad(true);
            ScaleBook scales = cleared(new PyramidShape(List.of(1), 2, 1), book);
            Tensor read = Tensor.create(new float[] {3}, 1, 1, 1, 1).set_requires_grad(true);
            Bottleneck.Pinched pinched = scales.pinched(read);
            assertThat(pinched.values().item_float()).isEqualTo(1);
            assertThat(pinched.losses().item_float()).isEqualTo(4 + 0.25f * 4);
            List<Tensor> gradients = Ops.gradients(pinched.losses(), List.of(book, read));
            assertThat(gradients.getFirst().item_float()).isEqualTo(-4);
            assertThat(gradients.getLast().item_float()).isEqualTo(1);
            Tensor written = scales.pinched(read).values().mul(Ops.scalar(7)).sum();
            gradients = Ops.gradients(written, List.of(book, read));
            assertThat(gradients.getFirst().defined()).isFalse();
            assertThat(gradients.getLast().item_float()).isEqualTo(7);
        }
    }

    /// Of two scales, each is held against the whole of what was read.
    @Test
    void everyScaleIsHeldAgainstTheWhole() {
        try (var _ = new PointerScope()) {
            ScaleBook scales =
                    cleared(
                            new PyramidShape(List.of(1, 2), 3, 1),
                            Tensor.create(new float[] {1, 3}, 2, 1));
            // the mean 1 is told, of which 3, 0, 0, 0 owe 2, -1, -1, -1: codes 3, 0, 0, 0
            Tensor read = Tensor.create(new float[] {4, 0, 0, 0}, 1, 1, 2, 2);
            List<ScaleBook.Scale> told = scales.scales(read);
            assertThat(Ops.ints(told.getFirst().codes())).containsExactly(1);
            assertThat(Ops.ints(told.getLast().codes())).containsExactly(2, 0, 0, 0);
            double first = (9 + 1 + 1 + 1) / 4.0;
            double second = (0 + 1 + 1 + 1) / 4.0;
            assertThat(scales.pinched(read).losses().item_double())
                    .isCloseTo(1.25 * (first + second) / 2, within(1e-6));
        }
    }

    /// Code 0 tells nothing, and so does a scale that is not known yet.
    @Test
    void codeZeroTellsNothing() {
        LearnedPyramid code = code();
        for (float[] row : code.rows(new int[code.length()])) {
            assertThat(row).containsOnly(0);
        }
        int[] codes = code.read(picture(3));
        int[] zeros = code.first(2, codes);
        for (int i = 0; i < zeros.length; i++) {
            zeros[i] = Math.max(zeros[i], 0);
        }
        assertThat(code.write(code.first(2, codes))).isEqualTo(code.write(zeros));
        assertThat(code.write(codes)).isNotEqualTo(code.write(zeros));
    }

    /// A book that was put where vectors lie leaves less owed, and has no code that is not used.
    @Test
    void aBookIsPutWhereVectorsLie() {
        List<Raster> pictures =
                IntStream.range(0, 40).mapToObj(LearnedPyramidTest::picture).toList();
        LearnedPyramid code = code();
        double before = owed(code, pictures);
        code.begin(pictures, 1);
        assertThat(owed(code, pictures)).isLessThan(0.5 * before);
        assertThat(CodeQuality.of(code, pictures).usage()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                LearnedPyramid.fresh(
                                                picture(0), 2, 8, new PyramidShape(SIDES, 64, 3), 5)
                                        .begin(pictures.subList(0, 1), 1))
                .withMessageContaining("1 pictures of 39 codes settle 64");
    }

    private static double owed(LearnedPyramid code, List<Raster> pictures) {
        double sum = 0;
        for (Raster picture : pictures) {
            for (float each : code.reading(picture).owed().getLast()) {
                sum += each * each;
            }
        }
        return sum;
    }

    @Test
    void whatIsKeptReadsAndWritesAsBefore() {
        LearnedPyramid code = code();
        Path file = folder.resolve("code.safetensors");
        CodeFile.write(code, file);
        LearnedPyramid kept = (LearnedPyramid) CodeFile.read(file);
        assertThat(kept).hasToString(code.toString());
        int[] codes = code.read(picture(1));
        assertThat(codes).hasSize(39);
        assertThat(kept.read(picture(1))).containsExactly(codes);
        assertThat(kept.rows(codes)).isDeepEqualTo(code.rows(codes));
        assertThat(kept.write(codes)).isEqualTo(code.write(codes));
        assertThat(kept.sides()).isEqualTo(SIDES);
        assertThat(kept.order().groups()).hasSize(4);
    }

    @Test
    void damagedFilesAreTold() throws IOException {
        Path file = folder.resolve("code.safetensors");
        CodeFile.write(code(), file);
        String said = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> changed(said, "\"16,3\"", "\"16,4\""))
                .withMessageContaining("encoder.conv_out.weight")
                .withMessageContaining("should be [4, 16, 3, 3]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> changed(said, "\"16,3\"", "\"99,3\""))
                .withMessageContaining("book");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> changed(said, "\"1,2,3,5\"", "\"1,2,5,3\""))
                .withMessageContaining("sides of a pyramid must ascend: [1, 2, 5, 3]");
    }

    private void changed(String said, String from, String to) throws IOException {
        assertThat(said).contains(from);
        Path other = folder.resolve("other.safetensors");
        Files.writeString(other, said.replace(from, to), StandardCharsets.ISO_8859_1);
        CodeFile.read(other);
    }

    @Test
    void whatDoesNotFitIsTold() {
        LearnedPyramid code = code();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code.read(new Raster(8, 10, 3)))
                .withMessageContaining("is read as 10 x 10 pixels of 3 channels");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code.write(1, 2))
                .withMessageContaining("a picture of 39 codes is written with 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code.before(0, new int[39]))
                .withMessageContaining("scale 0 has nothing before it");
        int[] codes = new int[39];
        Arrays.fill(codes, PictureCode.UNKNOWN);
        codes[20] = 16;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code.write(codes))
                .withMessageContaining("place 20 has code 16; codes are [0, 16)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PyramidShape(SIDES, 1, 3))
                .withMessageContaining("a book of 1 codes of 3 numbers");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                LearnedPyramid.fresh(
                                        picture(0), 2, 8, new PyramidShape(List.of(1, 4), 8, 2), 1))
                .withMessageContaining("the grid of cells, 5 x 5; sides are [1, 4]");
    }

    /// Gradients reach all that is learned, and what is taught without codes is only the networks.
    @Test
    void gradientsReachAllThatIsLearned() {
        LearnedPyramid code =
                LearnedPyramid.fresh(picture(0), 2, 8, new PyramidShape(SIDES, 16, 3), 5);
        try (var _ = new PointerScope()) {
            code.weights().forEach(weight -> weight.set_requires_grad(true));
            Tensor pixels = Pixels.of(List.of(picture(5), picture(6)));
            Learned.Back back = code.back(pixels, Optional.empty());
            Tensor loss = back.pixels().sub(pixels).square().mean().add(back.loss());
            assertThat(Ops.gradients(loss, code.weights()))
                    .allSatisfy(each -> assertThat(each.defined()).isTrue());
            Tensor free = code.free(pixels).pixels().sub(pixels).square().mean();
            long reached =
                    Ops.gradients(free, code.weights()).stream().filter(Tensor::defined).count();
            assertThat(reached).isEqualTo(code.weights().size() - 5L); // the book, four kernels
        }
    }
}
