package org.cumae.decode.speculative.draft;

import java.util.List;

/// What follows what, with how much confidence.
///
/// @param <S> stands for the tokens before: all that the next token is guessed from
public interface Continuations<S> {
    /// The likeliest tokens after a state, likeliest first.
    ///
    /// @param most how many
    List<Guess> next(S state, int most);

    /// The state after one token more.
    S after(S state, int token);

    /// A token and its estimated probability.
    record Guess(int token, double probability) {}
}
