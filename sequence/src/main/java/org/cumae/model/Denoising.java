package org.cumae.model;

import org.cumae.Check;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// How a model was taught to say what lies under masks.
///
/// @param block how many places are written together; blocks are counted from position 0
/// @param reading who sees whom
/// @param shifted whether a place is told by the row before it, as next-token models do; else by
///   its own
/// @see <a href="https://arxiv.org/abs/2503.09573">Arriola et al. 2025, block diffusion</a>
public record Denoising(int block, Reading reading, boolean shifted) {
    /// Who sees whom while places are not known yet.
    public enum Reading {
        /// A row sees its whole block, in both directions, and all blocks before.
        BLOCKS,
        /// A row sees the rows that were fed before it. Known places are fed first, in the order of
        /// their positions, then masks; so what is known is seen, and no mask after one's own.
        PREFIX,
        /// Every row sees every row, masks far ahead too.
        CANVAS;

        /// The reading of a word, as [#word] writes it.
        ///
        /// @throws IllegalArgumentException if there is none, listing them
        public static Reading parse(String word) {
            return Arrays.stream(values())
                    .filter(reading -> reading.word().equals(word))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            "there is no reading '%s'; there are %s"
                                                    .formatted(
                                                            word,
                                                            Arrays.stream(values())
                                                                    .map(Reading::word)
                                                                    .collect(
                                                                            Collectors.joining(
                                                                                    ", ")))));
        }

        /// How files write it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Checks that the parts fit each other.
    ///
    /// @throws IllegalArgumentException naming the value and its limit
    public Denoising {
        Check.argument(block > 0, "block is %d; it must be 1 or more", block);
        Check.argument(
                !shifted || reading == Reading.BLOCKS,
                "a model that reads by %s tells each place by its own row; shift with reading blocks"
                        + " only",
                reading.word());
    }

    /// The row that tells a place: the one map for losses, decoders and scores.
    ///
    /// @param position of the place
    /// @return the position of the row
    public int rowFor(int position) {
        return shifted ? position - 1 : position;
    }

    /// The block of a position.
    public int blockOf(int position) {
        return position / block;
    }

    /// The first position of the block of a position.
    public int begin(int position) {
        return position - position % block;
    }

    /// The same in blocks of another size.
    public Denoising withBlock(int block) {
        return new Denoising(block, reading, shifted);
    }

    /// Whether known rows, alone, tell what comes next as a next-token model does.
    public boolean foretells() {
        return reading == Reading.PREFIX;
    }
}
