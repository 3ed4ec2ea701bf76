package org.cumae.series;

import org.cumae.Check;

/// What every forecaster asks of its history.
final class Checks {
    private Checks() {}

    static void history(Forecaster by, Series history, int horizon) {
        Check.argument(horizon > 0, "the horizon is %d values; it must be 1 or more", horizon);
        Check.argument(
                history.length() >= by.least(),
                "series %s has %d values and %s needs at least %d; give a longer series, or fewer"
                        + " lags",
                history.name(),
                history.length(),
                by.name(),
                by.least());
    }
}
