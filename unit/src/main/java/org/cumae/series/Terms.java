package org.cumae.series;

import java.util.List;

/// What a forecast adds up beside what follows from the last values: a trend, and what comes again
/// with the calendar.
///
/// @param trend in the long run
/// @param seasons each with its own weights
public record Terms(Trend trend, List<Season> seasons) {
    /// Nothing.
    public static final Terms NONE = new Terms(Trend.NONE, List.of());

    /// Copies the list.
    public Terms {
        seasons = seasons.stream().distinct().sorted().toList();
    }

    /// Whether there is any, or something known beside the series.
    public boolean explain(Observed observed) {
        return trend != Trend.NONE || !seasons.isEmpty() || !observed.regressors().isEmpty();
    }
}
