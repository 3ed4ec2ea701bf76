package org.cumae.series;

import org.cumae.Check;

/// Says what follows a series. Knows nothing but what it is given: of a history that is cut short
/// it forecasts from there. One that holds memory of a device is to be closed.
public interface Forecaster extends AutoCloseable {
    /// What users call it.
    String name();

    /// How many values it must see.
    int least();

    /// What follows.
    ///
    /// @param history up to the time of asking; unknown values among them are estimated
    /// @param horizon how many values
    /// @throws IllegalArgumentException if the history is shorter than [#least], or the horizon is
    ///   not 1 or more
    Forecast forecast(Series history, int horizon);

    @Override
    default void close() {}

    /// What every forecaster asks of its history.
    ///
    /// @throws IllegalArgumentException as [#forecast]
    default void check(Series history, int horizon) {
        Check.argument(horizon > 0, "the horizon is %d values; it must be 1 or more", horizon);
        Check.argument(
                history.length() >= least(),
                "series %s has %d values and %s needs at least %d; give a longer series, or another"
                        + " model",
                history.name(),
                history.length(),
                name(),
                least());
    }
}
