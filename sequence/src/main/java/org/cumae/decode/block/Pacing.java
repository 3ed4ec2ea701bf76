package org.cumae.decode.block;

import org.cumae.Check;

import java.util.OptionalInt;

/// How a text of masks goes on from block to block, and what is kept of it.
///
/// @param block places that are written together, or how many masks the window of a streaming model
///   holds; without it as many as the model was taught
/// @param subBlock of how many places of a block those are written first that are further left;
///   without it the whole block at once
/// @param subCache whether keys and values of a block outside its active part are used again; not
///   exact where the part is less than the block
/// @param commit when finished places are kept
/// @param keep which rows are kept from pass to pass
/// @param refreshEvery after how many passes everything is fed again; 0 for never
/// @param ahead how many masks behind the block a model that sees the whole canvas is shown;
///   without it all up to the end
/// @param foretelling what becomes of what known rows say of the token behind them; for models that
///   read prefixes
public record Pacing(
        OptionalInt block,
        OptionalInt subBlock,
        boolean subCache,
        Commit commit,
        Keep keep,
        int refreshEvery,
        OptionalInt ahead,
        Foretelling foretelling) {
    /// As the model was taught, with everything kept that is finished.
    public static final Pacing USUAL =
            new Pacing(
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    false,
                    Commit.AUTO,
                    Keep.BLOCKS,
                    0,
                    OptionalInt.empty(),
                    Foretelling.NONE);

    /// When finished places are kept.
    public enum Commit {
        /// As suits the model: a model that reads prefixes streams, others fuse.
        AUTO,
        /// As soon as all places to their left are known, the window moving on with them.
        STREAM,
        /// A block at a time, in the pass that first looks at the next one.
        FUSED,
        /// A block at a time, in a pass of its own.
        APART
    }

    /// Which rows are kept from pass to pass; all others are fed again.
    public enum Keep {
        /// None.
        NOTHING,
        /// Those of the prompt.
        PROMPT,
        /// Those of finished blocks.
        BLOCKS,
        /// Those of all known places up to the first mask.
        KNOWN
    }

    /// What becomes of what known rows say of the token behind them, as next-token models do.
    public enum Foretelling {
        /// Nothing.
        NONE,
        /// The row before the first mask tells that place, and it is written in every pass.
        FIRST,
        /// That, and what was written under masks is a draft: it stays as long as plain decoding
        /// would have written it, which the rows that are fed anyway say. So the text is that of
        /// plain decoding with the same seed.
        VERIFIES
    }

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException naming the value and its limit
    public Pacing {
        block.ifPresent(
                size -> Check.argument(size > 0, "block is %d; it must be 1 or more", size));
        subBlock.ifPresent(
                size -> Check.argument(size > 0, "sub_block is %d; it must be 1 or more", size));
        ahead.ifPresent(
                count -> Check.argument(count >= 0, "ahead is %d; it must be 0 or more", count));
        Check.argument(
                refreshEvery >= 0, "refresh is %d; it must be 0 or more passes", refreshEvery);
        Check.argument(
                !subCache || (subBlock.isPresent() && keep == Keep.BLOCKS),
                "sub_cache keeps what lies around a sub-block; set sub_block, and keep to blocks");
        Check.argument(
                foretelling != Foretelling.VERIFIES
                        || commit == Commit.AUTO
                        || commit == Commit.STREAM,
                "verify holds tokens against the rows of a window that streams; set commit to stream");
        Check.argument(
                block.isEmpty() || subBlock.isEmpty() || divides(subBlock, block),
                "sub_block is %d and does not divide a block of %d",
                subBlock.orElse(1),
                block.orElse(1));
    }

    private static boolean divides(OptionalInt part, OptionalInt whole) {
        return whole.getAsInt() % part.getAsInt() == 0;
    }

    /// The same in blocks of a size.
    public Pacing withBlock(int size) {
        return new Pacing(
                OptionalInt.of(size),
                subBlock,
                subCache,
                commit,
                keep,
                refreshEvery,
                ahead,
                foretelling);
    }

    /// The same in parts of blocks.
    ///
    /// @param cached whether what lies around the active part is used again
    public Pacing withSubBlock(int size, boolean cached) {
        return new Pacing(
                block,
                OptionalInt.of(size),
                cached,
                commit,
                keep,
                refreshEvery,
                ahead,
                foretelling);
    }

    /// The same with another way of keeping finished places.
    public Pacing committing(Commit commit) {
        return new Pacing(
                block, subBlock, subCache, commit, keep, refreshEvery, ahead, foretelling);
    }

    /// The same with other rows kept.
    public Pacing keeping(Keep keep) {
        return new Pacing(
                block, subBlock, subCache, commit, keep, refreshEvery, ahead, foretelling);
    }

    /// The same where everything is fed again every so many passes.
    public Pacing refreshing(int passes) {
        return new Pacing(block, subBlock, subCache, commit, keep, passes, ahead, foretelling);
    }

    /// The same where so many masks behind a block are shown.
    public Pacing looking(int ahead) {
        return new Pacing(
                block,
                subBlock,
                subCache,
                commit,
                keep,
                refreshEvery,
                OptionalInt.of(ahead),
                foretelling);
    }

    /// The same with another use of what known rows say of the next token.
    public Pacing foretelling(Foretelling use) {
        return new Pacing(block, subBlock, subCache, commit, keep, refreshEvery, ahead, use);
    }
}
