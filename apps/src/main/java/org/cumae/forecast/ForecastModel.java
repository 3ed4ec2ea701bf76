package org.cumae.forecast;

import org.cumae.Check;
import org.cumae.naming.Known;
import org.cumae.series.Autoregression;
import org.cumae.series.Cadence;
import org.cumae.series.Explanation;
import org.cumae.series.Forecaster;
import org.cumae.series.Naive2;
import org.cumae.series.Observed;
import org.cumae.series.Seasonal;
import org.cumae.series.Series;
import org.cumae.series.Terms;
import org.cumae.series.YuleWalker;
import org.cumae.train.series.ArNet;
import org.cumae.train.series.Explained;
import org.cumae.train.series.LeastSquares;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// What learns a series, by name, and how.
///
/// @param kind which
/// @param lags how many values back it may look; without it as many as Akaike's criterion likes
/// @param sparsity the share of lags that are expected to count, of kind `ar-net`
/// @param period how many values a season has; without it what suits the cadence
/// @param terms what is explained before it learns the rest
/// @param prompts how many values before the last segment others begin that are read first, of kind
///   `autotimes`
public record ForecastModel(
        Kind kind,
        OptionalInt lags,
        OptionalDouble sparsity,
        OptionalInt period,
        Explaining terms,
        List<Integer> prompts) {
    private static final int SEASONS = 2; // that are looked back on at least
    private static final double SPARSE = 0.1;

    /// The known ones.
    public enum Kind {
        /// An autoregression by gradient, most of whose lags may not count.
        AR_NET("ar-net", "an autoregression by gradient, most of whose lags may not count"),
        /// The autoregression with the least squared error.
        LEAST_SQUARES("least-squares", "the autoregression with the least squared error"),
        /// The autoregression that is as alike to itself as the series.
        YULE_WALKER("yule-walker", "the autoregression as alike to itself as the series"),
        /// A frozen language model that is taught to read segments of the series.
        AUTOTIMES("autotimes", "a frozen language model that reads segments of the series"),
        /// The last value.
        NAIVE("naive", "the last value"),
        /// The value of one period ago.
        SEASONAL("seasonal", "the value of one period ago"),
        /// The last value without its season.
        NAIVE_2("naive2", "the last value without its season");

        private final String word;
        private final String words;

        Kind(String word, String words) {
            this.word = word;
            this.words = words;
        }

        /// What it is, for users.
        public String words() {
            return words;
        }

        /// What users call it.
        public String word() {
            return word;
        }
    }

    /// Of a name.
    ///
    /// @throws org.cumae.naming.UnknownNameException naming the known ones
    public static ForecastModel named(String name) {
        Known.of("forecast model", Arrays.stream(Kind.values()).map(Kind::word).toList())
                .require(name);
        Kind kind =
                Arrays.stream(Kind.values())
                        .filter(one -> one.word().equals(name))
                        .findFirst()
                        .orElseThrow();
        return new ForecastModel(
                kind,
                OptionalInt.empty(),
                OptionalDouble.empty(),
                OptionalInt.empty(),
                Explaining.NOTHING,
                List.of());
    }

    /// The same with what is given.
    public ForecastModel with(OptionalInt lags, OptionalDouble sparsity, OptionalInt period) {
        return new ForecastModel(kind, lags, sparsity, period, terms, prompts);
    }

    /// The same, which reads older segments before the last one.
    public ForecastModel prompted(List<Integer> ago) {
        return new ForecastModel(kind, lags, sparsity, period, terms, ago);
    }

    /// The same, which learns what something else does not explain.
    public ForecastModel explaining(Explaining terms) {
        return new ForecastModel(kind, lags, sparsity, period, terms, prompts);
    }

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException naming the value and its range
    public ForecastModel {
        prompts = List.copyOf(prompts);
        Check.argument(
                prompts.isEmpty() || kind == Kind.AUTOTIMES,
                "prompts %s are given and model %s reads none; take autotimes",
                prompts,
                kind.word());
        Check.argument(
                prompts.isEmpty() || lags.isEmpty(),
                "prompts %s and lags %s are given; what is read is one or the other",
                prompts,
                lags.orElse(0));
        Check.argument(lags.orElse(1) > 0, "lags is %d; it must be 1 or more", lags.orElse(1));
        Check.argument(
                period.orElse(1) > 0, "the period is %d; it must be 1 or more", period.orElse(1));
        Check.argument(
                sparsity.isEmpty() || kind == Kind.AR_NET,
                "a sparsity is given and model %s knows none; take ar-net",
                kind.word());
    }

    /// Learns a series, and what explains it.
    ///
    /// @throws IllegalArgumentException if the series is too short or constant
    public Forecaster fit(Observed observed) {
        Terms explained = terms.of(observed.series());
        return explained.explain(observed)
                ? Explained.fit(observed, explained, this::fit)
                : fit(observed.series());
    }

    private Forecaster fit(Series series) {
        return switch (kind) {
            case NAIVE -> new Seasonal(1);
            case SEASONAL -> new Seasonal(period(series));
            case NAIVE_2 -> new Naive2(period(series));
            case YULE_WALKER ->
                    lags.isPresent()
                            ? YuleWalker.fit(series, lags.getAsInt())
                            : YuleWalker.best(series, most(series));
            case LEAST_SQUARES -> LeastSquares.fit(series, lags(series)).law();
            case AUTOTIMES -> OnText.learn(series, period(series), lags, prompts);
            case AR_NET ->
                    ArNet.of(lags(series), sparsity.orElse(SPARSE), series.length()).fit(series);
        };
    }

    /// How many values a season has: a day of hours or minutes, a week of days, a year of weeks,
    /// months or quarters.
    public int period(Series series) {
        return period.orElseGet(
                () ->
                        switch (series.cadence()) {
                            case Cadence.Months(int count) -> Math.max(1, 12 / count);
                            case Cadence.Every every -> period(every.length().toMinutes());
                        });
    }

    private static int period(long minutes) {
        long day = 24 * 60;
        if (minutes <= 0 || minutes > 7 * day) {
            return 1;
        }
        if (minutes == 7 * day) {
            return 52;
        }
        return Math.toIntExact(minutes >= day ? 7 * day / minutes : day / minutes);
    }

    private int lags(Series series) {
        return lags.orElseGet(
                () ->
                        kind == Kind.AR_NET
                                ? most(series)
                                : YuleWalker.best(series, most(series)).lags());
    }

    /// Two seasons and a bit, where the series is long enough.
    private int most(Series series) {
        int usual = Math.max(20, SEASONS * period(series) + 1);
        return Math.max(1, Math.min(usual, series.length() / 4));
    }

    /// The weights of a forecaster that has some, with their standard errors where they are known:
    /// those of least squares over the lags that count.
    public static List<Weight> weights(Forecaster forecaster, Series series, double bound) {
        if (forecaster instanceof Explained(Explanation explanation, Forecaster rest)) {
            return weights(rest, explanation.rest(series), bound);
        }
        if (!(forecaster instanceof Autoregression law)) {
            return List.of();
        }
        List<Integer> support = law.support(bound);
        List<Double> errors =
                support.isEmpty() ? List.of() : LeastSquares.fit(series, support).errors();
        return IntStream.rangeClosed(1, law.lags())
                .mapToObj(
                        lag ->
                                new Weight(
                                        lag,
                                        law.weight(lag),
                                        support.contains(lag) ? errors.get(lag - 1) : Double.NaN))
                .toList();
    }

    /// A weight on the value some steps ago.
    ///
    /// @param lag how many steps
    /// @param weight on it
    /// @param error its standard error; NaN where the lag does not count
    public record Weight(int lag, double weight, double error) {
        /// Whether it counts.
        public boolean counts() {
            return !Double.isNaN(error);
        }
    }
}
