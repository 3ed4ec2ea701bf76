package org.cumae.unit.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.flow.GroupTimes;
import org.cumae.flow.Solver;
import org.cumae.net.DiffusionShape;
import org.cumae.noise.Noise;
import org.cumae.picture.EmergingCode;
import org.cumae.picture.PictureCode;
import org.cumae.psi.Raster;
import org.cumae.torch.Libtorch;
import org.cumae.torch.Ops;
import org.cumae.weights.WeightFileException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// Tests 3 and 7 to 9 of D-AR's card, and what files and users may do.
class DiffusionCodeTest {
    private static final int ROWS = 8;
    private static final int COLUMNS = 12;
    private static final int LENGTH = 8;
    private static final int CODES = 16;
    private static final int NUMBERS = ROWS * COLUMNS * 3;
    private static final Noise NOISE = Noise.of(4, 2);

    @TempDir private Path folder;

    @BeforeAll
    static void load() {
        Libtorch.load();
    }

    private static Raster picture(long seed) {
        Noise noise = Noise.of(seed, 4);
        return Raster.of(
                ROWS,
                COLUMNS,
                3,
                (y, x, c) ->
                        (noise.uniform((y * COLUMNS + x) * 3 + c)
                                        + 1
                                        + Math.sin(seed * (1 + y) + x + c))
                                / 3);
    }

    private static DiffusionShape shape(boolean guesses) {
        return new DiffusionShape(3, ROWS, COLUMNS, 4, 2, 16, 2, 2, 2, 2, LENGTH, 4, guesses);
    }

    private static DiffusionCode fresh(int groups) {
        return DiffusionCode.fresh(shape(true), CODES, GroupTimes.of(groups), 5);
    }

    /// One whose gates are open, as if it had learned something.
    private static DiffusionCode loud(int groups) {
        DiffusionCode code = fresh(groups);
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            torch.manual_seed(8);
            code.weights()
                    .forEach(weight -> weight.add_(torch.randn_like(weight).mul(Ops.scalar(0.2))));
        }
        code.round();
        return code;
    }

    private static List<Raster> previews(DiffusionCode code, int... codes) {
        List<Raster> previews = new ArrayList<>();
        try (EmergingCode.Emergence emergence = code.begin(NOISE)) {
            for (int each : codes) {
                emergence.push(each).ifPresent(previews::add);
            }
        }
        return previews;
    }

    private static int[] groups(DiffusionCode code, double... parts) {
        return DoubleStream.of(parts).mapToInt(code.times()::group).toArray();
    }

    private static double apart(Raster one, Raster other) {
        double most = 0;
        for (int i = 0; i < NUMBERS; i++) {
            int cell = i / 3;
            most =
                    Math.max(
                            most,
                            Math.abs(
                                    one.at(cell / COLUMNS, cell % COLUMNS, i % 3)
                                            - other.at(cell / COLUMNS, cell % COLUMNS, i % 3)));
        }
        return most;
    }

    /// Group by group behind remembered rows comes out what comes of the whole line at once.
    @Test
    void aPictureEmergesAsFromTheWholeLine() {
        DiffusionCode code = loud(4);
        int[] codes = code.read(picture(1));
        GroupTimes times = code.times();
        Solver.AdamsBashforth solver = new Solver.AdamsBashforth(times.times(4), true);
        double[] start = new double[NUMBERS];
        Arrays.setAll(start, NOISE::gaussian);
        double[] whole;
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor told = code.told(codes); // [1, length, width]
            int[] step = {0};
            whole =
                    solver.solve(
                            (time, at) -> {
                                float[] here = new float[at.length];
                                for (int i = 0; i < here.length; i++) {
                                    here[i] = (float) at[i];
                                }
                                float[] said =
                                        Ops.floats(
                                                code.net()
                                                        .velocity(
                                                                Tensor.create(
                                                                        here, 1, 3, ROWS, COLUMNS),
                                                                new float[] {(float) time},
                                                                told.narrow(1, 2L * step[0]++, 2)));
                                double[] wide = new double[said.length];
                                Arrays.setAll(wide, i -> said[i]);
                                return wide;
                            },
                            NOISE,
                            start);
        }
        Raster offline =
                Raster.of(
                        ROWS,
                        COLUMNS,
                        3,
                        (y, x, c) -> (whole[c * ROWS * COLUMNS + y * COLUMNS + x] / 0.6 + 1) / 2);
        List<Raster> previews = previews(code, codes);
        assertThat(previews).hasSize(4);
        assertThat(apart(previews.getLast(), offline)).isLessThan(1e-4);
        assertThat(apart(previews.getLast(), code.write(NOISE, codes))).isZero();
        assertThat(apart(previews.getLast(), code.write(codes))).isGreaterThan(0.1); // other noise
    }

    /// What is thought of a picture behind a group is the same wherever the line is cut behind it,
    /// and depends on no later code.
    @Test
    void previewsKnowTheirOwnGroupsOnly() {
        DiffusionCode code = loud(4);
        int[] codes = code.read(picture(1));
        List<Raster> previews = previews(code, codes);
        for (int groups = 1; groups <= 4; groups++) {
            int[] cut = codes.clone();
            Arrays.fill(cut, 2 * groups, LENGTH, PictureCode.UNKNOWN);
            assertThat(code.write(NOISE, cut)).isEqualTo(previews.get(groups - 1));
            int[] other = codes.clone();
            other[2 * groups - 1] = (other[2 * groups - 1] + 1) % CODES;
            List<Raster> others = previews(code, other);
            for (int group = 0; group < 4; group++) {
                boolean same = others.get(group).equals(previews.get(group));
                assertThat(same).as("%d, %d", groups, group).isEqualTo(group < groups - 1);
            }
        }
    }

    /// The losses of codes behind a picture's group count for nothing, and neither they nor the way
    /// that the picture is told have a gradient to what comes behind.
    @Test
    void whatIsBehindTheGroupLearnsNothing() {
        DiffusionCode code = loud(4);
        try (var _ = new PointerScope()) {
            torch.manual_seed(3);
            Tensor pixels = Pixels.of(List.of(picture(1), picture(2)));
            double[] parts = {0.25, 0.99};
            DiffusionCode.Emerged emerged =
                    code.emerged(
                            pixels, parts, groups(code, parts), torch.randn_like(pixels), true);
            float[] losses = Ops.floats(emerged.losses().detach());
            assertThat(emerged.counted()).isEqualTo(4 + 8);
            for (int i = 0; i < 2 * LENGTH; i++) {
                if (i < 4 || i >= LENGTH) {
                    assertThat(losses[i]).isPositive();
                } else {
                    assertThat(losses[i]).isZero();
                }
            }
            Tensor read = torch.randn(1, LENGTH, 4).set_requires_grad(true);
            Tensor told = code.net().told(read);
            code.net()
                    .velocity(
                            torch.randn(1, 3, ROWS, COLUMNS),
                            new float[] {0.5F},
                            told.narrow(1, 2, 2))
                    .square()
                    .sum()
                    .backward();
            float[] gradient = Ops.floats(read.grad().abs().sum(2).flatten());
            for (int i = 0; i < LENGTH; i++) {
                assertThat(gradient[i] > 0).as("code %d", i).isEqualTo(i < 4);
            }
        }
    }

    /// Before it has learned anything it says nothing, and misses all there is; one that guesses
    /// misses less.
    @Test
    void aFreshOneMissesAllThereIs() {
        DiffusionCode code = DiffusionCode.fresh(shape(false), CODES, GroupTimes.of(4), 5);
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            List<Raster> pictures = new ArrayList<>();
            double[] parts = new double[200];
            for (int i = 0; i < parts.length; i++) {
                pictures.add(picture(i));
                parts[i] = i / 200.0;
            }
            torch.manual_seed(3);
            Tensor pixels = Pixels.of(pictures);
            DiffusionCode.Emerged emerged =
                    code.emerged(
                            pixels, parts, groups(code, parts), torch.randn_like(pixels), true);
            assertThat(emerged.said().abs().max().item_double()).isZero();
            double size =
                    pixels.mul(Ops.scalar(2)).sub(Ops.scalar(1)).square().mean().item_double();
            double expected = (1 + 0.36 * size) / 0.36;
            double spread = 3 * 2 * expected / Math.sqrt(200.0 * NUMBERS); // three errors and more
            assertThat(emerged.missed().item_double()).isCloseTo(expected, within(spread));
            torch.manual_seed(3);
            DiffusionCode guessing = fresh(4);
            double missed =
                    guessing.emerged(
                                    pixels,
                                    parts,
                                    groups(guessing, parts),
                                    torch.randn_like(pixels),
                                    true)
                            .missed()
                            .item_double();
            assertThat(missed).isBetween(0.3 * expected, 0.7 * expected);
        }
    }

    /// One group is told in every step: all codes count from the beginning.
    @Test
    void oneGroupIsToldAllTheWay() {
        DiffusionCode code = loud(1).through(new Solver.Euler(GroupTimes.of(1).times(3)));
        int[] codes = code.read(picture(1));
        List<Raster> previews = previews(code, codes);
        assertThat(previews).hasSize(1);
        int[] other = codes.clone();
        other[LENGTH - 1] = (other[LENGTH - 1] + 1) % CODES;
        assertThat(previews(code, other)).isNotEqualTo(previews);
    }

    /// More steps than groups, or fewer: a picture is whole behind the last group all the same.
    @Test
    void stepsNeedNotBeAsManyAsGroups() {
        DiffusionCode code = loud(4);
        int[] codes = code.read(picture(1));
        Raster same = previews(code, codes).getLast();
        for (int steps : new int[] {2, 8}) {
            DiffusionCode other =
                    code.through(new Solver.AdamsBashforth(code.times().times(steps), true));
            List<Raster> previews = previews(other, codes);
            assertThat(previews).hasSize(4);
            assertThat(previews.getLast()).isNotEqualTo(same);
        }
    }

    @Test
    void theFirstCodesAreTheSameHoweverManyAreRead() {
        DiffusionCode code = loud(4);
        List<Raster> pictures =
                IntStream.range(0, 40).mapToObj(DiffusionCodeTest::picture).toList();
        List<int[]> all = code.read(pictures);
        for (int count : new int[] {1, 3, LENGTH}) {
            List<int[]> some = code.read(pictures, count);
            for (int i = 0; i < all.size(); i++) {
                assertThat(some.get(i)).containsExactly(Arrays.copyOf(all.get(i), count));
            }
        }
        assertThat(code.read(picture(2))).containsExactly(all.get(1));
        assertThat(all.stream().map(Arrays::toString).distinct().count()).isGreaterThan(1);
    }

    @Test
    void whatIsKeptReadsAndWritesAsBefore() throws IOException {
        DiffusionCode code = loud(4);
        Path file = folder.resolve("code.safetensors");
        CodeFile.write(code, file);
        DiffusionCode kept = (DiffusionCode) CodeFile.read(file);
        assertThat(kept).hasToString(code.toString());
        assertThat(kept.shape()).isEqualTo(code.shape());
        assertThat(kept.times()).isEqualTo(code.times());
        int[] codes = code.read(picture(1));
        assertThat(kept.read(picture(1))).containsExactly(codes);
        assertThat(kept.write(codes)).isEqualTo(code.write(codes));
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));
        assertThatThrownBy(() -> CodeFile.read(file)).isInstanceOf(WeightFileException.class);
    }

    @Test
    void whatDoesNotFitIsTold() {
        DiffusionCode code = loud(4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fresh(3))
                .withMessageContaining("8 codes are cut into 3 groups");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new DiffusionShape(
                                        3, ROWS, COLUMNS, 5, 2, 16, 2, 2, 2, 2, LENGTH, 4, true))
                .withMessageContaining("cannot be cut into patches of side 5");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new DiffusionShape(
                                        3, ROWS, COLUMNS, 4, 2, 20, 2, 2, 2, 2, LENGTH, 4, true))
                .withMessageContaining("20 channels are cut into 2 heads");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code.read(new Raster(ROWS, ROWS, 3)))
                .withMessageContaining("is read as 12 x 8 pixels of 3 channels");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code.read(List.of(picture(1)), 9))
                .withMessageContaining("9 codes of a picture are read");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> code.write(1, 2))
                .withMessageContaining("a picture of 8 codes is written with 2");
        try (EmergingCode.Emergence emergence = code.begin(NOISE)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> emergence.push(CODES))
                    .withMessageContaining("place 0 has code 16; codes are [0, 16)");
            for (int i = 0; i < LENGTH; i++) {
                emergence.push(i);
            }
            assertThatIllegalStateException()
                    .isThrownBy(() -> emergence.push(0))
                    .withMessageContaining("has its 8 codes already");
        }
    }
}
