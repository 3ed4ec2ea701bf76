package org.cumae.train.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cumae.noise.Noise;
import org.cumae.series.Autoregression;
import org.cumae.series.Cadence.Every;
import org.cumae.series.Series;
import org.cumae.torch.Ops;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;

class ArNetTest {
    private static Series process(int length, double deviation, long seed, double... weights) {
        Noise noise = Noise.of(seed, 0);
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = i < weights.length ? noise.gaussian(i) : deviation * noise.gaussian(i);
            for (int lag = 1; lag <= Math.min(i, weights.length); lag++) {
                values[i] += weights[lag - 1] * values[i - lag];
            }
        }
        return hourly(values);
    }

    private static Series hourly(double... values) {
        return new Series(
                "y", LocalDateTime.of(2024, 1, 1, 0, 0), new Every(Duration.ofHours(1)), values);
    }

    private static double[] sparse() {
        double[] weights = new double[20];
        weights[0] = 0.2;
        weights[2] = 0.3;
        weights[9] = -0.5;
        return weights;
    }

    @Test
    void thePriceIsThatOfThePaper() {
        try (var _ = new PointerScope()) {
            Sparsity three = new Sparsity(0.1, 0.1, 3, 3);
            Sparsity two = new Sparsity(0.1, 0.1, 2, 2);
            assertThat(price(three, 1)).isCloseTo(0.90515, within(1e-5));
            assertThat(price(two, 1)).isCloseTo(Math.tanh(1), within(1e-6));
            assertThat(price(three, 0)).isZero();
            assertThat(price(three, -0.7)).isEqualTo(price(three, 0.7));
            assertThat(price(three, 1e6)).isLessThanOrEqualTo(1);
            for (Sparsity sparsity : List.of(three, two)) {
                double[] at = {0.3, -0.8, 0.05};
                Tensor weights = Tensor.create(at, 3);
                weights.requires_grad_(true);
                double[] slopes =
                        Ops.doubles(
                                Ops.gradients(sparsity.price(weights), List.of(weights))
                                        .getFirst());
                double c1 = sparsity.steepness();
                double c2 = sparsity.root();
                for (int i = 0; i < at.length; i++) {
                    double size = Math.abs(at[i]);
                    double u = Math.exp(-c1 * Math.pow(size, 1 / c2));
                    double slope =
                            2 * c1 / c2 * Math.pow(size, 1 / c2 - 1) * u / (1 + u) / (1 + u) / 3;
                    assertThat(slopes[i]).isCloseTo(Math.copySign(slope, at[i]), within(1e-6));
                }
            }
        }
        assertThat(Sparsity.none().rate()).isZero();
        assertThatThrownBy(() -> Sparsity.of(0)).hasMessageContaining("(0, 1]");
    }

    private static double price(Sparsity sparsity, double weight) {
        return sparsity.price(Tensor.create(new float[] {(float) weight}, 1)).item_double();
    }

    @Test
    void leastSquaresKnowsWhichLagIsWhich() {
        LeastSquares fit = LeastSquares.fit(process(400, 1e-3, 1, 0.5, -0.3), 2);
        assertThat(fit.law().weight(1)).isCloseTo(0.5, within(0.1));
        assertThat(fit.law().weight(2)).isCloseTo(-0.3, within(0.1));
        LeastSquares noisy = LeastSquares.fit(process(4000, 1, 1, 0.5, -0.3), List.of(1, 2));
        assertThat(noisy.law().weight(1)).isCloseTo(0.5, within(4 * noisy.errors().get(0)));
        assertThat(noisy.errors().get(0)).isCloseTo(Math.sqrt(0.91 / 4000), within(2e-3));
        assertThat(noisy.law().deviation()).isCloseTo(1, within(0.05));
        LeastSquares some = LeastSquares.fit(process(4000, 1, 1, sparse()), List.of(1, 3, 10));
        assertThat(some.law().lags()).isEqualTo(10);
        assertThat(some.law().weight(10)).isCloseTo(-0.5, within(0.05));
        assertThat(some.law().weight(2)).isZero();
    }

    /// Without noise nothing else fits, whichever way it is learned: the lags are in their order.
    @Test
    void aLawWithoutNoiseIsFoundAsItIs() {
        Series series = process(14, 0, 1, 0.5, -0.3);
        Autoregression exact = LeastSquares.fit(series, 2).law();
        assertThat(exact.weight(1)).isCloseTo(0.5, within(1e-3));
        assertThat(exact.weight(2)).isCloseTo(-0.3, within(1e-3));
        Series noisy = process(2000, 1, 1, 0.5, -0.3);
        Autoregression learned = new ArNet(2, Sparsity.none(), 30, 32, 1e-2, 1).fit(noisy);
        assertThat(learned.weight(1)).isCloseTo(0.5, within(0.06));
        assertThat(learned.weight(2)).isCloseTo(-0.3, within(0.06));
    }

    /// All values in each step, until the gradient is gone: the optimum is that of least squares.
    @Test
    void theOptimumOfTheGradientIsThatOfTheNormalEquations() {
        Series series = process(2000, 1, 5, sparse());
        Autoregression exact = LeastSquares.fit(series, 20).law();
        Autoregression learned = new ArNet(20, Sparsity.none(), 1500, 2000, 1e-2, 1).fit(series);
        for (int lag = 1; lag <= 20; lag++) {
            assertThat(learned.weight(lag)).isCloseTo(exact.weight(lag), within(1e-4));
        }
    }

    /// Windows are views: of those of this series a copy would take 64 GB.
    @Test
    void windowsAreNotCopied() {
        int lags = 4_000;
        double[] values = new double[4_000_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 7;
        }
        values[5_000] = Double.NaN;
        try (Lags windows = new Lags(hourly(values), lags);
                var _ = new PointerScope()) {
            assertThat(windows.count()).isEqualTo(values.length - lags - (lags + 1));
            int[] chosen = {0, 999, 1_000, windows.count() - 1};
            int[] starts = {0, 999, 5_001, values.length - lags - 1};
            float[] read = Ops.floats(windows.windows(chosen));
            for (int row = 0; row < starts.length; row++) {
                for (int i = 0; i <= lags; i++) {
                    double scaled = (values[starts[row] + i] - 3) / 2; // days of a week
                    assertThat((double) read[row * (lags + 1) + i]).isCloseTo(scaled, within(1e-4));
                }
            }
        }
    }

    @Test
    void windowsWithAGapAreLeftOut() {
        Series series = process(2000, 1, 2, 0.6);
        double[] values = series.values();
        for (int i = 100; i < 1900; i += 50) {
            values[i] = Double.NaN;
        }
        Autoregression law = LeastSquares.fit(series.with(values), 1).law();
        assertThat(law.weight(1)).isCloseTo(0.6, within(0.06));
        Arrays.fill(values, 0, 1999, Double.NaN);
        assertThatThrownBy(() -> LeastSquares.fit(series.with(values), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1999 of them unknown")
                .hasMessageContaining("fill the gaps");
    }

    @Test
    void withoutAPriceItIsLeastSquares() {
        Series series = process(1000, 1, 3, sparse());
        Autoregression exact = LeastSquares.fit(series, 20).law();
        ArNet net = new ArNet(20, Sparsity.none(), 60, 32, 1e-2, 1);
        Autoregression learned = net.fit(series);
        for (int lag = 1; lag <= 20; lag++) {
            assertThat(learned.weight(lag)).isCloseTo(exact.weight(lag), within(0.01));
        }
        Autoregression again = new ArNet(20, new Sparsity(1, 5, 3, 3), 60, 32, 1e-2, 1).fit(series);
        assertThat(again.weights()).isEqualTo(learned.weights()); // a share of 1 is no price
    }

    @Test
    void aPriceFindsTheLagsThatCount() {
        Series series = process(1000, 1, 4, sparse());
        Autoregression exact = LeastSquares.fit(series, 20).law();
        Autoregression priced = ArNet.of(20, 3.0 / 20, 1000).fit(series);
        assertThat(priced.distance(sparse())).isLessThan(exact.distance(sparse()) / 2);
        assertThat(priced.support(0.05)).containsExactly(1, 3, 10);
    }

    @Test
    void aSeriesThatIsTooShortSaysSo() {
        assertThatThrownBy(() -> ArNet.of(20, 1, 10).fit(process(10, 1, 1, 0.5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10 values");
        Series same = process(10, 1, 1, 0.5).with(new double[10]);
        assertThatThrownBy(() -> ArNet.of(1, 1, 10).fit(same))
                .hasMessageContaining("nothing to learn");
    }
}
