package org.cumae.train.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.cumae.noise.Noise;
import org.cumae.series.Cadence;
import org.cumae.series.Explanation;
import org.cumae.series.Forecast;
import org.cumae.series.Observed;
import org.cumae.series.Regressor;
import org.cumae.series.RollingOrigin;
import org.cumae.series.Season;
import org.cumae.series.Seasonal;
import org.cumae.series.Series;
import org.cumae.series.Terms;
import org.cumae.series.Trend;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.IntStream;

/// A series that is a sum is taken apart and put together again.
class ExplainedTest {
    private static final int DAYS = 730;
    private static final int AHEAD = 21;
    private static final LocalDateTime START = LocalDateTime.of(2022, 1, 3, 0, 0); // a Monday
    private static final Cadence DAILY = new Cadence.Every(Duration.ofDays(1));
    private static final Terms TERMS = new Terms(Trend.LINEAR, List.of(Season.WEEK));

    private static double week(int day) {
        return 3 * Math.cos(2 * Math.PI * (day % 7) / 7);
    }

    private static double price(int day) {
        return 100 + 20 * Noise.of(4, 4).at(day).uniform(0);
    }

    /// What is added up, without noise.
    private static double sum(int day) {
        return 50 + 0.02 * day + week(day) - 0.3 * price(day);
    }

    private static Series series(int length, double noise) {
        double[] values = new double[length];
        double before = 0;
        for (int day = 0; day < length; day++) {
            before = 0.8 * before + noise * (Noise.of(7, 1).at(day).uniform(0) - 0.5);
            values[day] = sum(day) + before;
        }
        return new Series("sales", START, DAILY, values);
    }

    private static Observed observed(Series series, int priced) {
        double[] prices = IntStream.range(0, priced).mapToDouble(ExplainedTest::price).toArray();
        return new Observed(series, List.of(new Regressor("price", prices)));
    }

    private static Explained fit(Observed observed) {
        return Explained.fit(observed, TERMS, rest -> LeastSquares.fit(rest, 3).law());
    }

    @Test
    void whatWasAddedUpIsFoundPartByPart() {
        Explained explained = fit(observed(series(DAYS, 0.5), DAYS + AHEAD));
        Explanation explanation = explained.explanation();
        assertThat(explanation.effects()).hasSize(1);
        assertThat(explanation.effects().getFirst().name()).isEqualTo("price");
        assertThat(explanation.effects().getFirst().perUnit()).isCloseTo(-0.3, within(0.01));
        for (int day = DAYS; day < DAYS + AHEAD; day++) {
            assertThat(explanation.at(day)).isCloseTo(sum(day), within(0.5));
            assertThat(explanation.parts(day)).containsOnlyKeys("trend", "week", "price");
            assertThat(explanation.parts(day).get("week")).isCloseTo(week(day), within(0.2));
            assertThat(explanation.parts(day).values().stream().mapToDouble(v -> v).sum())
                    .isCloseTo(explanation.at(day), within(1e-9));
        }
        assertThat(explained.name())
                .isEqualTo("trend, week, price explained, then least squares, 3 lags");
    }

    /// The rest of these series follows itself: what was last left over still shows in the next
    /// values.
    @Test
    void theRestIsForecastAsWell() {
        Series all = series(DAYS + 7, 4);
        Observed known = observed(all.part(0, DAYS), DAYS + 7);
        Forecast forecast = fit(known).forecast(known.series(), 7);
        double last = all.value(DAYS - 1) - sum(DAYS - 1);
        assertThat(forecast.mean(0) - sum(DAYS)).isCloseTo(0.8 * last, within(0.5));
        assertThat(forecast.start()).isEqualTo(all.time(DAYS));
        assertThat(forecast.laws().getLast().deviation())
                .isGreaterThan(forecast.laws().getFirst().deviation());
    }

    /// Held against the same forecaster that is told nothing, and the season alone.
    @Test
    void whoIsToldForecastsBetter() {
        Series all = series(DAYS, 1);
        int first = DAYS - 140;
        RollingOrigin rolling = new RollingOrigin(first, 7, 7, 7);
        Explained told = fit(observed(all.part(0, first), DAYS));
        double mse = rolling.of(all, told).mse();
        assertThat(mse)
                .isLessThan(
                        rolling.of(all, LeastSquares.fit(all.part(0, first), 10).law()).mse() / 2)
                .isLessThan(rolling.of(all, new Seasonal(7)).mse() / 2);
    }

    /// Values that are not known, and days without a price, are no part of what is learned.
    @Test
    void whatIsNotKnownIsLeftOut() {
        double[] values = series(DAYS, 0.5).values();
        double[] prices = IntStream.range(0, DAYS).mapToDouble(ExplainedTest::price).toArray();
        for (int day = 0; day < DAYS; day += 10) {
            values[day] = Double.NaN;
            prices[day + 5] = Double.NaN;
            values[day + 5] = 1e6; // of a day without a price
        }
        Series series = new Series("sales", START, DAILY, values);
        Observed observed = new Observed(series, List.of(new Regressor("price", prices)));
        Explanation explanation =
                Explained.fit(observed, TERMS, _ -> new Seasonal(1)).explanation();
        assertThat(explanation.effects().getFirst().perUnit()).isCloseTo(-0.3, within(0.01));
    }

    @Test
    void aTrendThatBentIsFollowedFromItsLastBend() {
        double[] values =
                IntStream.range(0, 400)
                        .mapToDouble(day -> day < 200 ? 0.1 * day : 20 - 0.3 * (day - 200))
                        .map(value -> value + Noise.of(3, 3).at((int) (value * 1000)).uniform(0))
                        .toArray();
        Observed bent = Observed.alone(new Series("bent", START, DAILY, values));
        Terms bends = new Terms(Trend.BENDS, List.of());
        Explanation found = Explained.fit(bent, bends, _ -> new Seasonal(1)).explanation();
        assertThat(found.at(430) - found.at(400)).isCloseTo(-0.3 * 30, within(1.0));
        Terms straight = new Terms(Trend.LINEAR, List.of());
        Explanation line = Explained.fit(bent, straight, _ -> new Seasonal(1)).explanation();
        assertThat(line.at(430) - line.at(400)).isGreaterThan(-0.2 * 30); // the negative control
    }

    @Test
    void seasonsAreThoseThatASeriesIsLongAndFineEnoughFor() {
        assertThat(Season.of(series(DAYS, 0))).containsExactly(Season.WEEK);
        assertThat(Season.of(series(DAYS + 1, 0))).containsExactly(Season.WEEK, Season.YEAR);
        Cadence hourly = new Cadence.Every(Duration.ofHours(1));
        assertThat(Season.of(new Series("hours", START, hourly, new double[48])))
                .containsExactly(Season.DAY);
        Cadence monthly = new Cadence.Months(1);
        assertThat(Season.of(new Series("months", START, monthly, new double[36])))
                .containsExactly(Season.YEAR);
    }

    @Test
    void whatDoesNotFitIsToldInWords() {
        Series series = series(DAYS, 0.5);
        Explained short3 = fit(observed(series, DAYS + 3));
        assertThat(short3.forecast(series, 3).horizon()).isEqualTo(3);
        assertThatThrownBy(() -> short3.forecast(series, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("regressor price is not known at 2024-01-06T00:00, value 4")
                .hasMessageContaining("a horizon of 3");
        Series hourly =
                new Series("x", START, new Cadence.Every(Duration.ofHours(1)), series.values());
        assertThatThrownBy(() -> short3.forecast(hourly, 1))
                .hasMessageContaining("does not lie on the times of what was learned");
        assertThatThrownBy(() -> fit(observed(series(8, 1), 8)))
                .hasMessageContaining("8 values")
                .hasMessageContaining("trend, week, price have 9 weights");
        assertThatThrownBy(() -> new Regressor("price", 1, Double.POSITIVE_INFINITY))
                .hasMessageContaining("value 1 of regressor price is infinite");
        assertThatThrownBy(
                        () ->
                                fit(
                                        new Observed(
                                                series,
                                                List.of(new Regressor("price", Double.NaN)))))
                .hasMessageContaining("regressor price has no known value");
    }
}
