package org.cumae.distribution;

import java.util.Arrays;

/// Finds the largest few of many numbers without sorting all of them.
///
/// The numbers are counted into buckets by how far they lie below the largest; the buckets that the
/// best `count` reach into are then sorted, ties to the smaller index.
final class Selection {
    private static final int BUCKETS = 4096;
    private static final double BUCKETS_PER_UNIT = 64;

    private Selection() {}

    /// The indices of the largest values, largest first, ties to the smaller index.
    ///
    /// @param values finite or negative infinity
    /// @param max the largest of them
    /// @param count how many at most
    /// @return `[min(count, values.length)]`
    static int[] best(float[] values, float max, int count) {
        int wanted = Math.min(count, values.length);
        if (wanted <= 0) {
            return new int[0];
        }
        long[] keys = wanted == values.length ? all(values) : candidates(values, max, wanted);
        Arrays.sort(keys);
        int[] best = new int[wanted];
        for (int i = 0; i < wanted; i++) {
            best[i] = (int) keys[i];
        }
        return best;
    }

    private static long[] all(float[] values) {
        long[] keys = new long[values.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = key(values[i], i);
        }
        return keys;
    }

    private static long[] candidates(float[] values, float max, int wanted) {
        int[] counts = new int[BUCKETS];
        for (float value : values) {
            counts[bucket(value, max)]++;
        }
        int last = 0;
        int candidates = counts[0];
        while (candidates < wanted) {
            candidates += counts[++last];
        }
        long[] keys = new long[candidates];
        int next = 0;
        for (int i = 0; i < values.length; i++) {
            if (bucket(values[i], max) <= last) {
                keys[next++] = key(values[i], i);
            }
        }
        return keys;
    }

    private static int bucket(float value, float max) {
        return (int) Math.min((max - value) * BUCKETS_PER_UNIT, BUCKETS - 1.0);
    }

    /// Ascends with the index where values tie, and otherwise as the value descends.
    private static long key(float value, int index) {
        int bits = Float.floatToIntBits(value + 0.0f); // +0.0 makes of -0 an ordinary 0
        int ascending = bits < 0 ? bits ^ Integer.MAX_VALUE : bits; // signed order of the values
        return ((long) ~ascending << 32) | index;
    }
}
