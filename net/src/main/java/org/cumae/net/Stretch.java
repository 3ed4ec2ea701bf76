package org.cumae.net;

import org.cumae.Check;
import org.cumae.model.Strip;
import org.cumae.model.Visibility;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// One context's rows among the packed rows of a pass: `[from, from + rows)`.
///
/// @param masks for each window of the model which columns rows see, strip by strip
/// @param seen same, for rows that attend one by one: the columns of each row
record Stretch(
        Cache cache,
        int from,
        int[] positions,
        Map<OptionalInt, List<Masked>> masks,
        Map<OptionalInt, List<Columns>> seen) {
    static Stretch of(
            Cache cache,
            int from,
            int[] positions,
            Visibility visibility,
            Iterable<OptionalInt> windows,
            Rounding rounding) {
        Map<OptionalInt, List<Masked>> masks = new HashMap<>();
        Map<OptionalInt, List<Columns>> seen = new HashMap<>();
        for (OptionalInt window : windows) {
            switch (rounding) {
                case FREE ->
                        masks.computeIfAbsent(window, w -> mask(cache, positions, visibility, w));
                case ALIKE ->
                        seen.computeIfAbsent(window, w -> seen(cache, positions, visibility, w));
            }
        }
        return new Stretch(cache, from, positions, masks, seen);
    }

    int rows() {
        return positions.length;
    }

    /// How many rows the context holds with these.
    int columns() {
        return cache.length() + rows();
    }

    private static List<Masked> mask(
            Cache cache, int[] positions, Visibility visibility, OptionalInt window) {
        int rows = positions.length;
        int columns = cache.length() + rows;
        if (isStep(positions, visibility, window)) {
            return List.of(new Masked(new Strip(0, 1, 0, columns, true), Optional.empty()));
        }
        boolean[] seen = sees(cache, positions, visibility, window);
        // of a causal mask half is computed in vain at most, and strips of it were no faster
        List<Strip> strips =
                visibility instanceof Visibility.Given
                        ? Strip.of(rows, columns, seen)
                        : List.of(Strip.whole(rows, columns, seen));
        return Masked.of(cache.keys().device(), strips, columns, seen);
    }

    private static List<Columns> seen(
            Cache cache, int[] positions, Visibility visibility, OptionalInt window) {
        if (isStep(positions, visibility, window)) {
            return List.of(Columns.first(cache.length() + 1));
        }
        boolean[] seen = sees(cache, positions, visibility, window);
        int columns = seen.length / positions.length;
        List<Columns> each = new ArrayList<>();
        for (int row = 0; row < positions.length; row++) {
            each.add(Columns.of(seen, row * columns, columns, cache.keys().device()));
        }
        return each;
    }

    /// A step of plain decoding: nothing to work out for each row held.
    private static boolean isStep(int[] positions, Visibility visibility, OptionalInt window) {
        return positions.length == 1 && window.isEmpty() && visibility instanceof Visibility.Causal;
    }

    /// Which columns each row sees, `[rows, columns]`.
    private static boolean[] sees(
            Cache cache, int[] positions, Visibility visibility, OptionalInt window) {
        int cached = cache.length();
        int rows = positions.length;
        int columns = cached + rows;
        int[] places = Arrays.copyOf(cache.keys().positions(), columns);
        System.arraycopy(positions, 0, places, cached, rows);
        boolean[] seen = new boolean[Math.multiplyExact(rows, columns)];
        for (int row = 0; row < rows; row++) {
            // a row sees the last `window` positions; what is ahead is the visibility's affair
            long oldest =
                    window.isEmpty() ? Long.MIN_VALUE : 1L + positions[row] - window.getAsInt();
            boolean any = false;
            for (int column = 0; column < columns; column++) {
                boolean sees = places[column] >= oldest && visibility.sees(row, column, cached);
                seen[row * columns + column] = sees;
                any |= sees;
            }
            Check.argument(
                    any,
                    "row %d sees nothing: the mask leaves only rows outside the window of %d",
                    row,
                    window.orElse(columns));
        }
        return seen;
    }
}
