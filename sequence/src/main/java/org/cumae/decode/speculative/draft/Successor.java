package org.cumae.decode.speculative.draft;

import org.cumae.distribution.Finding;
import org.cumae.distribution.Vector;
import org.cumae.model.Want;

/// A small head that says what follows a token, given what a model made of the mask behind it: so
/// tokens that were foreseen in one pass can depend on each other. Any thread.
@FunctionalInterface
public interface Successor {
    /// The law of the token after a token.
    ///
    /// @param token the token before
    /// @param hidden the model's hidden state of the mask
    /// @param want what is wanted of it, of row 0: a law, the best ids or single scores
    Finding after(int token, Vector hidden, Want want);
}
