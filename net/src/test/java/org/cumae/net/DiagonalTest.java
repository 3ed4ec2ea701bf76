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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// State spaces that are the same at every row: HiPPO's matrices, golden kernels, and the ways of
/// going along a sequence, which must agree.
class DiagonalTest {
    private static final double EXACT = 1e-10;

    private static Tensor doubles(double[] values, long... shape) {
        return Tensor.create(values, shape);
    }

    private static Tensor chance(long... shape) {
        return torch.randn(shape).to(ScalarType.Double);
    }

    /// `A x` and so on, in Java: the plain way to go on.
    private static double[] times(double[][] a, double[] x) {
        return Arrays.stream(a).mapToDouble(row -> dot(row, x)).toArray();
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /// `I + factor A`.
    private static double[][] shifted(double[][] a, double factor) {
        double[][] rows = new double[a.length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                rows[i][j] = factor * a[i][j] + (i == j ? 1 : 0);
            }
        }
        return rows;
    }

    @Test
    void hippoIsTheCards() {
        double[][] a = Hippo.matrix(4);
        double[][] expected = {
            {-1, 0, 0, 0},
            {-1.732051, -2, 0, 0},
            {-2.236068, -3.872983, -3, 0},
            {-2.645751, -4.582576, -5.916080, -4}
        };
        for (int i = 0; i < 4; i++) {
            assertThat(a[i]).containsExactly(expected[i], within(1e-6));
        }
        assertThat(Hippo.input(4))
                .containsExactly(new double[] {1, 1.732051, 2.236068, 2.645751}, within(1e-6));
        assertThat(Hippo.frequencies(4))
                .containsExactly(new double[] {4.603293, 0.556501}, within(1e-6));
        double[] first = Arrays.copyOf(Start.LEGS.values(64).frequency(), 3);
        assertThat(first).containsExactly(new double[] {1303.27, 433.03, 258.15}, within(5e-3));
        double[] inverse = Arrays.copyOf(Start.INVERSE.values(64).frequency(), 3);
        assertThat(inverse).containsExactly(new double[] {1283.43, 414.23, 240.39}, within(5e-3));
        assertThatThrownBy(() -> Hippo.frequencies(5)).hasMessageContaining("must be even");
    }

    @Test
    void eigenvaluesByChanceAreStableAndDiffer() {
        try (var _ = new PointerScope()) {
            torch.manual_seed(1);
            Start.Values values = Start.RANDOM.values(16);
            assertThat(Arrays.stream(values.decay()).min().orElseThrow()).isPositive();
            assertThat(Arrays.stream(values.frequency()).distinct().count()).isEqualTo(8);
        }
    }

    @Test
    void theBilinearKernelOfHippoIsTheCards() {
        double step = 0.1;
        double[][] a = Hippo.matrix(4);
        double[][] back = shifted(a, -step / 2);
        double[] state = solved(back, Arrays.stream(Hippo.input(4)).map(b -> step * b).toArray());
        double[] expected = {0.547052, 0.223439, 0.063994, -0.004599, -0.025622, -0.023929};
        for (double value : expected) {
            assertThat(Arrays.stream(state).sum()).isCloseTo(value, within(1e-6));
            state = solved(back, times(shifted(a, step / 2), state));
        }
    }

    /// One channel with eigenvalues `-1/2` and `-1/2 + i pi`, steps of 0.1, and 1 for all else.
    private static S4d linear() {
        Modes modes =
                new Modes(
                        doubles(new double[] {Math.log(0.1)}, 1),
                        doubles(new double[] {Math.log(0.5), Math.log(0.5)}, 1, 2),
                        doubles(new double[] {0, Math.PI}, 1, 2));
        return new S4d(
                0,
                new Mixing.S4d(4, Start.LINEAR),
                modes,
                doubles(new double[] {1, 0, 1, 0}, 1, 2, 2),
                doubles(new double[] {0}, 1),
                new Linear.Plain(torch.zeros(2, 1), Optional.empty()));
    }

    @Test
    void theKernelOfS4dIsTheCards() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor impulse = doubles(new double[] {1, 0, 0, 0, 0}, 1, 5, 1);
            Tensor nothing = doubles(new double[4], 1, 1, 2, 2);
            double[] kernel = Ops.doubles(linear().roll(impulse, List.of(nothing)).y().flatten());
            assertThat(kernel)
                    .containsExactly(
                            new double[] {0.387011, 0.350341, 0.300985, 0.244020, 0.184809},
                            within(1e-6));
        }
    }

    /// HiPPO's matrix has the eigenvalues -1 to -4, so in its own basis it is diagonal and real.
    @Test
    void theKernelOfHippoHeldBetweenSamplesIsTheCards() {
        int size = 4;
        double[][] a = Hippo.matrix(size);
        double[][] basis = new double[size][size]; // an eigenvector in each column
        for (int k = 0; k < size; k++) {
            basis[k][k] = 1;
            for (int n = k + 1; n < size; n++) {
                double sum = 0;
                for (int j = k; j < n; j++) {
                    sum += a[n][j] * basis[j][k];
                }
                basis[n][k] = sum / (a[k][k] - a[n][n]);
            }
        }
        double[] in = solved(basis, Hippo.input(size));
        double[] decay = new double[size];
        double[] read = new double[2 * size]; // half, since pairs count twice
        for (int k = 0; k < size; k++) {
            decay[k] = Math.log(-a[k][k]);
            for (int n = 0; n < size; n++) {
                read[2 * k] += 0.5 * basis[n][k] * in[k];
            }
        }
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Modes modes =
                    new Modes(
                            doubles(new double[] {Math.log(0.1)}, 1),
                            doubles(decay, 1, size),
                            doubles(new double[size], 1, size));
            assertThat(impulse(modes, doubles(read, 1, size, 2), 6))
                    .containsExactly(
                            new double[] {
                                0.529933, 0.221222, 0.067681, 0.000573, -0.020910, -0.020351
                            },
                            within(1e-6));
        }
    }

    /// What one channel without a skip makes of a single 1.
    private static double[] impulse(Modes modes, Tensor read, int rows) {
        double[] one = new double[rows];
        one[0] = 1;
        int state = Math.toIntExact(2 * read.size(1));
        S4d layer =
                new S4d(
                        0,
                        new Mixing.S4d(state, Start.LEGS),
                        modes,
                        read,
                        doubles(new double[1], 1),
                        new Linear.Plain(torch.zeros(2, 1), Optional.empty()));
        return pieces(layer, doubles(one, 1, rows, 1), rows);
    }

    /// An autoregression is a state space of its companion matrix, whose eigenvalues are the roots
    /// of `z^2 = w1 z + w2`: here a pair that turns.
    @Test
    void anAutoregressionIsAStateSpace() {
        double w1 = 0.5;
        double w2 = -0.7;
        int rows = 60;
        double[] expected = new double[rows]; // what one shock is worth so many steps later
        expected[0] = 1;
        for (int t = 1; t < rows; t++) {
            expected[t] = w1 * expected[t - 1] + (t > 1 ? w2 * expected[t - 2] : 0);
        }
        double real = w1 / 2; // the root r + i q has length sqrt(-w2)
        double imaginary = Math.sqrt(-w2 - real * real);
        double decay = -Math.log(Math.sqrt(-w2));
        double frequency = Math.atan2(imaginary, real);
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Modes modes =
                    new Modes(
                            doubles(new double[1], 1), // steps of 1
                            doubles(new double[] {Math.log(decay)}, 1, 1),
                            doubles(new double[] {frequency}, 1, 1));
            // psi_l = root^(l+1) / (root - its conjugate), and the other of the pair
            Tensor root = Modes.complex(doubles(new double[] {real, imaginary}, 1, 1, 2));
            Tensor apart = Modes.complex(doubles(new double[] {0, 2 * imaginary}, 1, 1, 2));
            Tensor read = Modes.parts(root.div(apart).div(modes.taken()));
            assertThat(impulse(modes, read, rows)).containsExactly(expected, within(EXACT));
        }
    }

    private static S4d channels(int width, int pairs) {
        Modes modes =
                new Modes(
                        torch.rand(width).to(ScalarType.Double).sub(Ops.scalar(3)),
                        chance(width, pairs),
                        chance(width, pairs).mul(Ops.scalar(3)));
        return new S4d(
                0,
                new Mixing.S4d(2 * pairs, Start.LEGS),
                modes,
                chance(width, pairs, 2),
                chance(width),
                new Linear.Plain(torch.zeros(2 * width, width), Optional.empty()));
    }

    private static S5 shared(int width, int pairs) {
        Modes modes =
                new Modes(
                        torch.rand(pairs).to(ScalarType.Double).sub(Ops.scalar(3)),
                        chance(pairs, 1),
                        chance(pairs, 1).mul(Ops.scalar(3)));
        return new S5(
                0,
                new Mixing.S5(2 * pairs, 1, Start.LEGS),
                modes,
                chance(pairs, width, 2),
                chance(width, pairs, 2),
                chance(width),
                new Linear.Plain(torch.zeros(width, width), Optional.empty()));
    }

    private static List<Tensor> nothing(Recurrent layer, long sequences, Tensor like) {
        return layer.memory().stream()
                .map(shape -> torch.zeros(Memories.shape(sequences, shape)).to(like.dtype()))
                .toList();
    }

    /// A sequence in pieces, one after another from where the last one ended.
    private static double[] pieces(Recurrent layer, Tensor x, int piece) {
        List<Tensor> memory = nothing(layer, x.size(0), x);
        List<Tensor> said = new ArrayList<>();
        for (long from = 0; from < x.size(1); from += piece) {
            long rows = Math.min(piece, x.size(1) - from);
            Recurrent.Rolled rolled = layer.roll(x.narrow(1, from, rows), memory);
            memory = rolled.memory();
            said.add(rolled.y());
        }
        return Ops.doubles(Ops.cat(said, 1).flatten().to(ScalarType.Double));
    }

    @Test
    void convolutionScanAndRecurrenceAgree() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            torch.manual_seed(4);
            for (Recurrent layer : List.of(channels(3, 4), shared(3, 4))) {
                Tensor x = chance(2, 512, 3);
                double[] whole = pieces(layer, x, 512);
                for (int piece : new int[] {1, 7, 100}) {
                    assertThat(pieces(layer, x, piece)).containsExactly(whole, within(EXACT));
                }
            }
        }
    }

    /// The same in the precision in which models run.
    @Test
    void theyAgreeInFloat32() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            torch.manual_seed(4);
            for (Recurrent layer : List.of(channels(3, 4), shared(3, 4))) {
                Recurrent single = single(layer);
                Tensor x = torch.randn(2, 512, 3);
                double[] whole = pieces(single, x, 512);
                double most = Arrays.stream(whole).map(Math::abs).max().orElseThrow();
                for (int piece : new int[] {1, 100}) {
                    assertThat(pieces(single, x, piece))
                            .containsExactly(whole, within(1e-4 * most));
                }
            }
        }
    }

    private static Recurrent single(Recurrent layer) {
        return switch (layer) {
            case S4d(int at, Mixing.S4d shape, Modes modes, Tensor c, Tensor d, Linear out) ->
                    new S4d(at, shape, single(modes), single(c), single(d), out);
            case S5(
                            int at,
                            Mixing.S5 shape,
                            Modes modes,
                            Tensor b,
                            Tensor c,
                            Tensor d,
                            Linear out) ->
                    new S5(at, shape, single(modes), single(b), single(c), single(d), out);
            default -> throw new IllegalArgumentException(layer.toString());
        };
    }

    private static Modes single(Modes modes) {
        return new Modes(
                single(modes.logStep()), single(modes.logDecay()), single(modes.frequency()));
    }

    private static Tensor single(Tensor tensor) {
        return tensor.to(ScalarType.Float);
    }

    /// With one channel, or with blocks of states that each serve a channel, both are the same.
    @Test
    void manyChannelsOfS5WithStatesOfTheirOwnAreS4d() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            torch.manual_seed(5);
            int width = 3;
            int pairs = 2;
            S4d each = channels(width, pairs);
            int all = width * pairs;
            double[] in = new double[all * width * 2];
            double[] out = new double[width * all * 2];
            double[] read = Ops.doubles(each.read().flatten());
            for (int channel = 0; channel < width; channel++) {
                for (int n = 0; n < pairs; n++) {
                    int state = channel * pairs + n;
                    in[(state * width + channel) * 2] = 1;
                    for (int part = 0; part < 2; part++) {
                        out[(channel * all + state) * 2 + part] = read[state * 2 + part];
                    }
                }
            }
            S5 together =
                    new S5(
                            0,
                            new Mixing.S5(2 * all, 1, Start.LEGS),
                            new Modes(
                                    Ops.repeat(each.modes().logStep(), pairs, 0),
                                    each.modes().logDecay().reshape(all, 1),
                                    each.modes().frequency().reshape(all, 1)),
                            doubles(in, all, width, 2),
                            doubles(out, width, all, 2),
                            each.skip(),
                            new Linear.Plain(torch.zeros(width, width), Optional.empty()));
            Tensor x = chance(2, 40, width);
            assertThat(pieces(together, x, 40)).containsExactly(pieces(each, x, 40), within(EXACT));
        }
    }

    /// Coefficients in Legendre polynomials of the past of a signal, kept up to date sample by
    /// sample, give the signal back.
    @Test
    void hippoRemembersTheWholePast() {
        int size = 32;
        int samples = 1000;
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            double[][] a = Hippo.matrix(size);
            double[] b = Hippo.input(size);
            double[] state = new double[size];
            double[] signal = new double[samples];
            for (int k = 1; k <= samples; k++) {
                double t = (k - 1.0) / samples;
                signal[k - 1] = Math.sin(6 * t) + 0.5 * Math.cos(17 * t);
                double step = 1.0 / k;
                double[] right = times(shifted(a, step / 2), state);
                for (int n = 0; n < size; n++) {
                    right[n] += step * b[n] * signal[k - 1];
                }
                state = solved(shifted(a, -step / 2), right);
            }
            double error = 0;
            double power = 0;
            for (int k = 0; k < samples; k++) {
                double x = 2 * (k + 0.5) / samples - 1; // the middle of a sample
                double value = 0;
                double before = 0;
                double legendre = 1;
                for (int n = 0; n < size; n++) {
                    value += state[n] * Math.sqrt(2.0 * n + 1) * legendre;
                    double next = ((2 * n + 1) * x * legendre - n * before) / (n + 1);
                    before = legendre;
                    legendre = next;
                }
                error += (value - signal[k]) * (value - signal[k]);
                power += signal[k] * signal[k];
            }
            assertThat(Math.sqrt(error / power)).isCloseTo(0.0099, within(1e-4));
        }
    }

    /// `A` is lower triangular: solved from the top.
    private static double[] solved(double[][] lower, double[] right) {
        double[] x = new double[right.length];
        for (int i = 0; i < x.length; i++) {
            double sum = right[i];
            for (int j = 0; j < i; j++) {
                sum -= lower[i][j] * x[j];
            }
            x[i] = sum / lower[i][i];
        }
        return x;
    }

    /// Doubling the steps is reading at half the rate.
    @Test
    void aSlowerSignalWithLongerStepsIsReadAlike() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            torch.manual_seed(6);
            S4d layer = channels(1, 3);
            int rows = 400;
            double[] fine = new double[rows];
            Arrays.setAll(fine, t -> Math.sin(0.02 * t));
            double[] coarse = new double[rows / 2];
            Arrays.setAll(coarse, t -> fine[2 * t]);
            S4d twice =
                    new S4d(
                            0,
                            layer.shape(),
                            new Modes(
                                    layer.modes().logStep().add(Ops.scalar(Math.log(2))),
                                    layer.modes().logDecay(),
                                    layer.modes().frequency()),
                            layer.read(),
                            layer.skip(),
                            layer.output());
            double[] slow = pieces(layer, doubles(fine, 1, rows, 1), rows);
            double[] fast = pieces(twice, doubles(coarse, 1, rows / 2, 1), rows / 2);
            double most = Arrays.stream(slow).map(Math::abs).max().orElseThrow();
            for (int t = 50; t < rows / 2; t++) {
                assertThat(fast[t]).isCloseTo(slow[2 * t], within(0.02 * most));
            }
        }
    }
}
