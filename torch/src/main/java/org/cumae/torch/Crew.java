package org.cumae.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/// Threads that share the products of a small pass, and its contexts, instead of libtorch's own.
///
/// A pass of few rows is some fifty products of a tenth of a millisecond. OpenMP's threads sleep
/// between them, and a sleeping core takes nearly as long to wake; told to stay awake they take the
/// cores from everybody else for ever. The hands of a crew stay awake for as long as a pass lasts.
///
/// Of a larger pass it shares the products only, a part to each ([SplitMatrix]).
///
/// There is one crew. Who finds it led by another thread does its products as libtorch does.
public final class Crew {
    /// A pass over more numbers has enough to do between its products for libtorch's own threads:
    /// libtorch begins to share what lies between them at some 32,000, and wakes its threads for
    /// it.
    public static final long MOST_NUMBERS = 64 * 768;

    private static final long AWAKE =
            200_000; // nanoseconds after a pass, until the next may be there
    private static final long PATIENCE = 1_000_000; // nanoseconds until a leader lets others run
    private static final AtomicReference<@Nullable Thread> LEADER = new AtomicReference<>();
    private static final List<Hand> HANDS = new ArrayList<>(); // guarded by leading, as is the next
    private static int team = 1; // the leader and those who help it

    private Crew() {}

    /// How many threads a crew has with its leader, while nobody leads; 1 where libtorch's cannot
    /// be told to leave the work to it.
    public static int size() {
        return OpenMp.isThere() ? Processor.threads() : 1;
    }

    /// The current thread leads until the result is closed, if nobody else does.
    ///
    /// @param numbers of the pass: its rows by the width of one
    public static Lead lead(long numbers) {
        return numbers > MOST_NUMBERS ? new Lead(0) : lead();
    }

    /// The current thread leads until the result is closed, if nobody else does.
    static Lead lead() {
        if (size() == 1 || !LEADER.compareAndSet(null, Thread.currentThread())) {
            return new Lead(0);
        }
        int threads = Processor.threads(); // asked first: libtorch sets up a thread when it is
        while (HANDS.size() < threads - 1) {
            HANDS.add(new Hand(HANDS.size()));
        }
        OpenMp.useThreads(1);
        team = threads;
        return new Lead(threads);
    }

    /// A stretch of leading.
    public static final class Lead implements AutoCloseable {
        private final int threads; // of libtorch before it; 0 for one that does not lead

        private Lead(int threads) {
            this.threads = threads;
        }

        @Override
        public void close() {
            if (threads > 0) {
                OpenMp.useThreads(threads);
                LEADER.set(null);
            }
        }
    }

    /// How many threads may share what the current thread makes, itself among them: 1 where it does
    /// not lead. While it leads, libtorch's own count for it is 1.
    public static int hands() {
        return leads() ? team : 1;
    }

    private static boolean leads() {
        return LEADER.get() == Thread.currentThread();
    }

    /// Makes several tensors, at the same time where the current thread leads. Needs an open scope,
    /// to which they then belong.
    ///
    /// @param count at most [#hands], where the crew is to make them
    public static List<Tensor> share(int count, IntFunction<Tensor> work) {
        boolean shared = count > 1 && count <= hands();
        List<Tensor> made = new ArrayList<>();
        if (!shared) {
            for (int i = 0; i < count; i++) {
                made.add(work.apply(i));
            }
            return made;
        }
        for (int i = 1; i < count; i++) {
            HANDS.get(i - 1).give(i, work);
        }
        RuntimeException failure = null;
        try {
            made.add(work.apply(0));
        } catch (RuntimeException e) {
            failure = e; // the others must have ended before it is told
        }
        for (int i = 1; i < count; i++) {
            try {
                Hand hand = HANDS.get(i - 1);
                made.add(hand.takesBack() ? work.apply(i) : hand.result());
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return made;
    }

    /// One thread that is not the leader.
    private static final class Hand implements Runnable {
        private final Thread thread;
        private final AtomicReference<@Nullable Runnable> task = new AtomicReference<>();
        private volatile boolean done;
        private volatile boolean asleep;
        private @Nullable Tensor made;
        private @Nullable RuntimeException failure;

        Hand(int number) {
            thread = Thread.ofPlatform().daemon().name("cumae-crew-", number).start(this);
        }

        void give(int number, IntFunction<Tensor> work) {
            done = false;
            task.set(() -> make(number, work));
            if (asleep) {
                LockSupport.unpark(thread);
            }
        }

        /// Whether it has not begun, and now will not: where others keep it from its core, or it
        /// shares the leader's, the leader is faster alone.
        boolean takesBack() {
            return task.getAndSet(null) != null;
        }

        private void make(int number, IntFunction<Tensor> work) {
            made = null;
            failure = null;
            try (var _ = new PointerScope()) {
                made = work.apply(number).retainReference();
            } catch (RuntimeException e) {
                failure = e;
            } catch (Error e) { // a hand that died would be waited for
                failure = new IllegalStateException("a product failed", e);
            }
        }

        /// What it made, once it has; it belongs to the innermost open scope.
        Tensor result() {
            long begin = System.nanoTime();
            while (!done) {
                if (System.nanoTime() - begin > PATIENCE) {
                    LockSupport.parkNanos(this, 1);
                } else {
                    Thread.onSpinWait();
                }
            }
            if (failure != null) {
                throw failure;
            }
            Tensor result = Objects.requireNonNull(made);
            PointerScope.getInnerScope().attach(result);
            result.releaseReference(); // the hand's own: the scope has one now
            made = null;
            return result;
        }

        @Override
        public void run() {
            try (var _ = new InferenceMode()) {
                Processor.threads(); // libtorch sets up a thread when it is first asked
                OpenMp.useThreads(1);
                while (true) {
                    await().run();
                    done = true;
                }
            }
        }

        @SuppressWarnings("ThreadPriorityCheck") // a core that another wants is lent, no more
        private Runnable await() {
            long begin = System.nanoTime();
            while (true) {
                Runnable given = task.get() == null ? null : task.getAndSet(null);
                if (given != null) {
                    return given;
                }
                if (System.nanoTime() - begin < AWAKE) {
                    Thread.onSpinWait();
                } else if (LEADER.get() != null) {
                    Thread.yield(); // the pass goes on, with something that is not shared
                } else {
                    asleep = true;
                    if (task.get() == null) {
                        LockSupport.park(this);
                    }
                    asleep = false;
                    begin = System.nanoTime();
                }
            }
        }
    }
}
