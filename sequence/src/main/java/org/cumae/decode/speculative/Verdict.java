package org.cumae.decode.speculative;

import java.util.List;

/// What stays of a draft, and the token after it.
///
/// @param accepted nodes of the draft, each the child of the one before, the first one below the
///   root
/// @param next the token that follows them
public record Verdict(List<Integer> accepted, int next) {
    /// Copies the list.
    public Verdict {
        accepted = List.copyOf(accepted);
    }
}
