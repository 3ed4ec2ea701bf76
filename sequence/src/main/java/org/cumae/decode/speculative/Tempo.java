package org.cumae.decode.speculative;

import java.util.Arrays;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// How long the passes of one target have taken of late, as its requests saw it: waiting, company
/// and all. Safe for any thread; requests of one target share one.
public final class Tempo {
    private static final int KEPT = 9;

    private final NavigableMap<Integer, Recent> passes = new TreeMap<>();

    /// One pass more.
    ///
    /// @param rows what the request fed
    /// @param nanos from asking to the answer
    public synchronized void pass(int rows, long nanos) {
        passes.computeIfAbsent(rows, _ -> new Recent()).add(Math.max(nanos, 1) / 1e9);
    }

    /// The medians of the last few passes of each size; empty while none of one row was seen.
    public synchronized Optional<PassTimes> times() {
        if (!passes.containsKey(1)) {
            return Optional.empty();
        }
        NavigableMap<Integer, Double> medians = new TreeMap<>();
        passes.forEach((rows, recent) -> medians.put(rows, recent.median()));
        return Optional.of(new PassTimes(medians));
    }

    /// The last few of a size.
    private static final class Recent {
        private final double[] seconds = new double[KEPT];
        private int count;

        void add(double each) {
            seconds[count++ % KEPT] = each;
        }

        double median() {
            double[] sorted = Arrays.copyOf(seconds, Math.min(count, KEPT));
            Arrays.sort(sorted);
            return sorted[(sorted.length - 1) / 2];
        }
    }
}
