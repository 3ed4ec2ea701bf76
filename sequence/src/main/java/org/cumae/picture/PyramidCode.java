package org.cumae.picture;

import org.cumae.Check;
import org.cumae.order.Order;

import java.util.Arrays;
import java.util.List;

/// Codes scale by scale: each scale is a grid of codes of its own side, and what the scales stand
/// for, enlarged to the whole grid, adds up to the picture. Every scale reads what those before it
/// owe.
///
/// A model draws a scale out of what is told so far ([#before]), pooled to the scale's side.
///
/// @see <a href="https://arxiv.org/abs/2404.02905">Tian et al. 2024, VAR: multi-scale residual
///   quantisation</a>
public non-sealed interface PyramidCode extends PictureCode {
    /// The side of each scale, ascending; the last one is the whole grid.
    List<Integer> sides();

    /// How many numbers a code stands for.
    int width();

    /// What is told by the first scales, as the next one is to see it: pooled to its side.
    ///
    /// @param scales how many, at least 1 and less than all
    /// @param codes `[length]`, of which those of the first scales are read
    /// @return `[sides[scales] squared][width]`
    /// @throws IllegalArgumentException if there is no such scale, or it is the first
    float[][] before(int scales, int... codes);

    /// What all scales but the first see, scale after scale: the rows that a model is taught with,
    /// to the bit what [#before] gives when it draws.
    ///
    /// @param codes `[length]`
    /// @return `[length - first][width]`
    float[][] rows(int... codes);

    @Override
    default int length() {
        return sides().stream().mapToInt(side -> side * side).sum();
    }

    @Override
    default Order order() {
        return Order.scales(sides().stream().mapToInt(Integer::intValue).toArray());
    }

    /// The sides of a pyramid, checked.
    ///
    /// @return a copy
    /// @throws IllegalArgumentException if there is none, or they do not ascend from 1 or more
    static List<Integer> ascending(List<Integer> sides) {
        Check.argument(
                !sides.isEmpty() && sides.getFirst() > 0,
                "a pyramid has the sides %s; give one or more, from 1 on",
                sides);
        for (int k = 1; k < sides.size(); k++) {
            Check.argument(
                    sides.get(k) > sides.get(k - 1), "sides of a pyramid must ascend: %s", sides);
        }
        return List.copyOf(sides);
    }

    /// Checks that a scale has others before it.
    ///
    /// @param scales how many
    /// @throws IllegalArgumentException if there is no such scale, or it is the first
    default void requireBehind(int scales) {
        Check.argument(
                scales > 0 && scales < sides().size(),
                "scale %d has nothing before it, or is not there; scales are [0, %d)",
                scales,
                sides().size());
    }

    /// A copy of codes of which those from a scale on are not known.
    ///
    /// @param scales how many are known
    /// @param codes `[length]`
    default int[] first(int scales, int... codes) {
        int known = sides().subList(0, scales).stream().mapToInt(side -> side * side).sum();
        int[] first = codes.clone();
        Arrays.fill(first, known, first.length, UNKNOWN);
        return first;
    }
}
