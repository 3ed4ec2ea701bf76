package org.cumae.unit.picture;

import org.cumae.Check;
import org.cumae.picture.PyramidCode;

import java.util.List;

/// The shape of a learned pyramid: its scales, and the one book of all of them.
///
/// @param sides of the scales, ascending; the last one is the grid of cells
/// @param codes how many, of which the first stands for nothing
/// @param width of the vectors
public record PyramidShape(List<Integer> sides, int codes, int width) {
    /// How many convolutions the scales share.
    private static final int KERNELS = 4;

    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException naming them
    public PyramidShape {
        sides = PyramidCode.ascending(sides);
        Check.argument(
                codes > 1 && codes <= 1 << BottleneckShape.MOST_BITS && width > 0,
                "a book of %d codes of %d numbers; take [2, %d] codes of 1 or more",
                codes,
                width,
                1 << BottleneckShape.MOST_BITS);
    }

    /// The side of the grid of cells.
    int side() {
        return sides.getLast();
    }

    /// Which of the four convolutions smooths a scale: their ticks lie at 1/12, 13/36, 23/36 and
    /// 11/12 of the way from the first scale to the last, and the nearest is taken, of two the
    /// later.
    ///
    /// @param scale from 0
    int kernel(int scale) {
        int last = sides.size() - 1;
        int best = 0;
        for (int tick = 1; tick < KERNELS; tick++) {
            if (away(tick, scale, last) <= away(best, scale, last) && last > 0) {
                best = tick;
            }
        }
        return best;
    }

    /// In parts of 36 of the way, times the number of steps on it, so that equally near is equal.
    private static int away(int tick, int scale, int last) {
        return Math.abs(36 * scale - (3 + 10 * tick) * last);
    }
}
