package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.model.Visibility;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// One context's rows among the packed rows of a pass: `[from, from + rows)`.
///
/// @param masks for each window of the model which columns a row sees, `[rows, columns] bool`;
///   empty where it sees all
record Stretch(KvCache cache, int from, int[] positions, Map<OptionalInt, Optional<Tensor>> masks) {
    static Stretch of(
            KvCache cache,
            int from,
            int[] positions,
            Visibility visibility,
            Iterable<OptionalInt> windows) {
        Map<OptionalInt, Optional<Tensor>> masks = new HashMap<>();
        for (OptionalInt window : windows) {
            masks.computeIfAbsent(window, w -> mask(cache, positions, visibility, w));
        }
        return new Stretch(cache, from, positions, masks);
    }

    int rows() {
        return positions.length;
    }

    /// How many rows the context holds with these.
    int columns() {
        return cache.length() + rows();
    }

    private static Optional<Tensor> mask(
            KvCache cache, int[] positions, Visibility visibility, OptionalInt window) {
        int cached = cache.length();
        int rows = positions.length;
        if (rows == 1 && window.isEmpty() && visibility instanceof Visibility.Causal) {
            return Optional
                    .empty(); // a step of plain decoding: nothing to work out for each row held
        }
        int columns = cached + rows;
        int[] places = Arrays.copyOf(cache.positions(), columns);
        System.arraycopy(positions, 0, places, cached, rows);
        boolean[] seen = new boolean[Math.multiplyExact(rows, columns)];
        boolean all = true;
        for (int row = 0; row < rows; row++) {
            // a row sees the last `window` positions; what is ahead is the visibility's affair
            long oldest =
                    window.isEmpty() ? Long.MIN_VALUE : 1L + positions[row] - window.getAsInt();
            boolean any = false;
            for (int column = 0; column < columns; column++) {
                boolean sees = places[column] >= oldest && visibility.sees(row, column, cached);
                seen[row * columns + column] = sees;
                any |= sees;
                all &= sees;
            }
            Check.argument(
                    any,
                    "row %d sees nothing: the mask leaves only rows outside the window of %d",
                    row,
                    window.orElse(columns));
        }
        return all ? Optional.empty() : Optional.of(cache.device().mask(seen, rows, columns));
    }
}
