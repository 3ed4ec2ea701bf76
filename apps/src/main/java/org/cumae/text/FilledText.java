package org.cumae.text;

import org.cumae.model.Ledger;

import java.util.List;

/// A text whose holes were filled.
///
/// @param text all of it
/// @param holes what was written into each
/// @param logProbability of all that was written, in nats, under the model's own joint law
/// @param seed what its randomness came from
/// @param ledger what it has cost
public record FilledText(
        String text, List<String> holes, double logProbability, long seed, Ledger.Entry ledger) {
    /// Copies the list.
    public FilledText {
        holes = List.copyOf(holes);
    }

    @Override
    public String toString() {
        return text;
    }
}
