package org.cumae.distribution;

import java.util.List;

/// A few ids of a law with their true log-probabilities; of the rest nothing is said.
///
/// What crosses from the device when a decoder wants an arg-max, the best few, or the scores of
/// given ids. Its probabilities sum to at most 1.
///
/// @param entries best first for an arg-max or a top-k; in the order asked for chosen ids
public record Excerpt(List<Entry> entries) implements Finding {
    /// One id and its log-probability in nats, under the whole law.
    public record Entry(int id, double logProbability) {
        /// The probability, in [0, 1].
        public double probability() {
            return Math.exp(logProbability);
        }
    }

    /// Copies the list.
    public Excerpt {
        entries = List.copyOf(entries);
    }

    /// The first entry: of an arg-max, the one there is.
    public Entry best() {
        return entries.getFirst();
    }
}
