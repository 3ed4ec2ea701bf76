package org.cumae.series;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.List;

/// The value of one period ago; with a period of 1 the last value.
///
/// @param period how many values a season has
public record Seasonal(int period) implements Forecaster {
    /// Checks the period.
    ///
    /// @throws IllegalArgumentException if it is below 1
    public Seasonal {
        Check.argument(period > 0, "the period is %d values; it must be 1 or more", period);
    }

    @Override
    public String name() {
        return period == 1 ? "naive" : "seasonal naive, period " + period;
    }

    @Override
    public int least() {
        return period + 1;
    }

    /// The deviation is that of the differences to one period before, and grows with the root of
    /// how many periods ahead a value lies.
    @Override
    public Forecast forecast(Series history, int horizon) {
        check(history, horizon);
        double[] values = history.filled().values();
        int n = values.length;
        double squares = 0;
        for (int i = period; i < n; i++) {
            squares += Math.pow(values[i] - values[i - period], 2);
        }
        double deviation = Math.sqrt(squares / (n - period));
        List<Normal> laws = new ArrayList<>();
        for (int step = 0; step < horizon; step++) {
            int seasons = step / period + 1;
            laws.add(
                    new Normal(values[n - period + step % period], deviation * Math.sqrt(seasons)));
        }
        return Forecast.after(history, laws);
    }
}
