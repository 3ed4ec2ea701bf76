package org.cumae.series;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.List;

/// Forecasts from one time after the other, each from what was known then, and how far they were
/// from what came.
///
/// @param first how many values the first forecast knows
/// @param every how many values further the next one begins
/// @param horizon how many values each forecasts
/// @param period of the season, 1 for none; what errors are scaled by
public record RollingOrigin(int first, int every, int horizon, int period) {
    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException naming the value
    public RollingOrigin {
        Check.argument(
                first > 0, "the first forecast knows %d values; it must be 1 or more", first);
        Check.argument(every > 0, "forecasts begin %d values apart; it must be 1 or more", every);
        Check.argument(horizon > 0, "the horizon is %d values; it must be 1 or more", horizon);
        Check.argument(period > 0, "the period is %d values; it must be 1 or more", period);
    }

    /// How well a forecaster would have done.
    ///
    /// @throws IllegalArgumentException if the series is too short for one forecast
    public Scores of(Series series, Forecaster forecaster) {
        Check.argument(
                first + horizon <= series.length(),
                "series %s has %d values; %d to begin with and a horizon of %d need %d",
                series.name(),
                series.length(),
                first,
                horizon,
                first + horizon);
        List<Scores> scores = new ArrayList<>();
        for (int origin = first; origin + horizon <= series.length(); origin += every) {
            Series known = series.part(0, origin);
            Series came = series.part(origin, origin + horizon);
            scores.add(Scores.of(forecaster.forecast(known, horizon), came, known, period));
        }
        return Scores.mean(scores);
    }
}
