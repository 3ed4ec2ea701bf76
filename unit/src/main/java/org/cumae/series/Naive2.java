package org.cumae.series;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.List;

/// The last value, of a series whose season is taken out where it has one: the yardstick of the M4
/// competition.
///
/// @param period how many values a season has
/// @see <a href="https://doi.org/10.1016/j.ijforecast.2019.04.014">Makridakis et al. 2020</a>
public record Naive2(int period) implements Forecaster {
    private static final double TWO_SIDED_90 = 1.645;

    /// Checks the period.
    ///
    /// @throws IllegalArgumentException if it is below 1
    public Naive2 {
        Check.argument(period > 0, "the period is %d values; it must be 1 or more", period);
    }

    @Override
    public String name() {
        return "naive 2, period " + period;
    }

    @Override
    public int least() {
        return 2;
    }

    @Override
    public Forecast forecast(Series history, int horizon) {
        check(history, horizon);
        double[] values = history.filled().values();
        double[] season = isSeasonal(values) ? indices(values) : new double[] {1};
        int m = season.length;
        int n = values.length;
        double[] level = new double[n];
        for (int i = 0; i < n; i++) {
            level[i] = values[i] / season[i % m];
        }
        Forecast plain = new Seasonal(1).forecast(history.with(level), horizon);
        List<Normal> laws = new ArrayList<>();
        for (int step = 0; step < horizon; step++) {
            double index = season[(n + step) % m];
            Normal law = plain.laws().get(step);
            laws.add(new Normal(law.mean() * index, law.deviation() * Math.abs(index)));
        }
        return Forecast.after(history, laws);
    }

    private boolean isSeasonal(double... values) {
        int n = values.length;
        if (period == 1 || n < 3 * period) {
            return false;
        }
        double before = 0;
        for (int lag = 1; lag < period; lag++) {
            before += Math.pow(Correlation.at(lag, values), 2);
        }
        double limit = TWO_SIDED_90 * Math.sqrt((1 + 2 * before) / n);
        return Math.abs(Correlation.at(period, values)) > limit;
    }

    /// What each place of a season is to the whole, with mean 1: the mean share of a value in the
    /// centred moving average around it.
    private double[] indices(double... values) {
        double[] sums = new double[period];
        int[] counts = new int[period];
        int half = period / 2;
        for (int i = half; i < values.length - half; i++) {
            double around = 0;
            for (int j = -half; j <= half; j++) {
                boolean end = period % 2 == 0 && Math.abs(j) == half;
                around += values[i + j] * (end ? 0.5 : 1);
            }
            sums[i % period] += values[i] / (around / period);
            counts[i % period]++;
        }
        double mean = 0;
        for (int place = 0; place < period; place++) {
            sums[place] /= counts[place];
            mean += sums[place] / period;
        }
        for (int place = 0; place < period; place++) {
            sums[place] /= mean;
        }
        return sums;
    }
}
