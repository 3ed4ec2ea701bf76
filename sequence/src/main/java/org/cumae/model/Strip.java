package org.cumae.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Rows that follow each other, and the columns between the first and the last that any of them
/// sees: a part of a mask that holds all it allows, so that the rest need not be computed.
///
/// A pyramid whose scales do not see each other falls into its scales, and a window over a grid
/// into bands of lines (MVAR, arXiv 2505.12742, says it of the 49 keys of each query; a band is
/// read where it lies, where these would have to be copied together).
///
/// @param from the first row
/// @param to behind the last
/// @param first column
/// @param last behind the last
/// @param full whether all of its rows see all of its columns
public record Strip(int from, int to, int first, int last, boolean full) {
    /// As many pairs as could be computed in the time that a strip takes by itself.
    private static final long OVERHEAD = 4096;

    /// How many rows.
    public int rows() {
        return to - from;
    }

    /// How many columns.
    public int columns() {
        return last - first;
    }

    /// How many pairs of rows and columns are computed.
    public long pairs() {
        return (long) rows() * columns();
    }

    /// All rows and columns, which are computed in one go.
    ///
    /// @param seen whether a row sees a column, `[rows * columns]`
    public static Strip whole(int rows, int columns, boolean... seen) {
        return of(seen, columns, 0, rows, 0, columns);
    }

    /// The strips of a mask in which fewest pairs are computed, where a strip costs as much as
    /// 4,096 of them: a small mask is one strip.
    ///
    /// @param seen whether a row sees a column, `[rows * columns]`; each row sees one at least
    /// @return from the first row to the last
    public static List<Strip> of(int rows, int columns, boolean... seen) {
        if ((long) rows * columns <= OVERHEAD) { // which two would cost
            return List.of(whole(rows, columns, seen));
        }
        int[] first = new int[rows];
        int[] last = new int[rows];
        for (int row = 0; row < rows; row++) {
            int from = row * columns;
            int low = 0;
            while (low < columns - 1 && !seen[from + low]) {
                low++;
            }
            int high = columns;
            while (high > low + 1 && !seen[from + high - 1]) {
                high--;
            }
            first[row] = low;
            last[row] = high;
        }
        long[] least = new long[rows + 1]; // what all rows before one cost
        int[] cut = new int[rows + 1]; // where the last strip of those begins
        for (int to = 1; to <= rows; to++) {
            int low = columns;
            int high = 0;
            least[to] = Long.MAX_VALUE;
            for (int from = to - 1; from >= 0; from--) {
                low = Math.min(low, first[from]);
                high = Math.max(high, last[from]);
                long cost = least[from] + OVERHEAD + (long) (to - from) * (high - low);
                if (cost < least[to]) {
                    least[to] = cost;
                    cut[to] = from;
                }
            }
        }
        List<Strip> strips = new ArrayList<>();
        for (int to = rows; to > 0; to = cut[to]) {
            int from = cut[to];
            int low = Arrays.stream(first, from, to).min().orElseThrow();
            int high = Arrays.stream(last, from, to).max().orElseThrow();
            strips.add(of(seen, columns, from, to, low, high));
        }
        return strips.reversed();
    }

    private static Strip of(boolean[] seen, int columns, int from, int to, int first, int last) {
        boolean full = true;
        for (int row = from; full && row < to; row++) {
            for (int column = first; full && column < last; column++) {
                full = seen[row * columns + column];
            }
        }
        return new Strip(from, to, first, last, full);
    }
}
