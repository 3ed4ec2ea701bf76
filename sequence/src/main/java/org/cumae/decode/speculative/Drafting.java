package org.cumae.decode.speculative;

/// A drafter at work on one text. Used by the thread that decodes it.
public interface Drafting extends AutoCloseable {
    /// Proposes what may follow the line as it stands.
    ///
    /// Only what is in the line was written; of the last proposal, what is not there was rejected.
    ///
    /// @param budget how much at most
    /// @return a tree within the budget; empty if nothing comes to mind
    DraftTree propose(Budget budget);

    /// Frees what it holds.
    @Override
    default void close() {}
}
