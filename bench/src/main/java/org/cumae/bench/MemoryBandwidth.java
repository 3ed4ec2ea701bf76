package org.cumae.bench;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// How fast this machine reads memory that is in no cache: the ceiling of decoding at batch 1.
public final class MemoryBandwidth {
    private static final int LONGS = 1 << 25; // 256 MiB a thread, beyond any cache
    private static final int ROUNDS = 9;

    private MemoryBandwidth() {}

    /// The best of several sweeps, in bytes a second.
    ///
    /// @param threads how many read at once
    public static double measure(int threads) {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<long[]> blocks = IntStream.range(0, threads).mapToObj(_ -> filled()).toList();
            double best = 0;
            long sink = 0;
            for (int round = 0; round < ROUNDS; round++) {
                long begin = System.nanoTime();
                List<Future<Long>> sums =
                        blocks.stream().map(block -> pool.submit(() -> sum(block))).toList();
                for (Future<Long> sum : sums) {
                    sink += sum.get();
                }
                double seconds = (System.nanoTime() - begin) / 1e9;
                best = Math.max(best, (double) threads * LONGS * Long.BYTES / seconds);
            }
            if (sink == 42) {
                throw new AssertionError("keeps the sums alive");
            }
            return best;
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("the memory sweep was interrupted", e);
        }
    }

    private static long[] filled() {
        long[] block = new long[LONGS];
        for (int i = 0; i < LONGS; i++) {
            block[i] = i;
        }
        return block;
    }

    private static long sum(long[] block) {
        long sum = 0;
        for (long value : block) {
            sum += value;
        }
        return sum;
    }
}
