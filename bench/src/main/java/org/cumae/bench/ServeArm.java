package org.cumae.bench;

import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.engine.Engine;
import org.cumae.model.Tokens;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A way to serve requests that come one by one. Greedy, end of text ignored.
interface ServeArm extends AutoCloseable {
    /// Takes a request that has come now.
    ///
    /// @param told called at each new token, from any thread
    /// @return done when the request is
    Future<?> submit(ServeLoad.Arrival arrival, Runnable told);

    @Override
    void close();

    /// Decodes in the calling thread.
    private static void decode(Engine engine, ServeLoad.Arrival arrival, Runnable told) {
        int[] prompt = arrival.prompt(engine.card().vocabulary());
        Request request = Request.of(Tokens.of(prompt)).withMaxNewTokens(arrival.tokens());
        engine.call(
                context ->
                        new Sequential()
                                .decode(
                                        context,
                                        request,
                                        _ -> {
                                            told.run();
                                            return true;
                                        }));
    }

    /// Every pass carries all requests that are there: Cumae's engine.
    ///
    /// @param engine whose owner closes it
    record Fused(Engine engine) implements ServeArm {
        @Override
        public Future<?> submit(ServeLoad.Arrival arrival, Runnable told) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread.ofVirtual()
                    .start(
                            () -> {
                                try {
                                    decode(engine, arrival, told);
                                    done.complete(null);
                                } catch (RuntimeException | Error e) {
                                    done.completeExceptionally(e);
                                }
                            });
            return done;
        }

        @Override
        public void close() {}
    }

    /// Each instance serves one request at a time; with one, requests wait for each other.
    final class Instances implements ServeArm {
        private final BlockingQueue<Engine> free;
        private final ExecutorService threads;

        /// @param engines of instances with weights of their own, whose owner closes them
        Instances(List<Engine> engines) {
            free = new LinkedBlockingQueue<>(engines);
            threads = Executors.newFixedThreadPool(engines.size());
        }

        @Override
        public Future<?> submit(ServeLoad.Arrival arrival, Runnable told) {
            return threads.submit(
                    () -> {
                        Engine engine = free.remove(); // as many threads as engines
                        try {
                            decode(engine, arrival, told);
                        } finally {
                            free.add(engine);
                        }
                    });
        }

        @Override
        public void close() {
            threads.shutdownNow();
        }
    }

    /// Batches that are filled, run to the end of their longest, and only then followed by the
    /// next. Who is done earlier leaves room that nobody uses, but is not computed any further as
    /// padding would be, to this arm's favour.
    final class Batches implements ServeArm {
        private final Fused fused;
        private final int size;
        private final Duration window;
        private final BlockingQueue<Waiting> line = new LinkedBlockingQueue<>();
        private final Thread thread;

        private record Waiting(
                ServeLoad.Arrival arrival, Runnable told, CompletableFuture<Void> done) {}

        /// @param size requests of a full batch
        /// @param window how long the first of a batch waits for company
        Batches(Engine engine, int size, Duration window) {
            this.fused = new Fused(engine);
            this.size = size;
            this.window = window;
            this.thread = Thread.ofPlatform().daemon().name("cumae-batches").start(this::run);
        }

        @Override
        public Future<?> submit(ServeLoad.Arrival arrival, Runnable told) {
            Waiting waiting = new Waiting(arrival, told, new CompletableFuture<>());
            line.add(waiting);
            return waiting.done;
        }

        private void run() {
            try {
                while (true) {
                    List<Waiting> batch = new ArrayList<>(List.of(line.take()));
                    long end = System.nanoTime() + window.toNanos();
                    while (batch.size() < size) {
                        Waiting next = line.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                        if (next == null) {
                            break;
                        }
                        batch.add(next);
                    }
                    run(batch);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // closed
            }
        }

        private void run(List<Waiting> batch) throws InterruptedException {
            List<Future<?>> running = new ArrayList<>();
            for (Waiting each : batch) {
                running.add(fused.submit(each.arrival, each.told));
            }
            for (int i = 0; i < batch.size(); i++) {
                try {
                    running.get(i).get();
                    batch.get(i).done.complete(null);
                } catch (ExecutionException e) {
                    batch.get(i).done.completeExceptionally(e);
                }
            }
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }

    /// llama.cpp's own server loop, in this process: requests share its slots as they come.
    final class Llama implements ServeArm {
        private final LlamaPeer peer;
        private final ExecutorService threads = Executors.newCachedThreadPool();

        Llama(LlamaPeer peer) {
            this.peer = peer;
        }

        @Override
        public Future<?> submit(ServeLoad.Arrival arrival, Runnable told) {
            return threads.submit(
                    () ->
                            peer.generate(
                                    arrival.number(),
                                    arrival.promptTokens(),
                                    arrival.tokens(),
                                    told));
        }

        @Override
        public void close() {
            threads.shutdownNow();
            peer.close();
        }
    }
}
