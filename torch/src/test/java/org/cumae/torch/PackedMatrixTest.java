package org.cumae.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/// Every packed matrix gives the products of the plain one, up to what its bits cannot hold.
class PackedMatrixTest {
    private static final int OUT = 37;
    private static final int IN = 101;

    /// A member of the family, and how far its products may lie off.
    private enum Kind {
        /// The order of a float32 sum.
        FLOAT32(2e-6) {
            @Override
            PackedMatrix pack(Tensor weight, Optional<Tensor> bias) {
                assumeTrue(Float32Matrix.isSupported(), "needs oneDNN");
                return Float32Matrix.of(weight, bias);
            }
        },
        /// A weight is rounded by 2^-11 of itself at most; in a sum the roundings partly cancel.
        FLOAT16(1e-4) {
            @Override
            PackedMatrix pack(Tensor weight, Optional<Tensor> bias) {
                return Float16Matrix.of(weight, bias);
            }
        },
        /// A weight is rounded by half of the row's largest over 127.
        INT8(3e-3) {
            @Override
            PackedMatrix pack(Tensor weight, Optional<Tensor> bias) {
                return Int8Matrix.of(weight, bias);
            }
        },
        /// The same on processors without 32-bit sums of bytes.
        INT8_NARROW(3e-3) {
            @Override
            PackedMatrix pack(Tensor weight, Optional<Tensor> bias) {
                return new Int8Matrix(weight, bias, Int8Matrix.Digits.NARROW);
            }
        };

        /// In units of the norms of row and input.
        final double tolerance;

        Kind(double tolerance) {
            this.tolerance = tolerance;
        }

        abstract PackedMatrix pack(Tensor weight, Optional<Tensor> bias);

        PackedMatrix packed(float[] weight, Optional<float[]> bias) {
            assumeTrue(this == FLOAT32 || PackedMatrix.savesBits(), "needs FBGEMM");
            return pack(Tensor.create(weight, OUT, IN), bias.map(Tensor::create));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void productsAreThoseOfThePlainMatrix(Kind kind) {
        float[] weight = normal(1, OUT * IN);
        float[] bias = normal(2, OUT);
        try (var _ = new PointerScope();
                var _ = new InferenceMode();
                PackedMatrix plain = kind.packed(weight, Optional.empty());
                PackedMatrix shifted = kind.packed(weight, Optional.of(bias))) {
            for (int rows : new int[] {1, 2, 3, 4, 5, 17, 300}) { // both ways of joining digits
                float[] x = normal(rows, rows * IN);
                same(kind.tolerance, plain, x, rows, weight, new float[OUT]);
                same(kind.tolerance, shifted, x, rows, weight, bias);
            }
        }
    }

    private static void same(
            double tolerance,
            PackedMatrix matrix,
            float[] x,
            int rows,
            float[] weight,
            float[] bias) {
        float[] products = Ops.floats(matrix.times(Tensor.create(x, rows, IN)));
        for (int row = 0; row < rows; row++) {
            for (int out = 0; out < OUT; out++) {
                double exact = bias[out];
                double rowNorm = 0;
                double weightNorm = 0;
                for (int i = 0; i < IN; i++) {
                    double a = x[row * IN + i];
                    double b = weight[out * IN + i];
                    exact += a * b;
                    rowNorm += a * a;
                    weightNorm += b * b;
                }
                assertThat((double) products[row * OUT + out])
                        .as("row %d of %d, weights %d", row, rows, out)
                        .isCloseTo(exact, within(tolerance * Math.sqrt(rowNorm * weightNorm)));
            }
        }
    }

    /// With weights that int8 holds exactly only the input's digits are left to lose anything: 1
    /// part in 4 levels^2 of a row's largest number, 3 times the usual size of a number here.
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"INT8", "INT8_NARROW"})
    void wholeWeightsLoseNothingAndInputsNextToNothing(Kind kind) {
        float[] weight = new float[OUT * IN];
        Random random = new Random(6);
        for (int i = 0; i < weight.length; i++) {
            weight[i] = i % IN == 0 ? 127 : random.nextInt(-127, 128);
        }
        try (var _ = new PointerScope();
                var _ = new InferenceMode();
                PackedMatrix matrix = kind.packed(weight, Optional.empty())) {
            for (int rows : new int[] {1, 3, 4}) {
                float[] x = normal(rows, rows * IN);
                same(5e-5, matrix, x, rows, weight, new float[OUT]);
            }
        }
    }

    /// Else a text would depend on the requests that happen to run beside it.
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"INT8", "INT8_NARROW"})
    void anIntegerProductIsTheSameToTheBitBesideARowAThousandTimesAsLarge(Kind kind) {
        float[] weight = normal(1, OUT * IN);
        float[] x = normal(3, 300 * IN);
        for (int i = IN; i < 2 * IN; i++) {
            x[i] *= 1000;
        }
        try (var _ = new PointerScope();
                var _ = new InferenceMode();
                PackedMatrix matrix = kind.packed(weight, Optional.empty())) {
            float[] alone = Ops.floats(matrix.times(Tensor.create(Arrays.copyOf(x, IN), 1, IN)));
            for (int rows : new int[] {2, 5, 300}) {
                float[] all = Arrays.copyOf(x, rows * IN);
                float[] beside = Ops.floats(matrix.times(Tensor.create(all, rows, IN)));
                assertThat(Arrays.copyOf(beside, OUT)).as("%d rows", rows).containsExactly(alone);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void rowsThatDoNotStandOneAfterAnotherAreReadWhereTheyStand(Kind kind) {
        float[] weight = normal(1, OUT * IN);
        float[] x = normal(4, 3 * IN);
        try (var _ = new PointerScope();
                var _ = new InferenceMode();
                PackedMatrix matrix = kind.packed(weight, Optional.empty())) {
            Tensor rows = Tensor.create(x, 3, IN);
            Tensor strided = rows.t().contiguous().t(); // the same rows, column by column
            assertThat(strided.is_contiguous()).isFalse();
            assertThat(Ops.floats(matrix.times(strided)))
                    .containsExactly(Ops.floats(matrix.times(rows)), within(1e-5f));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void zerosGiveTheBias(Kind kind) {
        float[] bias = normal(2, OUT);
        try (var _ = new PointerScope();
                var _ = new InferenceMode();
                PackedMatrix matrix = kind.packed(new float[OUT * IN], Optional.of(bias))) {
            assertThat(Ops.floats(matrix.times(Tensor.create(new float[IN], 1, IN))))
                    .containsExactly(bias);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aNumberThatIsNoneIsNotHidden(Kind kind) {
        float[] x = normal(5, IN);
        x[7] = Float.NaN;
        try (var _ = new PointerScope();
                var _ = new InferenceMode();
                PackedMatrix matrix = kind.packed(normal(1, OUT * IN), Optional.empty())) {
            assertThat(Ops.floats(matrix.times(Tensor.create(x, 1, IN)))).containsOnly(Float.NaN);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void rowsOfAnotherWidthAreRefusedWithBothShapes(Kind kind) {
        try (var _ = new PointerScope();
                var _ = new InferenceMode();
                PackedMatrix matrix = kind.packed(normal(1, OUT * IN), Optional.empty())) {
            assertThatThrownBy(() -> matrix.times(Tensor.create(new float[IN + 1], 1, IN + 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("[1, 102]", "[37, 101]");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void productsAndClosingLeaveNoNativeHandleBehind(Kind kind) {
        long before = 0;
        for (int round = 0; round < 20; round++) {
            try (var _ = new PointerScope();
                    var _ = new InferenceMode();
                    PackedMatrix matrix = kind.packed(normal(1, OUT * IN), Optional.empty())) {
                matrix.times(Tensor.create(normal(2, IN), 1, IN));
            }
            before = round == 4 ? Handles.settled() : before;
        }
        assertThat(Pointer.totalCount()).isEqualTo(before);
    }

    @Test
    void fewerBitsTakeLessMemory() {
        float[] weight = normal(1, OUT * IN);
        long weights = (long) OUT * IN;
        try (var _ = new PointerScope();
                PackedMatrix float32 = Kind.FLOAT32.packed(weight, Optional.empty());
                PackedMatrix float16 = Kind.FLOAT16.packed(weight, Optional.empty());
                PackedMatrix int8 = Kind.INT8.packed(weight, Optional.empty())) {
            assertThat(float32.bytes()).isEqualTo(4 * weights);
            assertThat(float16.bytes()).isEqualTo(2 * weights);
            assertThat(int8.bytes()).isEqualTo(weights + 4L * OUT);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {65_536, -70_000, Float.POSITIVE_INFINITY})
    void aWeightBeyondFloat16IsRefusedWithTheRemedy(float weight) {
        float[] weights = new float[OUT * IN];
        weights[11] = weight;
        try (var _ = new PointerScope()) {
            assertThatThrownBy(() -> Kind.FLOAT16.packed(weights, Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("65504", "float32");
        }
    }

    private static float[] normal(long seed, int count) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
