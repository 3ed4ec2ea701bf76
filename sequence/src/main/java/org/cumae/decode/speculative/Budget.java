package org.cumae.decode.speculative;

import org.cumae.Check;

/// How much a drafter may propose in one round.
///
/// @param length how deep the tree may be, in tokens
/// @param width how many candidates may stand side by side; 1 is a single chain
/// @param nodes the most tokens in all
public record Budget(int length, int width, int nodes) {
    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException if one is below 1
    public Budget {
        Check.argument(length > 0, "length is %d; a draft has 1 token or more", length);
        Check.argument(width > 0, "width is %d; a draft has 1 candidate or more", width);
        Check.argument(nodes > 0, "nodes is %d; a draft has 1 token or more", nodes);
    }

    /// A single chain.
    public static Budget chain(int length) {
        return new Budget(length, 1, length);
    }

    /// Whether only a single chain is wanted.
    public boolean isChain() {
        return width == 1;
    }
}
