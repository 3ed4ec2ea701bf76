package org.cumae.decode;

import org.cumae.distribution.Excerpt;

import java.util.Optional;

/// One value, as a decoder shows it while it writes.
///
/// @param position where it stands in what is written, from 0
/// @param token the value
/// @param state whether it may still change
/// @param logProbability in nats, under the model's own law at the moment of drawing, before bias,
///   penalties, temperature and filters
/// @param raw the best alternatives under that law; as many as the request asked for
/// @param filtered the best alternatives under the law that it was drawn from
/// @param draft what had been guessed of it and of what follows in the pass that it came from; with
///   the first token of a pass that had a draft, where alternatives were asked for
/// @param text what became certain of the text with this step: never half a character, never a part
///   of a stop string; empty while something is held back, or without a [Text]
public record Step(
        int position,
        int token,
        State state,
        double logProbability,
        Excerpt raw,
        Excerpt filtered,
        Optional<Draft> draft,
        String text) {
    /// Whether a value may still change.
    public enum State {
        /// Shown, and may be replaced.
        PROVISIONAL,
        /// Stays.
        COMMITTED,
        /// Replaces what was shown at this position, and may be replaced again.
        REVISED
    }
}
