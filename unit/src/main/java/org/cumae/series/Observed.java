package org.cumae.series;

import java.util.List;

/// A series and what is known beside it.
///
/// @param series what is to be forecast
/// @param regressors from its first time on, perhaps further than it
public record Observed(Series series, List<Regressor> regressors) {
    /// Copies the list.
    public Observed {
        regressors = List.copyOf(regressors);
    }

    /// A series by itself.
    public static Observed alone(Series series) {
        return new Observed(series, List.of());
    }

    /// What was known of the series when it had so many values; of what is beside it, all.
    public Observed until(int length) {
        return new Observed(series.part(0, length), regressors);
    }
}
