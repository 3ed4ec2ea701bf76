package org.cumae.decode.speculative;

import org.cumae.distribution.Categorical;

/// What the target says of a draft.
@FunctionalInterface
public interface Target {
    /// The law of the token after a node, as plain decoding would draw it: the request's bans,
    /// bias, penalties, temperature and filters applied. Worked out when asked.
    ///
    /// @param node a node of the draft, or [DraftTree#ROOT]
    Categorical law(int node);
}
