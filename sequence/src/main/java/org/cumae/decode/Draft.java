package org.cumae.decode;

import java.util.List;

/// What was guessed of what comes next and looked at in one pass: a tree whose root is the last
/// token before.
///
/// @param guesses parents before children
public record Draft(List<Guess> guesses) {
    /// Copies the list.
    public Draft {
        guesses = List.copyOf(guesses);
    }

    /// One guessed token.
    ///
    /// @param parent which guess it follows; -1 for the root
    /// @param token what was guessed
    /// @param accepted whether it was written
    public record Guess(int parent, int token, boolean accepted) {}
}
