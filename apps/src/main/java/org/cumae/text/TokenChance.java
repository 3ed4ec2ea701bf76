package org.cumae.text;

import org.cumae.decode.Step;

import java.util.List;

/// A token at its place, and how probable it was.
///
/// @param position where it stands among the new tokens, from 0
/// @param id the token
/// @param text the token by itself; a replacement character where it is a part of a character
/// @param state whether it may still change; decoders that revise show a place more than once
/// @param logProbability in nats, under the model's own law, before temperature, filters and
///   penalties, at the moment of choosing
/// @param alternatives the most probable tokens at this place under that law, best first, as many
///   as were asked for
/// @param drawnFrom the most probable tokens under the law it was drawn from, after all filters
/// @param draft what had been guessed of it and of what follows, parents before children; with the
///   first token of a pass that looked at guesses, where alternatives were asked for
public record TokenChance(
        int position,
        int id,
        String text,
        Step.State state,
        double logProbability,
        List<Alternative> alternatives,
        List<Alternative> drawnFrom,
        List<Guess> draft) {
    /// Copies the lists.
    public TokenChance {
        alternatives = List.copyOf(alternatives);
        drawnFrom = List.copyOf(drawnFrom);
        draft = List.copyOf(draft);
    }

    /// The probability, in [0, 1].
    public double probability() {
        return Math.exp(logProbability);
    }

    /// A token that a draft proposed.
    ///
    /// @param parent which guess of the draft it follows; -1 for the token before the draft
    /// @param id the token
    /// @param text the token by itself
    /// @param accepted whether it was written
    public record Guess(int parent, int id, String text, boolean accepted) {}

    /// A token that could have come.
    ///
    /// @param id the token
    /// @param text the token by itself
    /// @param logProbability in nats
    public record Alternative(int id, String text, double logProbability) {
        /// The probability, in [0, 1].
        public double probability() {
            return Math.exp(logProbability);
        }
    }
}
