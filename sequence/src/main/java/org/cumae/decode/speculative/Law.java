package org.cumae.decode.speculative;

import java.util.List;

/// Decides how much of a draft stays, and which token follows it.
///
/// All members but the [Relaxed] ones are exact: whatever the draft proposes, what is written is
/// distributed as if the target had drawn every token, under every sampling.
public sealed interface Law permits Match, Gumbel, Chain, Block, RecursiveRejection, Kseq, Relaxed {
    /// What users call it.
    String name();

    /// Whether the target's law is kept.
    default boolean exact() {
        return true;
    }

    /// The kinds of draft that it can decide about, the most welcome first.
    List<Manner> takes();

    /// Whether it can decide about a tree; if not, about a single chain only.
    default boolean branches() {
        return true;
    }

    /// Whether every token is drawn with the noise that plain decoding draws it with: then the seed
    /// gives the same text with any draft, of any length, and with none.
    default boolean keepsNoise() {
        return false;
    }

    /// Decides.
    ///
    /// @param round a draft of one of the kinds it [#takes], and what the target says of it
    /// @return the accepted path and the token after it
    Verdict verify(Round round);
}
