package org.cumae.unit;

import java.util.Arrays;

/// The smallest of many longs first, without boxing them.
final class LongHeap {
    private long[] items;
    private int size;

    LongHeap(int capacity) {
        items = new long[Math.max(capacity, 8)];
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(long item) {
        if (size == items.length) {
            items = Arrays.copyOf(items, size * 2);
        }
        int at = size++;
        while (at > 0 && items[at - 1 >> 1] > item) {
            items[at] = items[at - 1 >> 1];
            at = at - 1 >> 1;
        }
        items[at] = item;
    }

    long remove() {
        long smallest = items[0];
        long item = items[--size];
        int at = 0;
        for (int child = 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && items[child + 1] < items[child]) {
                child++;
            }
            if (items[child] >= item) {
                break;
            }
            items[at] = items[child];
            at = child;
        }
        items[at] = item;
        return smallest;
    }
}
