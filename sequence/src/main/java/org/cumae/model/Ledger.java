package org.cumae.model;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// What a request has cost: forward passes it took part in, rows it fed, time it waited and ran.
///
/// Written by the engine and the decoder, read by anyone.
public final class Ledger {
    private final AtomicLong forwards = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong peakRows = new AtomicLong();
    private final LongAdder queuedNanos = new LongAdder();
    private final LongAdder forwardNanos = new LongAdder();
    private final AtomicLong drafted = new AtomicLong();
    private final Queue<Integer> accepted = new ConcurrentLinkedQueue<>();

    /// One pass was run for the request.
    ///
    /// @param fed how many rows of the pass were the request's
    /// @param queued nanoseconds between the asking and the start of the pass
    /// @param ran nanoseconds that the pass took
    public void pass(int fed, long queued, long ran) {
        forwards.incrementAndGet();
        rows.addAndGet(fed);
        peakRows.accumulateAndGet(fed, Math::max);
        queuedNanos.add(queued);
        forwardNanos.add(ran);
    }

    /// One round of drafting ended.
    ///
    /// @param proposed how many values were drafted
    /// @param kept how many of them were accepted
    public void draft(int proposed, int kept) {
        drafted.addAndGet(proposed);
        accepted.add(kept);
    }

    /// What has been written so far.
    ///
    /// @param emitted how many values the decoder has committed
    /// @param nanos nanoseconds since the request began
    public Entry entry(int emitted, long nanos) {
        List<Integer> lengths = List.copyOf(accepted);
        return new Entry(
                forwards.get(),
                rows.get(),
                peakRows.get(),
                emitted,
                drafted.get(),
                lengths,
                nanos / 1e9,
                queuedNanos.sum() / 1e9,
                forwardNanos.sum() / 1e9);
    }

    /// A ledger, read.
    ///
    /// @param forwards passes that the request took part in
    /// @param rows rows that it fed, prompt included
    /// @param peakRows the most rows it fed in one pass
    /// @param emitted values committed
    /// @param drafted values proposed by drafts
    /// @param acceptedLengths of each round of drafting, how many values were accepted
    /// @param seconds from the request's begin to its end
    /// @param queuedSeconds of these, waiting for passes to start
    /// @param forwardSeconds of these, inside passes (shared with other requests' rows)
    public record Entry(
            long forwards,
            long rows,
            long peakRows,
            int emitted,
            long drafted,
            List<Integer> acceptedLengths,
            double seconds,
            double queuedSeconds,
            double forwardSeconds) {
        /// Copies the list.
        public Entry {
            acceptedLengths = List.copyOf(acceptedLengths);
        }

        /// Values committed for each pass; 0 before the first pass.
        public double emittedPerForward() {
            return forwards == 0 ? 0 : (double) emitted / forwards;
        }
    }
}
