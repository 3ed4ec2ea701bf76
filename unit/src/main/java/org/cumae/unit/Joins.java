package org.cumae.unit;

import java.util.function.LongUnaryOperator;

/// The inner loop of byte-pair encoding: joins neighbours, best pair first and leftmost first,
/// until no pair is left. A text of n symbols takes n log n steps, whatever it is.
final class Joins {
    /// No pair.
    static final long NONE = -1;

    private Joins() {}

    /// Joins symbols in place.
    ///
    /// @param symbols ids, `[count]`
    /// @param pairs for a left and a right symbol as [LongTable#pair]: the rank (0 is best) in the
    ///   upper and the joined symbol in the lower 32 bits, or [#NONE]
    /// @return how many symbols are left
    static int join(int[] symbols, int count, LongUnaryOperator pairs) {
        int[] next = new int[count];
        int[] before = new int[count];
        LongHeap heap = new LongHeap(count);
        for (int i = 0; i < count; i++) {
            next[i] = i + 1;
            before[i] = i - 1;
            if (i + 1 < count) {
                offer(symbols, i, i + 1, pairs, heap);
            }
        }
        while (!heap.isEmpty()) {
            long best = heap.remove();
            int at = (int) best;
            int right = symbols[at] < 0 ? count : next[at];
            if (right >= count) {
                continue; // the place was joined to its left, or is the last
            }
            long join = pairs.applyAsLong(LongTable.pair(symbols[at], symbols[right]));
            if (join == NONE || join >>> 32 != best >>> 32) {
                continue; // other symbols stand there by now
            }
            symbols[at] = (int) join;
            symbols[right] = -1;
            next[at] = next[right];
            if (next[at] < count) {
                before[next[at]] = at;
                offer(symbols, at, next[at], pairs, heap);
            }
            if (before[at] >= 0) {
                offer(symbols, before[at], at, pairs, heap);
            }
        }
        int left = 0;
        for (int i = 0; i < count; i++) {
            if (symbols[i] >= 0) {
                symbols[left++] = symbols[i];
            }
        }
        return left;
    }

    private static void offer(
            int[] symbols, int left, int right, LongUnaryOperator pairs, LongHeap heap) {
        long join = pairs.applyAsLong(LongTable.pair(symbols[left], symbols[right]));
        if (join != NONE) {
            heap.add(join >>> 32 << 32 | left);
        }
    }
}
