package org.cumae.decode.speculative;

import org.cumae.model.Card;

import java.util.Set;

/// Proposes what may come next, at a small part of the target's cost.
///
/// A drafter is good for any number of requests at once; what it learns of one text is in that
/// text's [Drafting].
public interface Drafter {
    /// What users call it.
    String name();

    /// How it can come by its tokens.
    Set<Manner> manners();

    /// Refuses a target that it cannot draft for.
    ///
    /// @param target what the target says of itself
    /// @param budget what it will be asked for at most
    /// @throws IllegalArgumentException naming what does not fit and what to do
    default void check(Card target, Budget budget) {}

    /// The longest draft that it can make.
    default int longest() {
        return Integer.MAX_VALUE;
    }

    /// How many rows of its own a draft so long brings along; see [Riders].
    default int riders(int length) {
        return 0;
    }

    /// Begins to draft for one text.
    ///
    /// @param line the text as it grows
    /// @param manner one of [#manners]
    Drafting begin(Line line, Manner manner);
}
