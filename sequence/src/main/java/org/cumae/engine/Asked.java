package org.cumae.engine;

import org.cumae.model.Answer;
import org.cumae.model.Ledger;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;

/// One `askAll` on its way through the engine: served by the engine's thread, awaited by the
/// asker's.
final class Asked {
    final List<Share> shares;
    final Ticket ticket;
    final int rows;
    @Nullable Asked holds; // feeds a beginning that this one can take over; engine's thread only

    private final Ledger ledger;
    private final Thread asker = Thread.currentThread();
    private long since; // since when it waits for a pass; engine's thread only
    private volatile boolean abandoned;
    private volatile boolean settled;
    private @Nullable List<Answer> answers;
    private @Nullable Throwable failure;

    Asked(List<Share> shares, Ledger ledger, Ticket ticket, long now) {
        this.shares = shares;
        this.ledger = ledger;
        this.ticket = ticket;
        this.rows = shares.stream().mapToInt(share -> share.query.rows()).sum();
        this.since = now;
    }

    /// Parks until the engine has settled this; an interrupt abandons it.
    List<Answer> await() {
        while (!settled) {
            if (Thread.currentThread().isInterrupted()) {
                abandoned = true;
                throw new CancellationException("the request was interrupted while it waited");
            }
            LockSupport.park(this);
        }
        if (failure != null) {
            throw rethrown(failure);
        }
        return Objects.requireNonNull(answers);
    }

    /// Whether nobody waits for the answer any more.
    boolean isAbandoned() {
        return abandoned;
    }

    boolean isSettled() {
        return settled;
    }

    long since() {
        return since;
    }

    /// Rows still to be fed, those to be fed again among them.
    int left() {
        int left = 0;
        for (Share share : shares) {
            left += share.left();
        }
        return left;
    }

    boolean isDone() {
        for (Share share : shares) {
            if (!share.isDone()) {
                return false;
            }
        }
        return true;
    }

    /// Whether every part that is not done can be fed in pieces.
    boolean isDivisible() {
        for (Share share : shares) {
            if (!share.isDone() && !share.isDivisible()) {
                return false;
            }
        }
        return true;
    }

    Ledger ledger() {
        return ledger;
    }

    /// It took part in a pass.
    void ran(int fed, int again, long begin, long end) {
        ledger.pass(fed, begin - since, end - begin);
        if (again > 0) {
            ledger.recomputed(again);
        }
        since = end;
    }

    void answer() {
        answers = shares.stream().map(Share::answer).toList();
        settle();
    }

    void fail(Throwable failure) {
        this.failure = failure;
        settle();
    }

    private void settle() {
        settled = true;
        LockSupport.unpark(asker);
    }

    /// The failure happened on another thread: the asker gets one of its own with that as cause, of
    /// the same type where the type tells what to do about it.
    private static RuntimeException rethrown(Throwable failure) {
        return switch (failure) {
            case CancellationException e -> caused(new CancellationException(e.getMessage()), e);
            case IllegalArgumentException e -> new IllegalArgumentException(e.getMessage(), e);
            case LateException e -> caused(new LateException(message(e)), e);
            case MemoryException e -> caused(new MemoryException(message(e)), e);
            default ->
                    new EngineException(
                            "the forward pass failed: " + failure.getMessage(), failure);
        };
    }

    private static String message(Throwable failure) {
        return String.valueOf(failure.getMessage());
    }

    private static RuntimeException caused(RuntimeException exception, Throwable cause) {
        exception.initCause(cause);
        return exception;
    }
}
