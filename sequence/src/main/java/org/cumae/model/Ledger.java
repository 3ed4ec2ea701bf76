package org.cumae.model;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/// What a request has cost: forward passes it took part in, rows it fed, time it waited and ran.
///
/// Written by the engine and the decoder, read by anyone.
public final class Ledger {
    private final AtomicLong forwards = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong peakRows = new AtomicLong();
    private final LongAdder queuedNanos = new LongAdder();
    private final LongAdder forwardNanos = new LongAdder();
    private final AtomicLong cachedRows = new AtomicLong();
    private final AtomicLong recomputedRows = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong drafted = new AtomicLong();
    private final Queue<Integer> accepted = new ConcurrentLinkedQueue<>();
    private final LongAdder draftNanos = new LongAdder();
    private final LongAdder verifyNanos = new LongAdder();
    private volatile boolean exact = true;

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

    /// Passes that the request has taken part in so far.
    public long forwards() {
        return forwards.get();
    }

    /// Rows were taken over from another request's instead of being fed.
    public void cached(int rows) {
        cachedRows.addAndGet(rows);
    }

    /// Rows were fed again, after the engine had needed their memory for others.
    public void recomputed(int rows) {
        recomputedRows.addAndGet(rows);
    }

    /// A pass was run whose only use was that rows stay.
    public void commit() {
        commits.incrementAndGet();
    }

    /// One round of drafting ended.
    ///
    /// @param proposed how many values were drafted
    /// @param kept how many of them were accepted
    /// @param drafting nanoseconds that the proposing took
    /// @param verifying nanoseconds that the deciding took, passes not counted
    public void draft(int proposed, int kept, long drafting, long verifying) {
        drafted.addAndGet(proposed);
        accepted.add(kept);
        draftNanos.add(drafting);
        verifyNanos.add(verifying);
    }

    /// The decoder does not keep the model's law, and what it writes is not distributed as the
    /// model's own texts are.
    public void relax() {
        exact = false;
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
                cachedRows.get(),
                recomputedRows.get(),
                emitted,
                commits.get(),
                drafted.get(),
                lengths,
                nanos / 1e9,
                queuedNanos.sum() / 1e9,
                forwardNanos.sum() / 1e9,
                draftNanos.sum() / 1e9,
                verifyNanos.sum() / 1e9,
                exact);
    }

    /// A ledger, read.
    ///
    /// @param forwards passes that the request took part in
    /// @param rows rows that it fed, prompt included
    /// @param peakRows the most rows it fed in one pass
    /// @param cachedRows rows that it did not have to feed, because another request had
    /// @param recomputedRows of the rows fed, those that were fed before
    /// @param emitted values committed
    /// @param commits of the forwards, those whose only use was that finished rows stay
    /// @param drafted values proposed by drafts
    /// @param acceptedLengths of each round of drafting, how many values were accepted
    /// @param seconds from the request's begin to its end
    /// @param queuedSeconds of these, waiting for passes to start
    /// @param forwardSeconds of these, inside passes (shared with other requests' rows)
    /// @param draftSeconds of these, proposing; the passes of a draft model are among them
    /// @param verifySeconds of these, deciding what of a draft is accepted
    /// @param exact whether the decoder kept the model's law
    public record Entry(
            long forwards,
            long rows,
            long peakRows,
            long cachedRows,
            long recomputedRows,
            int emitted,
            long commits,
            long drafted,
            List<Integer> acceptedLengths,
            double seconds,
            double queuedSeconds,
            double forwardSeconds,
            double draftSeconds,
            double verifySeconds,
            boolean exact) {
        /// Copies the list.
        public Entry {
            acceptedLengths = List.copyOf(acceptedLengths);
        }

        /// Values committed for each pass; 0 before the first pass.
        public double emittedPerForward() {
            return forwards == 0 ? 0 : (double) emitted / forwards;
        }

        /// How many drafted values were accepted.
        public long accepted() {
            return acceptedLengths.stream().mapToLong(Integer::longValue).sum();
        }

        /// The share of drafted values that were accepted; 0 without a draft. It falls as drafts
        /// get longer, also where more is gained: see [#emittedPerForward] for the gain.
        public double acceptanceRate() {
            return drafted == 0 ? 0 : (double) accepted() / drafted;
        }

        /// For each place in a draft, from the first, in how many rounds it was accepted.
        public List<Integer> acceptedByPosition() {
            int deepest = acceptedLengths.stream().mapToInt(Integer::intValue).max().orElse(0);
            return IntStream.range(0, deepest)
                    .map(place -> (int) acceptedLengths.stream().filter(n -> n > place).count())
                    .boxed()
                    .toList();
        }
    }
}
