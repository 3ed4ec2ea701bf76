package org.cumae.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.cumae.noise.Noise;
import org.cumae.series.Cadence.Every;
import org.cumae.series.Cadence.Months;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

class SeriesTest {
    private static final LocalDateTime START = LocalDateTime.of(2024, 1, 31, 0, 0);

    static Series hourly(double... values) {
        return new Series("y", START, new Every(Duration.ofHours(1)), values);
    }

    /// An autoregression's own values, from zeros on.
    static double[] process(int length, double deviation, long seed, double... weights) {
        Noise noise = Noise.of(seed, 0);
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = deviation * noise.gaussian(i);
            for (int lag = 1; lag <= Math.min(i, weights.length); lag++) {
                values[i] += weights[lag - 1] * values[i - lag];
            }
        }
        return values;
    }

    @Test
    void timesAreMonthsOrLengthsApart() {
        assertThat(Cadence.between(START.withDayOfMonth(1), START.withDayOfMonth(1).plusMonths(1)))
                .isEqualTo(new Months(1));
        assertThat(Cadence.between(START, START.plusMinutes(15)))
                .isEqualTo(new Every(Duration.ofMinutes(15)));
        assertThat(new Months(3).after(START, 1)).isEqualTo(LocalDateTime.of(2024, 4, 30, 0, 0));
        assertThat(new Every(Duration.ofDays(7)).steps(START, START.plusDays(21))).isEqualTo(3);
        assertThat(new Every(Duration.ofDays(7)).steps(START, START.plusDays(22))).isEqualTo(-1);
        assertThat(new Every(Duration.ofMinutes(90)).words()).isEqualTo("90 minutes");
        assertThatThrownBy(() -> Cadence.between(START, START))
                .hasMessageContaining("times must increase");
    }

    @Test
    void gapsAreFilledOnTheLineBetweenNeighbours() {
        Series gaps = hourly(Double.NaN, 2, Double.NaN, Double.NaN, 8, Double.NaN);
        assertThat(gaps.unknown()).isEqualTo(4);
        assertThat(gaps.filled().values()).containsExactly(new double[] {2, 2, 4, 6, 8, 8});
        assertThatThrownBy(() -> hourly(1, Double.POSITIVE_INFINITY))
                .hasMessageContaining("infinite at 2024-01-31T01:00");
        assertThatThrownBy(() -> hourly(Double.NaN).filled()).hasMessageContaining("no known");
    }

    @Test
    void aNormalLawScoresAsItsIntegralSays() {
        Normal law = new Normal(1, 2);
        assertThat(law.quantile(0.975)).isCloseTo(1 + 2 * 1.959964, within(1e-5));
        for (double value : new double[] {-3, 1, 2.5}) {
            double integral = 0;
            double step = 1e-3;
            for (double p = step / 2; p < 1; p += step) { // twice the mean pinball loss
                double q = law.quantile(p);
                integral += 2 * step * (value >= q ? p * (value - q) : (1 - p) * (q - value));
            }
            assertThat(law.crps(value)).isCloseTo(integral, within(2e-3));
        }
        assertThat(new Normal(1, 0).crps(3)).isEqualTo(2);
    }

    @Test
    void whatWasOnePeriodAgoComesAgain() {
        Forecast forecast = new Seasonal(3).forecast(hourly(1, 2, 3, 4, 5, 6), 5);
        assertThat(IntStream.range(0, 5).mapToDouble(forecast::mean).toArray())
                .containsExactly(4, 5, 6, 4, 5);
        assertThat(forecast.laws().get(0).deviation()).isEqualTo(3);
        assertThat(forecast.laws().get(3).deviation()).isCloseTo(3 * Math.sqrt(2), within(1e-9));
        assertThat(forecast.time(0)).isEqualTo(START.plusHours(6));
        assertThatThrownBy(() -> new Seasonal(6).forecast(hourly(1, 2), 1))
                .hasMessageContaining("2 values")
                .hasMessageContaining("at least 7");
    }

    @Test
    void aForecastRollsTheRecursion() {
        Autoregression law = new Autoregression("by hand", 0.25, new double[] {0.5, -0.3}, 0);
        double[] values = {1, 2};
        Forecast forecast = law.forecast(hourly(values), 50);
        double before = 1;
        double last = 2;
        for (int step = 0; step < 50; step++) {
            double next = 0.25 + 0.5 * last - 0.3 * before;
            assertThat(forecast.mean(step)).isCloseTo(next, within(1e-12));
            before = last;
            last = next;
        }
    }

    @Test
    void weightsAreApartInPercentOfBoth() {
        Autoregression law = new Autoregression("by hand", 0, new double[] {0.5, -0.3}, 1);
        assertThat(law.distance(0.5, -0.3)).isZero();
        assertThat(law.distance(0, 0)).isEqualTo(100);
        assertThat(law.distance(-0.5, 0.3)).isEqualTo(100);
        assertThat(law.distance(0.5)).isCloseTo(100 * 0.3 / 1.3, within(1e-12));
    }

    /// Where a season shows, the last value without it is forecast with it; else the last value.
    @Test
    void aSeasonIsTakenOutAndPutBack() {
        double[] shape = {0.5, 1.5, 1.25, 0.75};
        double[] values = new double[40];
        for (int i = 0; i < values.length; i++) {
            values[i] = 100 * shape[i % 4];
        }
        Forecast forecast = new Naive2(4).forecast(hourly(values), 6);
        for (int step = 0; step < 6; step++) {
            assertThat(forecast.mean(step)).isCloseTo(100 * shape[step % 4], within(1e-9));
        }
        double[] noise = process(40, 1, 2, 0.1);
        assertThat(new Naive2(4).forecast(hourly(noise), 1).mean(0)) // no season: the last value
                .isEqualTo(noise[39]);
    }

    @Test
    void theVarianceAheadIsThatOfTheProcess() {
        Autoregression law = new Autoregression("by hand", 0, new double[] {0.9}, 1);
        Forecast forecast = law.forecast(hourly(3), 10);
        for (int k = 1; k <= 10; k++) {
            double expected = (1 - Math.pow(0.81, k)) / 0.19;
            double deviation = forecast.laws().get(k - 1).deviation();
            assertThat(deviation * deviation).isCloseTo(expected, within(1e-9));
        }
        int k = 5;
        double squares = 0;
        int draws = 100_000;
        for (int draw = 0; draw < draws; draw++) {
            double[] path = process(k, 1, draw, 0.9);
            squares += path[k - 1] * path[k - 1];
        }
        assertThat(squares / draws)
                .isCloseTo((1 - Math.pow(0.81, k)) / 0.19, withinPercentage(2.0));
    }

    @Test
    void aStreamSaysWhatAForecastWould() {
        double[] values = process(60, 1, 3, 0.4, 0, 0.3);
        Autoregression law = new Autoregression("by hand", 0.1, new double[] {0.4, 0, 0.3}, 1);
        Autoregression.Stream stream = law.stream(hourly(values).part(0, 40));
        for (int i = 40; i < 60; i++) {
            double said = law.forecast(hourly(values).part(0, i), 1).mean(0);
            assertThat(stream.expected()).isCloseTo(said, within(1e-12));
            assertThat(stream.take(values[i])).isCloseTo(values[i] - said, within(1e-12));
        }
        double expected = stream.expected();
        assertThat(stream.take(Double.NaN)).isNaN(); // what was expected counts
        double[] longer = Arrays.copyOf(values, 61);
        longer[60] = expected;
        assertThat(stream.expected())
                .isCloseTo(law.forecast(hourly(longer), 1).mean(0), within(1e-12));
    }

    @Test
    void theOrderIsFound() {
        Series series = hourly(process(5000, 1, 5, 0.5, -0.3, 0.2));
        Autoregression best = YuleWalker.best(series, 20);
        assertThat(best.lags()).isBetween(3, 6);
        assertThat(best.weight(1)).isCloseTo(0.5, within(0.05));
        assertThat(best.weight(2)).isCloseTo(-0.3, within(0.05));
        assertThat(best.deviation()).isCloseTo(1, within(0.03));
        assertThat(YuleWalker.fit(series, 3).lags()).isEqualTo(3);
        assertThatThrownBy(() -> YuleWalker.fit(hourly(2, 2, 2), 1))
                .hasMessageContaining("2.0 everywhere");
    }

    @Test
    void aForecastFromAnOriginKnowsNothingLater() {
        double[] values = process(100, 1, 7, 0.7);
        double[] other = values.clone();
        Arrays.fill(other, 80, 100, 1e6);
        List<Forecaster> all =
                List.of(
                        new Seasonal(4),
                        new Naive2(4),
                        new Fitted(10),
                        new Autoregression("by hand", 0, new double[] {0.7}, 1));
        for (Forecaster forecaster : all) {
            assertThat(new RollingOrigin(60, 5, 20, 4).of(hourly(values).part(0, 80), forecaster))
                    .isEqualTo(
                            new RollingOrigin(60, 5, 20, 4)
                                    .of(hourly(other).part(0, 80), forecaster));
            assertThat(forecaster.forecast(hourly(values).part(0, 80), 20))
                    .isEqualTo(forecaster.forecast(hourly(other).part(0, 80), 20));
        }
        Scores good = new RollingOrigin(60, 5, 10, 4).of(hourly(values), all.getLast());
        Scores bad = new RollingOrigin(60, 5, 10, 4).of(hourly(values), new Seasonal(4));
        assertThat(good.mse()).isLessThan(bad.mse());
        assertThat(good.crps()).isLessThan(bad.crps());
        assertThat(good.coverage()).isBetween(0.75, 1.0);
    }

    /// Learns anew from each history, as a user would.
    private record Fitted(int order) implements Forecaster {
        @Override
        public String name() {
            return "fitted";
        }

        @Override
        public int least() {
            return order + 1;
        }

        @Override
        public Forecast forecast(Series history, int horizon) {
            return YuleWalker.fit(history, order).forecast(history, horizon);
        }
    }
}
