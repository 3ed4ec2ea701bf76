package org.cumae.model;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Something that answers queries: weights on a device, or a law given by a table.
///
/// This is the side the engine sees. Decoders never call a model; they ask a [Context], and the
/// engine gathers what all of them ask into one [#forward]. All methods but [#card] are called by
/// one thread at a time, the engine's.
public interface Model extends AutoCloseable {
    /// What the model says of itself. Any thread.
    Card card();

    /// An empty state.
    State open();

    /// Answers many queries in one pass.
    ///
    /// Each part's rows are appended to its state. The parts' states are distinct, and the queries
    /// were checked against [#card] before. A part's answer must not depend on its neighbours
    /// beyond rounding. If this throws, every state is as it was before.
    ///
    /// @param pass what is asked; not empty
    /// @return one answer a part, in their order
    List<Answer> forward(List<Part> pass);

    /// How much memory a state of so many rows owns at most, by which the engine decides who comes
    /// in. Any thread.
    ///
    /// @return bytes; 0 where it is not worth counting
    default long bytes(int rows) {
        return 0;
    }

    /// Whether states can be cut to any length at no cost, so that a longer one serves whoever
    /// begins alike; see [State#nearest]. Any thread.
    default boolean cutsAnywhere() {
        return true;
    }

    /// Completed with the reason when it can answer no more by no fault of whoever asks, as when a
    /// process that computes a part of it has ended. Any thread.
    default CompletableFuture<String> lost() {
        return new CompletableFuture<>();
    }

    @Override
    void close();

    /// One context's share of a pass.
    ///
    /// @param state where its rows are appended
    /// @param query what is asked
    record Part(State state, Query query) {}
}
