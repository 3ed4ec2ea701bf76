package org.cumae.weights;

import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/// Splits a long run of work over the machine's processors.
final class Slabs {
    /// Runs shorter than this many bytes are not worth a second thread.
    private static final long SHORTEST = 4 << 20;

    /// Reading and unpacking are bound by memory: more threads do not help.
    private static final int MOST = 4;

    /// Does the work for `[from, to)`.
    @FunctionalInterface
    interface Slab {
        void run(long from, long to);
    }

    private Slabs() {}

    /// Covers `[0, count)`, in parallel where it is long and the target may be written by other
    /// threads.
    static void run(long count, long bytes, MemorySegment target, Slab slab) {
        boolean shared = target.isAccessibleBy(new Thread());
        int processors = Runtime.getRuntime().availableProcessors();
        int slabs = shared ? Math.clamp(bytes / SHORTEST, 1, Math.min(MOST, processors)) : 1;
        if (slabs == 1) {
            slab.run(0, count);
            return;
        }
        long each = Math.ceilDiv(count, slabs);
        IntStream.range(0, slabs)
                .parallel()
                .forEach(i -> slab.run(Math.min(count, i * each), Math.min(count, (i + 1) * each)));
    }
}
