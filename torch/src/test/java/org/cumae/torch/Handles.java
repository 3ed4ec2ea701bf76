package org.cumae.torch;

import org.bytedeco.javacpp.Pointer;

import java.util.concurrent.locks.LockSupport;

/// Native handles, counted before and after what should leave none behind.
final class Handles {
    private static final long A_WHILE = 50_000_000; // nanoseconds for the collector's thread

    private Handles() {}

    /// How many there are once the garbage of earlier tests has gone, which could otherwise go in
    /// the middle of a count. Only for the count before: what is counted must not count on it.
    static long settled() {
        long before;
        long now = Pointer.totalCount();
        do {
            before = now;
            System.gc();
            LockSupport.parkNanos(A_WHILE);
            now = Pointer.totalCount();
        } while (now != before);
        return now;
    }
}
