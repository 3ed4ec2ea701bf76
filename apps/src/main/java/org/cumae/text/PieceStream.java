package org.cumae.text;

import org.jspecify.annotations.Nullable;

import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// The pieces of a generation that runs beside its reader, and waits for a slow one.
final class PieceStream implements java.util.Iterator<TextPiece> {
    private static final int MOST_AHEAD = 256;
    private static final int LOOK_MILLIS = 50;

    private final BlockingQueue<TextPiece> ready = new ArrayBlockingQueue<>(MOST_AHEAD);
    private final Future<TextGeneration> running;
    private @Nullable TextPiece next;

    private PieceStream(Function<TextListener, Future<TextGeneration>> start) {
        this.running = start.apply(this::put);
    }

    static Stream<TextPiece> of(Function<TextListener, Future<TextGeneration>> start) {
        PieceStream pieces = new PieceStream(start);
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(
                                pieces, Spliterator.ORDERED | Spliterator.NONNULL),
                        false)
                .onClose(() -> pieces.running.cancel(true));
    }

    private boolean put(TextPiece piece) {
        try {
            ready.put(piece);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public boolean hasNext() {
        while (next == null) {
            boolean done = running.isDone();
            try {
                next = done ? ready.poll() : ready.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                running.cancel(true);
                Thread.currentThread().interrupt();
                return false;
            }
            if (next == null && done) {
                failure().ifPresent(PieceStream::rethrow);
                return false;
            }
        }
        return true;
    }

    @Override
    public TextPiece next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the generation has ended");
        }
        TextPiece piece = java.util.Objects.requireNonNull(next);
        next = null;
        return piece;
    }

    private Optional<Throwable> failure() {
        if (running.isCancelled()) {
            return Optional.empty();
        }
        try {
            running.get();
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.ofNullable(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static void rethrow(Throwable failure) {
        if (failure instanceof RuntimeException refused) {
            throw refused;
        }
        throw new IllegalStateException("the generation failed: " + failure.getMessage(), failure);
    }
}
