package org.cumae.unit.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.canvas.Element;
import org.cumae.canvas.Moment;
import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;
import org.cumae.psi.Book;
import org.cumae.psi.Pose;
import org.cumae.psi.Raster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// Tests 1, 2 and 9 of PSI's card, and the files of books.
class PatchTrainingTest {
    private static final Moment NOW = new Moment.Frame(0);
    private static final TokenType TYPE =
            new TokenType("rgb", 4, 4, List.of(Span.of(0, 16), Span.of(16, 8), Span.of(24, 8)));

    @TempDir private Path folder;

    /// A slope in a random direction, in random colours: smooth, as photos are.
    private static Raster picture(long seed) {
        Noise noise = Noise.of(seed, 4);
        return Raster.of(
                16,
                16,
                3,
                (y, x, c) ->
                        noise.uniform(c)
                                + 0.03 * (noise.uniform(3) - 0.5) * y
                                + 0.03 * (noise.uniform(4) - 0.5) * x);
    }

    private static List<Raster> pictures(int from, int to) {
        return IntStream.range(from, to).mapToObj(PatchTrainingTest::picture).toList();
    }

    private static Book learned() {
        return PatchTraining.DEFAULT.learn(TYPE, 4, pictures(0, 60));
    }

    @Test
    void eachLevelBringsWhatIsWrittenNearerAndIsUsed() {
        PatchTraining.Quality quality = PatchTraining.quality(learned(), pictures(60, 90));
        assertThat(quality.psnr().get(0)).isGreaterThan(15);
        assertThat(quality.psnr().get(1)).isGreaterThan(quality.psnr().get(0) + 0.5);
        assertThat(quality.psnr().get(2)).isGreaterThan(quality.psnr().get(1));
        assertThat(quality.usage().get(0)).isGreaterThan(0.6);
        assertThat(quality.perplexity().get(0)).isBetween(5.0, 16.0);
        assertThat(quality.bitsPerPatch()).isEqualTo(4 + 3 + 3);
    }

    /// A bit moves what is written along its own axis, whatever the others are, and a patch has the
    /// bits of the sides on which it lies: nothing has to be looked up.
    @Test
    void signsNeedNoLookingUp() {
        PatchTraining training = new PatchTraining(1, 20_000, 1, PatchTraining.Law.SIGNS);
        Book book = training.learn(TYPE, 4, pictures(0, 60));
        int bits = 4;
        float[] middle = new float[48];
        float[][] axes = new float[bits][48];
        for (int i = 0; i < 48; i++) {
            middle[i] = (book.patch(Tokens.of(0))[i] + book.patch(Tokens.of(15))[i]) / 2;
            for (int bit = 0; bit < bits; bit++) {
                axes[bit][i] = book.patch(Tokens.of(8 >> bit))[i] - book.patch(Tokens.of(0))[i];
                assertThat(book.patch(Tokens.of(15))[i] - book.patch(Tokens.of(15 - (8 >> bit)))[i])
                        .isCloseTo(axes[bit][i], within(1e-5f));
            }
        }
        for (int one = 0; one < bits; one++) {
            for (int other = 0; other < one; other++) {
                assertThat(along(axes[one], axes[other], new float[48])).isCloseTo(0, within(1e-5));
            }
        }
        for (Element each : book.read(picture(200), NOW)) {
            float[] patch = patch(picture(200), each);
            int code = 0;
            for (float[] axis : axes) {
                code = 2 * code + (along(axis, patch, middle) > 0 ? 1 : 0);
            }
            assertThat(each.codes().get(0)).isEqualTo(code);
        }
        PatchTraining.Quality quality = PatchTraining.quality(book, pictures(60, 90));
        assertThat(quality.psnr()).isSorted();
        assertThat(quality.psnr().get(0)).isGreaterThan(12);
        assertThat(quality.usage().get(0)).isEqualTo(1);
        TokenType odd = new TokenType("rgb", 4, 4, List.of(Span.of(0, 12)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> training.learn(odd, 4, pictures(0, 60)))
                .withMessageContaining("12 codes are not told by signs of patches of 48 numbers");
    }

    private static double along(float[] axis, float[] patch, float[] from) {
        double sum = 0;
        for (int i = 0; i < axis.length; i++) {
            sum += (double) axis[i] * (patch[i] - from[i]);
        }
        return sum;
    }

    private static float[] patch(Raster picture, Element at) {
        float[] patch = new float[48];
        for (int i = 0; i < 48; i++) {
            int cell = i / 3;
            patch[i] =
                    picture.at(
                            4 * at.address().y() + cell / 4,
                            4 * at.address().x() + cell % 4,
                            i % 3);
        }
        return patch;
    }

    @Test
    void aPatchsCodesAreItsOwnAffair() {
        Book book = learned();
        Raster one = picture(100);
        Raster other =
                Raster.of(
                        16,
                        16,
                        3,
                        (y, x, c) ->
                                y / 4 == 2 && x / 4 == 1 ? 1 - one.at(y, x, c) : one.at(y, x, c));
        List<Element> before = book.read(one, NOW);
        List<Element> after = book.read(other, NOW);
        for (int i = 0; i < 16; i++) {
            assertThat(after.get(i).equals(before.get(i))).isEqualTo(i != 2 * 4 + 1);
        }
    }

    @Test
    void standingStillIsTheFirstCodeOfMotion() {
        TokenType flow = new TokenType("f", 4, 4, List.of(Span.of(0, 9)));
        List<Raster> fields =
                IntStream.range(0, 40)
                        .mapToObj(
                                i ->
                                        Raster.of(
                                                16,
                                                16,
                                                2,
                                                (y, x, c) ->
                                                        x < 8
                                                                ? 0
                                                                : c == 0
                                                                        ? i % 3 - 1
                                                                        : i / 3 % 3 - 1))
                        .toList();
        Book book = PatchTraining.DEFAULT.learn(flow, 4, fields);
        assertThat(book.patch(0, 0)).containsOnly(0f);
        PatchTraining.Quality quality = PatchTraining.quality(book, fields);
        assertThat(quality.psnr().getFirst()).isGreaterThan(20);
    }

    @Test
    void aBookComesBackFromItsFileAndAnotherIsTold() {
        Book book = learned();
        Path file = folder.resolve("rgb.safetensors");
        BookFile.write(book, file);
        Book read = BookFile.read(file);
        assertThat(read.type()).isEqualTo(TYPE);
        assertThat(read.read(picture(7), NOW)).isEqualTo(book.read(picture(7), NOW));
        assertThat(BookFile.fingerprint(read)).isEqualTo(BookFile.fingerprint(book)).hasSize(64);
        Book other = new PatchTraining(3, 500, 9).learn(TYPE, 4, pictures(0, 60));
        assertThat(BookFile.fingerprint(other)).isNotEqualTo(BookFile.fingerprint(book));
    }

    @Test
    void whatCannotBeLearnedFromIsTold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PatchTraining.DEFAULT.learn(TYPE, 5, pictures(0, 2)))
                .withMessageContaining("patches of side 5");
        TokenType large = new TokenType("rgb", 4, 4, List.of(Span.of(0, 1000)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PatchTraining.DEFAULT.learn(large, 4, pictures(0, 2)))
                .withMessageContaining("1000 codes at level 0 and 32 patches");
    }

    @Test
    void standingStillHasTheDocumentedNumbers() {
        assertThat(CameraBins.of(Pose.IDENTITY))
                .containsExactly(1801, 1801, 1801, 1001, 1001, 1001, 1);
        assertThat(CameraBins.pose(List.of(1801, 1801, 1801, 1001, 1001, 1001, 1)))
                .isEqualTo(Pose.IDENTITY);
    }

    @Test
    void aCamerasMotionComesBackWithinHalfABin() {
        for (int trial = 0; trial < 300; trial++) {
            Noise noise = Noise.of(trial, 2);
            List<Integer> drawn =
                    List.of(
                            1801 + (int) (2000 * (noise.uniform(0) - 0.5)),
                            1801 + (int) (2000 * (noise.uniform(1) - 0.5)),
                            1801 + (int) (2000 * (noise.uniform(2) - 0.5)),
                            1001,
                            1001,
                            1001,
                            1);
            Pose turned = CameraBins.pose(drawn);
            double[] angles = CameraBins.axisAngle(turned.rotation());
            List<Integer> numbers = CameraBins.of(turned);
            for (int i = 0; i < 3; i++) {
                assertThat((numbers.get(i) - 1801) * 0.1).isCloseTo(angles[i], within(0.0501));
                assertThat(numbers.get(i)).isBetween(drawn.get(i) - 1, drawn.get(i) + 1);
            }
            double length = 5 * noise.uniform(3);
            Pose moved = Pose.move(length, 0, 0);
            assertThat((CameraBins.of(moved).get(6) - 1) * 0.001)
                    .isCloseTo(length, within(0.000501));
        }
        assertThat(CameraBins.of(Pose.rotateZ(180)).subList(0, 3))
                .containsExactly(1801, 1801, 3601);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CameraBins.of(Pose.move(12, 0, 0)))
                .withMessageContaining("at most 9.998");
    }
}
