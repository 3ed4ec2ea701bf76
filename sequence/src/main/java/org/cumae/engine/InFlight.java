package org.cumae.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// How many requests have begun and not ended, and whoever waits for the last of them.
public final class InFlight {
    private final AtomicInteger count = new AtomicInteger();

    /// One more has begun.
    ///
    /// @return how many there are with it
    public int enter() {
        return count.incrementAndGet();
    }

    /// One has ended.
    public void leave() {
        if (count.decrementAndGet() == 0) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /// How many there are.
    public int count() {
        return count.get();
    }

    /// Waits until there are none.
    ///
    /// @param most how long
    /// @return whether there are none
    public synchronized boolean awaitNone(Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        while (count.get() > 0) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
