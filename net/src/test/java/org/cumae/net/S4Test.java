package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.torch.Ops;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A state space that is diagonal plus low rank: its kernel by a generating function, by powers of
/// the dense matrix, and row by row.
class S4Test {
    private static final double EXACT = 1e-10;

    private static Tensor doubles(double[] values, long... shape) {
        return Tensor.create(values, shape);
    }

    /// As it begins, in double precision.
    private static S4 fresh(int width, int state) {
        long pairs = state / 2;
        S4 layer =
                new S4(
                        0,
                        new Mixing.S4(state),
                        new Modes(empty(width), empty(width, pairs), empty(width, pairs)),
                        empty(width, pairs, 2),
                        empty(width, pairs, 2),
                        empty(width, pairs, 2),
                        empty(width),
                        new Linear.Plain(torch.zeros(2L * width, width), Optional.empty()));
        layer.begin();
        return layer;
    }

    private static Tensor empty(long... shape) {
        return torch.empty(shape).to(ScalarType.Double);
    }

    /// One channel that begins as HiPPO, with steps of 0.1, and reads the sum of HiPPO's numbers.
    private static S4 hippo(int state) {
        S4 layer = fresh(1, state);
        layer.modes().logStep().fill_(Ops.scalar(Math.log(0.1)));
        layer.skip().zero_();
        Tensor sums = Hippo.basis(state).vectors().sum(0); // 1 V
        long pairs = state / 2;
        Tensor half = sums.narrow(0, pairs, pairs).flip(0).unsqueeze(0);
        layer.read().copy_(torch.view_as_real(half));
        return layer;
    }

    private static double[] kernel(S4 layer, long length) {
        return Ops.doubles(layer.kernel(length).contiguous().flatten());
    }

    @Test
    void theKernelOfHippoIsTheCards() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            assertThat(kernel(hippo(4), 6))
                    .containsExactly(
                            new double[] {
                                0.547052, 0.223439, 0.063994, -0.004599, -0.025622, -0.023929
                            },
                            within(1e-6));
        }
    }

    /// Without its low rank it is S4D with the bilinear rule.
    @Test
    void aKernelWithoutLowRankIsTheCards() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor ones = doubles(new double[] {1, 0, 1, 0}, 1, 2, 2);
            S4 layer =
                    new S4(
                            0,
                            new Mixing.S4(4),
                            new Modes(
                                    doubles(new double[] {Math.log(0.1)}, 1),
                                    doubles(new double[] {Math.log(0.5), Math.log(0.5)}, 1, 2),
                                    doubles(new double[] {0, Math.PI}, 1, 2)),
                            torch.zeros_like(ones),
                            ones,
                            ones,
                            doubles(new double[] {0}, 1),
                            new Linear.Plain(torch.zeros(2, 1), Optional.empty()));
            assertThat(kernel(layer, 5))
                    .containsExactly(
                            new double[] {0.385767, 0.349877, 0.301445, 0.245362, 0.186828},
                            within(1e-6));
        }
    }

    /// `(1 - d/2 A)^-1`, of a lower triangular matrix, solved from the top.
    private static double[] solved(double[][] a, double half, double... right) {
        double[] x = new double[right.length];
        for (int i = 0; i < x.length; i++) {
            double sum = right[i];
            for (int j = 0; j < i; j++) {
                sum += half * a[i][j] * x[j];
            }
            x[i] = sum / (1 - half * a[i][i]);
        }
        return x;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 8, 32})
    void theGeneratingFunctionGivesThePowersOfTheDenseMatrix(int state) {
        int length = 48;
        double half = 0.05;
        double[][] a = Hippo.matrix(state);
        double[] b = Arrays.stream(Hippo.input(state)).map(value -> 0.1 * value).toArray();
        double[] x = solved(a, half, b);
        double[] expected = new double[length];
        for (int row = 0; row < length; row++) {
            expected[row] = Arrays.stream(x).sum();
            double[] right = new double[state];
            for (int i = 0; i < state; i++) {
                right[i] = x[i];
                for (int j = 0; j <= i; j++) {
                    right[i] += half * a[i][j] * x[j];
                }
            }
            x = solved(a, half, right);
        }
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            assertThat(kernel(hippo(state), length)).containsExactly(expected, within(1e-9));
        }
    }

    @Test
    void aLongerKernelBeginsAsTheShorterOne() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            torch.manual_seed(3);
            S4 layer = fresh(1, 8);
            for (int length : new int[] {1, 2, 7, 64}) {
                double[] twice = kernel(layer, 2L * length);
                assertThat(Arrays.copyOf(twice, length))
                        .containsExactly(kernel(layer, length), within(EXACT));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void convolutionAndRecurrenceAgree(boolean precise) {
        ScalarType type = precise ? ScalarType.Double : ScalarType.Float;
        int rows = 300;
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            torch.manual_seed(4);
            S4 exact = fresh(3, 16);
            S4 layer =
                    new S4(
                            0,
                            exact.shape(),
                            new Modes(
                                    exact.modes().logStep().to(type),
                                    exact.modes().logDecay().to(type),
                                    exact.modes().frequency().to(type)),
                            exact.low().to(type),
                            exact.write().to(type),
                            exact.read().to(type),
                            exact.skip().to(type),
                            exact.output());
            Tensor x = torch.randn(2, rows, 3).to(type);
            double[] whole = doubles(layer.whole(x));
            double most = Arrays.stream(whole).map(Math::abs).max().orElseThrow();
            List<Tensor> memory = List.of(torch.zeros(2, 3, 8, 2).to(type));
            List<Tensor> said = new ArrayList<>();
            for (int piece : new int[] {1, 2, 97, 200}) {
                long from = said.stream().mapToLong(part -> part.size(1)).sum();
                Recurrent.Rolled rolled = layer.roll(x.narrow(1, from, piece), memory);
                said.add(rolled.y());
                memory = rolled.memory();
            }
            assertThat(doubles(Ops.cat(said, 1)))
                    .containsExactly(whole, within(precise ? EXACT : 1e-4 * most));
        }
    }

    private static double[] doubles(Tensor tensor) {
        return Ops.doubles(tensor.to(ScalarType.Double).contiguous());
    }

    @Test
    void anOddStateIsRefused() {
        assertThatThrownBy(() -> new Mixing.S4(7)).hasMessageContaining("must be even");
    }
}
