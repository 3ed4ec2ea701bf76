package org.cumae.engine;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Stands for one request, whatever contexts it forks. What changes is the engine's thread's.
final class Ticket {
    private static final Duration FOREVER = Duration.ofDays(1000);

    final Terms terms;
    final long arrival; // nanoseconds
    final boolean awaited; // whether passes wait for it
    final List<Slot> slots = new ArrayList<>(1);
    long rank; // smaller comes first
    long number; // breaks ties
    boolean admitted;
    boolean begun; // whether it was ever admitted
    long answered; // when it was last given an answer, in nanoseconds
    long dueIn = -1; // the round in which its next question is waited for
    @Nullable Asked asking; // what it waits for

    Ticket(Terms terms, long arrival, boolean awaited) {
        this.terms = terms;
        this.arrival = arrival;
        this.awaited = awaited;
    }

    /// When it has waited too long where it is, in nanoseconds; [Long#MAX_VALUE] for never.
    long deadline() {
        long end = terms.time().map(this::after).orElse(Long.MAX_VALUE);
        return begun
                ? end
                : Math.min(end, terms.patience().map(this::after).orElse(Long.MAX_VALUE));
    }

    private long after(Duration time) {
        boolean forever = time.compareTo(FOREVER) > 0;
        return forever ? Long.MAX_VALUE : arrival + time.toNanos();
    }

    /// Whether it can give its memory up and build its states again.
    boolean canGiveWay() {
        return slots.stream().allMatch(Slot::canBeRebuilt);
    }

    /// Whether it holds memory, or will when its question is answered.
    boolean needsMemory() {
        return slots.stream().anyMatch(slot -> slot.claim() > 0);
    }
}
