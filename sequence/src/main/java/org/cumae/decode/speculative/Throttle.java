package org.cumae.decode.speculative;

/// Says for one text, round by round, how far to draft.
public interface Throttle {
    /// How many tokens long the next draft may be; 0 for a plain step.
    int next();

    /// A round has run.
    ///
    /// @param tree what was drafted; empty for a plain step
    /// @param riders how many rows rode along
    /// @param accepted how many tokens of it were accepted
    /// @param drafting nanoseconds that drafting took
    /// @param pass nanoseconds from asking the target to its answer
    void ran(DraftTree tree, int riders, int accepted, long drafting, long pass);
}
