package org.cumae.serve;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// The answers of one request while they are written, each on a virtual thread of its own.
///
/// Their events come out in one line for the connection's thread. A client that reads more slowly
/// than the model writes fills the line; at its end the request is dropped, so that memory stays
/// bounded. Closing cancels what still runs.
final class Writing implements AutoCloseable {
    private static final int MOST_UNREAD = 4096;
    private static final Duration BEGIN = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final long PING_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>(MOST_UNREAD);
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private volatile boolean overflown;
    private Optional<Event> first = Optional.empty();
    private int open;

    /// What happened to an answer.
    sealed interface Event {
        /// Which answer.
        int choice();

        /// A step of it.
        record Stepped(int choice, Served.Step step) implements Event {}

        /// Its end.
        record Ended(int choice, Served.Written written) implements Event {}

        /// It could not be written.
        record Failed(int choice, RuntimeException fault) implements Event {}
    }

    /// Begins to write.
    Writing(Served model, List<Ask> asks, ServeMetrics metrics) {
        open = asks.size();
        for (int choice = 0; choice < asks.size(); choice++) {
            int index = choice;
            Ask ask = asks.get(choice);
            threads.add(
                    Thread.ofVirtual()
                            .name("cumae-answer")
                            .start(() -> write(model, index, ask, metrics)));
        }
    }

    private void write(Served model, int choice, Ask ask, ServeMetrics metrics) {
        ServeMetrics.Timing timing = metrics.begin(model.id(), ask);
        try {
            Served.Written written =
                    model.write(
                            ask,
                            step -> {
                                timing.step(step);
                                return put(new Event.Stepped(choice, step));
                            });
            boolean whole = !cancelled.get() && !written.finish().equals("cancelled");
            timing.end(written, whole ? written.finishReason() : "abort");
            last(whole ? new Event.Ended(choice, written) : gone(choice));
        } catch (CancellationException e) {
            timing.fail("abort");
            last(gone(choice));
        } catch (RuntimeException e) {
            timing.fail("error");
            last(new Event.Failed(choice, e));
        } catch (Error e) {
            timing.fail("error");
            last(new Event.Failed(choice, new IllegalStateException(e)));
        }
    }

    private static Event gone(int choice) {
        return new Event.Failed(choice, new ClientGone());
    }

    private boolean put(Event event) {
        if (cancelled.get()) {
            return false;
        }
        if (!events.offer(event)) {
            overflown = true;
            return false;
        }
        return true;
    }

    private void last(Event event) {
        if (!events.offer(event)) {
            overflown = true; // the reader sees it at its next look
        }
    }

    /// Waits a moment for the first event, so that a refusal that comes at once is told by its
    /// status and not inside a stream.
    ///
    /// @throws RuntimeException what the answer failed with
    void awaitBegin() {
        try {
            first = Optional.ofNullable(events.poll(BEGIN.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientGone();
        }
        if (first.isPresent()
                && first.get() instanceof Event.Failed(int _, RuntimeException fault)) {
            throw fault;
        }
    }

    /// Hands every event to `reader` until all answers have ended.
    ///
    /// @param ping called when nothing has come for a while
    /// @throws ClientGone when the client is
    void read(Wire wire, Runnable ping, Consumer<Event> reader) {
        long looked = System.nanoTime();
        long wrote = looked;
        while (open > 0) {
            Event event = next();
            long now = System.nanoTime();
            if (overflown || (now - looked >= LOOK.toNanos() && !wire.isOpen())) {
                throw new ClientGone();
            }
            if (now - looked >= LOOK.toNanos()) {
                looked = now;
            }
            if (event == null) {
                if (now - wrote >= PING_NANOS) {
                    wrote = now;
                    ping.run();
                }
                continue;
            }
            wrote = now;
            if (!(event instanceof Event.Stepped)) {
                open--;
            }
            if (event instanceof Event.Failed(int _, RuntimeException fault)) {
                throw fault;
            }
            reader.accept(event);
        }
    }

    private @org.jspecify.annotations.Nullable Event next() {
        if (first.isPresent()) {
            Event event = first.get();
            first = Optional.empty();
            return event;
        }
        try {
            return events.poll(LOOK.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientGone();
        }
    }

    @Override
    public void close() {
        cancelled.set(true);
        for (Thread thread : threads) {
            if (thread.isAlive()) {
                thread.interrupt();
            }
        }
    }
}
