package org.cumae.picture;

import org.cumae.Check;
import org.cumae.model.Visibility;

import java.util.ArrayList;
import java.util.Arrays;
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

    /// The first place of a scale.
    private static int begin(List<Integer> sides, int scale) {
        return sides.subList(0, scale).stream().mapToInt(side -> side * side).sum();
    }

    /// The first place that rows of a scale see, where they see any before their own scale.
    private int pastFrom(List<Integer> sides, int scale) {
        return switch (past) {
            case ALL -> 0;
            case LAST -> begin(sides, Math.max(scale - 1, 0));
            case NONE -> begin(sides, scale);
        };
    }

    /// The cells of its own scale that a cell sees: all of them, or those in its window, which is
    /// moved at the border and not cut, so that each cell sees equally many.
    private BitSet around(int side, int cell) {
        BitSet seen = new BitSet(side * side);
        if (window == 0 || side < windowFrom) {
            seen.set(0, side * side);
            return seen;
        }
        int wide = Math.min(window, side);
        int top = Math.clamp(cell / side - window / 2, 0, side - wide);
        int left = Math.clamp(cell % side - window / 2, 0, side - wide);
        for (int y = top; y < top + wide; y++) {
            seen.set(y * side + left, y * side + left + wide);
        }
        return seen;
    }

    /// Who sees whom when all scales are fed at once, `[places * places]`.
    public boolean[] mask(List<Integer> sides) {
        int places = begin(sides, sides.size());
        boolean[] mask = new boolean[places * places];
        for (int scale = 0; scale < sides.size(); scale++) {
            int begin = begin(sides, scale);
            int side = sides.get(scale);
            for (int cell = 0; cell < side * side; cell++) {
                int line = (begin + cell) * places;
                Arrays.fill(mask, line + pastFrom(sides, scale), line + begin, true);
                around(side, cell).stream().forEach(seen -> mask[line + begin + seen] = true);
            }
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
        int side = sides.get(scale);
        List<BitSet> columns = new ArrayList<>();
        for (int cell = 0; cell < side * side; cell++) {
            BitSet seen = new BitSet(cached + side * side);
            if (past != Past.NONE) {
                seen.set(pastFrom(sides, scale), cached);
            }
            around(side, cell).stream().forEach(each -> seen.set(cached + each));
            columns.add(seen);
        }
        return new Visibility.Given(columns);
    }

    /// How many pairs of places see each other.
    public long pairs(List<Integer> sides) {
        long pairs = 0;
        for (int scale = 0; scale < sides.size(); scale++) {
            int side = sides.get(scale);
            int before = begin(sides, scale) - pastFrom(sides, scale);
            pairs += (long) side * side * (before + around(side, 0).cardinality());
        }
        return pairs;
    }
}
