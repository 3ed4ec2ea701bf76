package org.cumae.unit;

import java.util.Arrays;

/// Ids being collected.
final class Ints {
    private int[] values;
    private int size;

    Ints(int capacity) {
        values = new int[Math.max(capacity, 8)];
    }

    void add(int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size + (size >> 1));
        }
        values[size++] = value;
    }

    /// Adds a value unless it is the one added last.
    void addIfNotLast(int value) {
        if (size == 0 || values[size - 1] != value) {
            add(value);
        }
    }

    void addAll(int[] others) {
        for (int value : others) {
            add(value);
        }
    }

    int[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
