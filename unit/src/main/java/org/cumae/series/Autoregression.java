package org.cumae.series;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The next value is a weighted sum of those before it and normal noise: `y(t) = intercept + sum
/// over lags of weight(lag) y(t - lag) + noise`. Immutable.
public final class Autoregression implements Forecaster {
    private final String name;
    private final double intercept;
    private final double[] weights;
    private final double deviation;

    /// Copies the weights.
    ///
    /// @param name how it was found
    /// @param intercept what is added
    /// @param weights of the values 1, 2, ... steps ago
    /// @param deviation of the noise
    /// @throws IllegalArgumentException if there is no weight or one is no number
    public Autoregression(String name, double intercept, double[] weights, double deviation) {
        Check.argument(weights.length > 0, "an autoregression has 1 lag or more");
        Check.argument(
                deviation >= 0
                        && Double.isFinite(intercept)
                        && Arrays.stream(weights).allMatch(Double::isFinite),
                "autoregression %s: intercept %s, deviation %s, weights %s; all must be numbers",
                name,
                intercept,
                deviation,
                Arrays.toString(weights));
        this.name = name;
        this.intercept = intercept;
        this.weights = weights.clone();
        this.deviation = deviation;
    }

    @Override
    public String name() {
        return name;
    }

    /// How many values back it looks.
    public int lags() {
        return weights.length;
    }

    @Override
    public int least() {
        return weights.length;
    }

    /// What is added.
    public double intercept() {
        return intercept;
    }

    /// The weight of the value so many steps ago, from 1.
    public double weight(int lag) {
        return weights[lag - 1];
    }

    /// The weights of the values 1, 2, ... steps ago, a copy.
    public double[] weights() {
        return weights.clone();
    }

    /// The deviation of the noise.
    public double deviation() {
        return deviation;
    }

    /// The lags whose weight is larger than a bound, either way, smallest lag first.
    public List<Integer> support(double bound) {
        return IntStream.rangeClosed(1, weights.length)
                .filter(lag -> Math.abs(weights[lag - 1]) > bound)
                .boxed()
                .toList();
    }

    /// How far its weights are from others, in percent of the sizes of both: 0 where they are
    /// equal, 100 where nothing is in common.
    ///
    /// @param others of the values 1, 2, ... steps ago; those that are missing are 0
    /// @return NaN where all weights are 0
    /// @see <a href="https://arxiv.org/abs/1911.12436">Triebe et al. 2019, its sTPE</a>
    public double distance(double... others) {
        double apart = 0;
        double both = 0;
        for (int i = 0; i < Math.max(weights.length, others.length); i++) {
            double here = i < weights.length ? weights[i] : 0;
            double there = i < others.length ? others[i] : 0;
            apart += Math.abs(here - there);
            both += Math.abs(here) + Math.abs(there);
        }
        return 100 * apart / both;
    }

    /// What a push of 1 does to the values 0, 1, 2, ... steps later.
    public double[] impulse(int steps) {
        double[] response = new double[steps];
        for (int k = 0; k < steps; k++) {
            response[k] = k == 0 ? 1 : 0;
            for (int lag = 1; lag <= Math.min(k, weights.length); lag++) {
                response[k] += weights[lag - 1] * response[k - lag];
            }
        }
        return response;
    }

    /// What it says of the value that follows.
    ///
    /// @param values the last of which is one step before; at least [#lags]
    double next(double[] values, int length) {
        double sum = intercept;
        for (int lag = 1; lag <= weights.length; lag++) {
            sum += weights[lag - 1] * values[length - lag];
        }
        return sum;
    }

    /// Forecast values take the place of those that are not there yet, and of unknown ones: each of
    /// those is what it says itself. The variance `k` steps ahead is that of the noise times the
    /// sum of squares of the first `k` responses.
    @Override
    public Forecast forecast(Series history, int horizon) {
        check(history, horizon);
        int n = history.length();
        double[] values = Arrays.copyOf(estimated(history), n + horizon);
        double[] response = impulse(horizon);
        List<Normal> laws = new ArrayList<>();
        double squares = 0;
        for (int step = 0; step < horizon; step++) {
            values[n + step] = next(values, n + step);
            squares += response[step] * response[step];
            laws.add(new Normal(values[n + step], deviation * Math.sqrt(squares)));
        }
        return Forecast.after(history, laws);
    }

    /// The values with what it says itself where one is unknown; before there are enough of them
    /// the straight line between known ones.
    private double[] estimated(Series history) {
        double[] values = history.filled().values();
        for (int i = weights.length; i < values.length; i++) {
            if (!history.isKnown(i)) {
                values[i] = next(values, i);
            }
        }
        return values;
    }

    /// Follows a stream from the end of a history.
    public Stream stream(Series history) {
        check(history, 1);
        return new Stream(this, estimated(history));
    }

    /// One value after the other: what an operation runs. Touches only the lags that count.
    public static final class Stream {
        private final double intercept;
        private final int[] lags;
        private final double[] weights; // of these lags
        private final double[] ring;
        private int head; // where the next value goes
        private double expected;

        private Stream(Autoregression law, double... history) {
            this.intercept = law.intercept;
            this.lags =
                    IntStream.rangeClosed(1, law.lags())
                            .filter(lag -> law.weight(lag) != 0)
                            .toArray();
            this.weights = IntStream.of(lags).mapToDouble(law::weight).toArray();
            this.ring = Arrays.copyOfRange(history, history.length - law.lags(), history.length);
            this.expected = next();
        }

        /// What the next value will be.
        public double expected() {
            return expected;
        }

        /// Takes the next value; NaN where none came, and what was expected counts.
        ///
        /// @return how far it was from what was expected; NaN where none came
        public double take(double value) {
            double error = value - expected;
            ring[head] = Double.isNaN(value) ? expected : value;
            head = (head + 1) % ring.length;
            expected = next();
            return error;
        }

        private double next() {
            double sum = intercept;
            for (int i = 0; i < lags.length; i++) {
                sum += weights[i] * ring[Math.floorMod(head - lags[i], ring.length)];
            }
            return sum;
        }
    }
}
