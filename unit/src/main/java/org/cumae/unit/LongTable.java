package org.cumae.unit;

import java.util.Arrays;

/// From longs to ids that are 0 or more, in flat arrays: vocabularies have hundreds of thousands of
/// pairs, and boxed ones would take ten times the room.
final class LongTable {
    static final int NONE = -1;

    private long[] keys;
    private int[] values;
    private int size;

    LongTable(int expected) {
        int capacity = Integer.highestOneBit(Math.max(8, expected) * 2 - 1) * 2;
        keys = new long[capacity];
        values = new int[capacity];
        Arrays.fill(values, NONE);
    }

    static long pair(int left, int right) {
        return (long) left << 32 | right & 0xFFFF_FFFFL;
    }

    /// The value of a key, or [#NONE].
    int get(long key) {
        return values[place(key)];
    }

    /// Sets a key that has none yet.
    ///
    /// @return what the key had before; then nothing has changed
    int putIfAbsent(long key, int value) {
        if (size * 2 >= keys.length) {
            grow();
        }
        int place = place(key);
        int before = values[place];
        if (before == NONE) {
            keys[place] = key;
            values[place] = value;
            size++;
        }
        return before;
    }

    private int place(long key) {
        long mixed = key * 0x9E37_79B9_7F4A_7C15L;
        int place = (int) (mixed ^ mixed >>> 32) & keys.length - 1;
        while (values[place] != NONE && keys[place] != key) {
            place = place + 1 & keys.length - 1;
        }
        return place;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new int[keys.length];
        Arrays.fill(values, NONE);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != NONE) {
                int place = place(oldKeys[i]);
                keys[place] = oldKeys[i];
                values[place] = oldValues[i];
            }
        }
    }
}
