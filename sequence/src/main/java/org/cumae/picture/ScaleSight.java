package org.cumae.picture;

import org.cumae.Check;
import org.cumae.model.Visibility;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Which rows of a pyramid see which: those of one scale see each other, or of it a window around
/// themselves, and those before it or none of them.
///
/// @param past whether coarser scales are seen
/// @param window the side of the window in a row's own scale; 0 for all of it
/// @param windowFrom from which side of a scale on there is a window
/// @see <a href="https://arxiv.org/abs/2505.12742">MVAR: scale and spatial Markovian
///   conditioning</a>
public record ScaleSight(Past past, int window, int windowFrom) {
    /// Whether coarser scales are seen.
    public enum Past {
        /// All of them: VAR.
        ALL,
        /// The one just before.
        LAST,
        /// None: what they told is in the rows already.
        NONE
    }

    /// Checks the window.
    ///
    /// @throws IllegalArgumentException if it is negative or even
    public ScaleSight {
        Check.argument(
                window == 0 || (window > 0 && window % 2 == 1),
                "a window has side %d; it must be odd, or 0 for none",
                window);
    }

    /// Everything up to a row's own scale.
    public static ScaleSight of(Past past) {
        return new ScaleSight(past, 0, 0);
    }

    /// Whether one place of a pyramid sees another.
    ///
    /// @param sides of the scales
    /// @param row the place that looks, of all scales one after the other
    /// @param column the place looked at
    public boolean sees(List<Integer> sides, int row, int column) {
        int[] looking = place(sides, row);
        int[] seen = place(sides, column);
        int scale = looking[0];
        if (seen[0] != scale) {
            return switch (past) {
                case ALL -> seen[0] < scale;
                case LAST -> seen[0] == scale - 1;
                case NONE -> false;
            };
        }
        int side = sides.get(scale);
        return window == 0
                || side < windowFrom
                || (isNear(looking[1] / side, seen[1] / side, side)
                        && isNear(looking[1] % side, seen[1] % side, side));
    }

    /// The window is moved at the border, not cut, so that each place sees equally many.
    private boolean isNear(int at, int other, int side) {
        int begin = Math.clamp(at - window / 2, 0, Math.max(side - window, 0));
        return other >= begin && other < begin + window;
    }

    /// Its scale, and where it stands there.
    private static int[] place(List<Integer> sides, int place) {
        int left = place;
        for (int scale = 0; scale < sides.size(); scale++) {
            int cells = sides.get(scale) * sides.get(scale);
            if (left < cells) {
                return new int[] {scale, left};
            }
            left -= cells;
        }
        throw new IllegalArgumentException("place %d is on no scale of %s".formatted(place, sides));
    }

    /// Who sees whom when all scales are fed at once, `[places * places]`.
    public boolean[] mask(List<Integer> sides) {
        int places = sides.stream().mapToInt(side -> side * side).sum();
        boolean[] mask = new boolean[places * places];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = sees(sides, i / places, i % places);
        }
        return mask;
    }

    /// Who sees whom when a scale is fed behind rows that the context holds.
    ///
    /// @param scale which
    /// @param cached how many rows of coarser scales the context holds: all of them, or with
    ///   [Past#NONE] any
    public Visibility visibility(List<Integer> sides, int scale, int cached) {
        if (past == Past.ALL && window == 0) {
            return Visibility.FULL;
        }
        int cells = sides.get(scale) * sides.get(scale);
        int first = sides.subList(0, scale).stream().mapToInt(side -> side * side).sum();
        List<BitSet> columns = new ArrayList<>();
        for (int row = 0; row < cells; row++) {
            BitSet seen = new BitSet();
            if (past != Past.NONE) {
                for (int column = 0; column < first; column++) {
                    seen.set(column, sees(sides, first + row, column));
                }
            }
            for (int column = 0; column < cells; column++) {
                seen.set(cached + column, sees(sides, first + row, first + column));
            }
            columns.add(seen);
        }
        return new Visibility.Given(columns);
    }

    /// How many pairs of places see each other.
    public long pairs(List<Integer> sides) {
        boolean[] mask = mask(sides);
        BitSet seen = new BitSet();
        for (int i = 0; i < mask.length; i++) {
            seen.set(i, mask[i]);
        }
        return seen.cardinality();
    }
}
