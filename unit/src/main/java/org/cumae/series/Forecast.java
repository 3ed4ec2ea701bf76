package org.cumae.series;

import org.cumae.Check;

import java.time.LocalDateTime;
import java.util.List;

/// The laws of the values that follow a series, each by itself.
///
/// @param series whose
/// @param start the time of the first value
/// @param cadence how far values are apart
/// @param laws of the values, in order
public record Forecast(String series, LocalDateTime start, Cadence cadence, List<Normal> laws) {
    /// Copies the list.
    public Forecast {
        laws = List.copyOf(laws);
        Check.argument(!laws.isEmpty(), "a forecast of series %s has no values", series);
    }

    /// The forecast of what follows a history.
    public static Forecast after(Series history, List<Normal> laws) {
        return new Forecast(
                history.name(), history.time(history.length()), history.cadence(), laws);
    }

    /// How many values.
    public int horizon() {
        return laws.size();
    }

    /// The time of a value.
    public LocalDateTime time(int step) {
        return cadence.after(start, step);
    }

    /// The most likely value.
    public double mean(int step) {
        return laws.get(step).mean();
    }

    /// Where the value lies with a probability, its ends equally unlikely.
    ///
    /// @param coverage the probability, in (0, 1)
    public Band band(int step, double coverage) {
        Normal law = laws.get(step);
        return new Band(law.quantile((1 - coverage) / 2), law.quantile((1 + coverage) / 2));
    }

    /// From where to where.
    public record Band(double lower, double upper) {
        /// Whether a value lies in it.
        public boolean holds(double value) {
            return lower <= value && value <= upper;
        }
    }
}
