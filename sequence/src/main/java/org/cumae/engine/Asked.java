package org.cumae.engine;

import org.cumae.model.Answer;
import org.cumae.model.Ledger;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;

/// One `askAll` on its way through the engine: written by the engine's thread, awaited by the
/// asker's. The parts of one `askAll` always share a pass.
final class Asked {
    final List<Share> shares;
    final @Nullable Ticket ticket; // of the request that asks, if one does
    final int rows;

    private final Ledger ledger;
    private final long born = System.nanoTime();
    private final Thread asker = Thread.currentThread();
    private volatile boolean abandoned;
    private volatile boolean settled;
    private @Nullable List<Answer> answers;
    private @Nullable Throwable failure;

    Asked(List<Share> shares, Ledger ledger, @Nullable Ticket ticket) {
        this.shares = shares;
        this.ledger = ledger;
        this.ticket = ticket;
        this.rows = shares.stream().mapToInt(share -> share.query().rows()).sum();
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

    /// How long it has been waiting, in nanoseconds.
    long age() {
        return System.nanoTime() - born;
    }

    void answer(List<Answer> answers, long passBegin, long passNanos) {
        ledger.pass(rows, passBegin - born, passNanos);
        this.answers = answers;
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
            case CancellationException e -> cause(new CancellationException(e.getMessage()), e);
            case IllegalArgumentException e -> new IllegalArgumentException(e.getMessage(), e);
            default ->
                    new EngineException(
                            "the forward pass failed: " + failure.getMessage(), failure);
        };
    }

    private static CancellationException cause(CancellationException exception, Throwable cause) {
        exception.initCause(cause);
        return exception;
    }
}
