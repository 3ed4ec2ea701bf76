package org.cumae.net.picture;

import org.cumae.Check;

import java.util.List;

/// The shape of an [Autoencoder].
///
/// @param channels of a pixel
/// @param base channels of the finest level inside
/// @param multiples of them at each level, the finest first; each further level has half the sides
/// @param blocks residual blocks at a level
/// @param looks whether pixels of the coarsest level look at each other
/// @param out how many numbers a cell of the grid is read as
/// @param in how many numbers a cell is written from
public record AutoencoderShape(
        int channels,
        int base,
        List<Integer> multiples,
        int blocks,
        boolean looks,
        int out,
        int in) {
    private static final int GROUPED = 4;
    private static final int MOST_GROUPS = 32;

    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException naming the one that is wrong
    public AutoencoderShape {
        multiples = List.copyOf(multiples);
        Check.argument(
                channels > 0 && blocks > 0 && out > 0 && in > 0,
                "an autoencoder of %d channels, %d blocks a level, %d numbers out and %d in; each"
                        + " must be 1 or more",
                channels,
                blocks,
                out,
                in);
        Check.argument(
                base > 0
                        && base % GROUPED == 0
                        && (base <= GROUPED * MOST_GROUPS || base % MOST_GROUPS == 0),
                "the finest level has %d channels; take a multiple of %d, above %d of %d",
                base,
                GROUPED,
                GROUPED * MOST_GROUPS,
                MOST_GROUPS);
        Check.argument(
                !multiples.isEmpty() && multiples.stream().allMatch(multiple -> multiple > 0),
                "levels have %s times the channels of the finest; give one number or more, each 1 or"
                        + " more",
                multiples);
    }

    /// How many pixels of a side a cell stands for.
    public int cell() {
        return 1 << (multiples.size() - 1);
    }

    /// The channels of a level.
    int width(int level) {
        return base * multiples.get(level);
    }
}
