package org.cumae.series;

import org.cumae.Check;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// How far a forecast was from what came.
///
/// @param mse mean squared error
/// @param mae mean absolute error
/// @param smape symmetric mean absolute percentage error, in [0, 200]
/// @param mase mean absolute error over that of the value one period before, within the history;
///   NaN where that has no error
/// @param crps mean continuous ranked probability score
/// @param coverage the share of values in the band of 90 %
public record Scores(
        double mse, double mae, double smape, double mase, double crps, double coverage) {
    private static final double BAND = 0.9;

    /// Of one forecast; unknown values do not count.
    ///
    /// @param actual what came, from the forecast's first time on, at least as long
    /// @param history what the forecast knew
    /// @param period of the season, 1 for none
    /// @throws IllegalArgumentException if nothing of what came is known
    public static Scores of(Forecast forecast, Series actual, Series history, int period) {
        Check.argument(
                actual.length() >= forecast.horizon(),
                "%d values came and %d were forecast",
                actual.length(),
                forecast.horizon());
        double squares = 0;
        double errors = 0;
        double shares = 0;
        double ranked = 0;
        int within = 0;
        int count = 0;
        for (int step = 0; step < forecast.horizon(); step++) {
            if (!actual.isKnown(step)) {
                continue;
            }
            double value = actual.value(step);
            double error = Math.abs(value - forecast.mean(step));
            double size = Math.abs(value) + Math.abs(forecast.mean(step));
            squares += error * error;
            errors += error;
            shares += size == 0 ? 0 : 200 * error / size;
            ranked += forecast.laws().get(step).crps(value);
            within += forecast.band(step, BAND).holds(value) ? 1 : 0;
            count++;
        }
        Check.argument(count > 0, "nothing is known of what came after %s", history);
        double scale = seasonalError(history, period);
        return new Scores(
                squares / count,
                errors / count,
                shares / count,
                scale > 0 ? errors / count / scale : Double.NaN,
                ranked / count,
                (double) within / count);
    }

    /// The mean of several forecasts' scores.
    public static Scores mean(List<Scores> all) {
        return new Scores(
                mean(all, Scores::mse),
                mean(all, Scores::mae),
                mean(all, Scores::smape),
                mean(all, Scores::mase),
                mean(all, Scores::crps),
                mean(all, Scores::coverage));
    }

    private static double mean(List<Scores> all, ToDoubleFunction<Scores> what) {
        return all.stream().mapToDouble(what).average().orElseThrow();
    }

    private static double seasonalError(Series history, int period) {
        double sum = 0;
        int count = 0;
        for (int i = period; i < history.length(); i++) {
            if (history.isKnown(i) && history.isKnown(i - period)) {
                sum += Math.abs(history.value(i) - history.value(i - period));
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }
}
