package org.cumae.decode.speculative;

import org.cumae.distribution.Finding;

import java.util.List;

/// A drafter at work on one text. Used by the thread that decodes it.
public interface Drafting extends AutoCloseable {
    /// Proposes what may follow the line as it stands.
    ///
    /// Only what is in the line was written; of the last proposal, what is not there was rejected.
    ///
    /// @param budget how much at most
    /// @return a tree within the budget; empty if nothing comes to mind
    DraftTree propose(Budget budget);

    /// What the target is to say beside the laws of a draft, for the next one to be made of.
    ///
    /// @param tree the draft that is about to be looked at; may be empty
    /// @param length how deep drafts are at present; may be 0
    /// @param most how many rows there is room for; may be 0
    default Riders riders(DraftTree tree, int length, int most) {
        return Riders.NONE;
    }

    /// What the target said of the riders.
    ///
    /// @param node the last node that was accepted, or [DraftTree#ROOT]
    /// @param findings one a row that rode along, then one a peek, in their order
    default void told(int node, List<Finding> findings) {}

    /// Frees what it holds.
    @Override
    default void close() {}
}
