package org.cumae.torch;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/// Threads that work side by side, each with one thread for its products.
///
/// A large work in as many shares as there are threads shares all of it; one whose products are
/// shared leaves what lies between them to one thread, and lets the others wait at the end of each.
/// A pass of few rows has no such shares; its products are shared by a [Crew].
public final class Lanes implements AutoCloseable {
    private final int count;
    private final ExecutorService others;

    /// @param most how many at most; there are no more than libtorch's threads, and one where those
    ///   cannot be told
    public Lanes(int most) {
        Check.argument(most > 0, "there are to be %d lanes at most; it must be 1 or more", most);
        count = OpenMp.isThere() ? Math.min(most, Processor.threads()) : 1;
        others =
                Executors.newFixedThreadPool(
                        Math.max(1, count - 1),
                        Thread.ofPlatform().daemon().name("cumae-lane-", 1).factory());
    }

    /// How many shares are done at the same time.
    public int count() {
        return count;
    }

    /// Does shares of a work and waits for all of them; a single one has all threads for its
    /// products.
    ///
    /// @param shares at most [#count]; the current thread does the first
    /// @param work does a share; called on a thread that has no scope open, but for the first
    public void run(int shares, IntConsumer work) {
        Check.argument(
                shares > 0 && shares <= count, "%d shares; there are %d lanes", shares, count);
        if (shares == 1) {
            work.accept(0);
            return;
        }
        int threads = Processor.threads();
        OpenMp.Alone products = OpenMp.blasAlone();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 1; i < shares; i++) {
            int share = i;
            running.add(
                    others.submit(
                            () -> {
                                Processor.threads(); // sets libtorch's thread up before it is told
                                OpenMp.useThreads(1);
                                work.accept(share);
                            }));
        }
        try {
            OpenMp.useThreads(1);
            work.accept(0);
        } finally {
            running.forEach(Lanes::await); // nobody still works when this returns
            OpenMp.useThreads(threads);
            products.close();
        }
        running.forEach(Lanes::rethrow);
    }

    private static void await(Future<?> share) {
        boolean interrupted = false;
        while (!share.isDone()) {
            try {
                share.get();
            } catch (InterruptedException _) {
                interrupted = true;
            } catch (ExecutionException _) {
                break; // told once all have ended
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void rethrow(Future<?> share) {
        if (share.state() == Future.State.FAILED) {
            switch (share.exceptionNow()) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        others.close();
    }
}
