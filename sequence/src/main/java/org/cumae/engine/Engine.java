package org.cumae.engine;

import org.cumae.Check;
import org.cumae.model.Answer;
import org.cumae.model.Card;
import org.cumae.model.Context;
import org.cumae.model.Ledger;
import org.cumae.model.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

/// Runs one model for many decoders: whatever they ask at the same time goes into one pass.
///
/// Each request is straight-line code on a thread of its own, virtual as a rule, that asks through
/// a [Context] and is parked meanwhile. One platform thread, the engine's, gathers what is asked
/// and calls [Model#forward]; it alone touches the model. That is the temporal fusion of Flover
/// (arXiv 2305.13484), for every kind of query and not only for next tokens.
///
/// A pass begins when every request that the last one answered has asked again or ended, or when
/// the grace for those still computing has run out; who misses it is not waited for again until it
/// has asked, so a slow reader does not hold up its neighbours. Safe for any thread. Closing ends
/// the engine's thread, fails what is waiting, and closes the model.
public final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final Model model;
    private final Card card;
    private final EngineLimits limits;
    private final Thread thread;

    private final Queue<Runnable> mail = new ConcurrentLinkedQueue<>(); // for the engine's thread
    private final Deque<Asked> waiting = new ArrayDeque<>(); // engine's thread only
    private final Set<Slot> slots = new HashSet<>(); // engine's thread only
    private final Set<Ticket> due = new HashSet<>(); // who should ask soon; engine's thread only
    private long lastPassNanos;
    private volatile boolean closing;
    private volatile boolean ended;

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger contexts = new AtomicInteger();
    private final LongAdder passes = new LongAdder();
    private final LongAdder rows = new LongAdder();
    private final LongAdder parts = new LongAdder();
    private final LongAdder passNanos = new LongAdder();
    private volatile int waitingNow;
    private volatile long bytesNow;

    /// An engine with the default limits.
    ///
    /// @param model what it runs, and closes in the end
    public Engine(Model model) {
        this(model, EngineLimits.DEFAULT);
    }

    /// An engine.
    ///
    /// @param model what it runs, and closes in the end
    /// @param limits how much goes into a pass
    public Engine(Model model, EngineLimits limits) {
        this.model = model;
        this.card = model.card();
        this.limits = limits;
        this.thread =
                Thread.ofPlatform().name("cumae-engine-" + card.name()).daemon().start(this::run);
    }

    /// What the model says of itself.
    public Card card() {
        return card;
    }

    /// How much goes into a pass.
    public EngineLimits limits() {
        return limits;
    }

    /// An empty context for code that is no request of its own: the engine does not wait for it.
    /// The caller closes it.
    public Context open() {
        return context(new Ledger(), null);
    }

    /// Runs a request on the calling thread, with a context that is closed when it ends.
    ///
    /// @param request what to do with the context
    /// @return what the request returns
    public <T> T call(Function<? super Context, ? extends T> request) {
        Ticket ticket = new Ticket();
        running.incrementAndGet();
        try (Context context = context(new Ledger(), ticket)) {
            return request.apply(context);
        } finally {
            running.decrementAndGet();
            post(() -> due.remove(ticket)); // those who waited for this one wait in vain
        }
    }

    /// Runs a request on a virtual thread of its own.
    ///
    /// @param request what to do with the context
    /// @return its result; cancelling it with interruption frees its rows within one pass
    public <T> Future<T> submit(Function<? super Context, ? extends T> request) {
        FutureTask<T> task = new FutureTask<>(() -> call(request));
        Thread.ofVirtual().name("cumae-request").start(task);
        return task;
    }

    /// What has been done so far and is held now.
    public EngineStats stats() {
        return new EngineStats(
                passes.sum(),
                rows.sum(),
                parts.sum(),
                passNanos.sum() / 1e9,
                running.get(),
                waitingNow,
                contexts.get(),
                bytesNow);
    }

    /// Ends the engine's thread, fails what is waiting and closes the model.
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    EngineContext context(Ledger ledger, @Nullable Ticket ticket) {
        Check.state(!closing, "the engine of model %s is closed; open another one", card.name());
        return new EngineContext(this, ledger, ticket);
    }

    /// Does something to a slot's state before the slot's next pass; the caller does not wait.
    void act(Slot slot, Consumer<Model> action) {
        post(
                () -> {
                    if (ended) {
                        return;
                    }
                    try {
                        action.accept(model);
                    } catch (RuntimeException | Error e) {
                        slot.fail(e);
                    }
                });
    }

    /// The slot's state may live until [#release].
    void hold(Slot slot) {
        contexts.incrementAndGet();
        post(() -> slots.add(slot));
    }

    void release(Slot slot) {
        contexts.decrementAndGet();
        post(
                () -> {
                    slots.remove(slot);
                    slot.free();
                });
    }

    /// Waits until a pass has answered.
    List<Answer> ask(Asked asked) {
        post(
                () -> {
                    if (ended) {
                        asked.fail(closed());
                    } else {
                        enqueue(asked);
                    }
                });
        return asked.await();
    }

    private void post(Runnable letter) {
        mail.add(letter);
        if (ended) {
            drain(); // the engine's thread has read its last mail; its readers find that out here
        } else {
            LockSupport.unpark(thread);
        }
    }

    private synchronized void drain() {
        for (Runnable letter = mail.poll(); letter != null; letter = mail.poll()) {
            try {
                letter.run();
            } catch (RuntimeException | Error e) {
                LOG.error("a command to the engine of model {} failed", card.name(), e);
            }
        }
    }

    private void run() {
        try {
            while (!closing) {
                step();
            }
        } catch (RuntimeException | Error e) {
            LOG.error("the engine of model {} failed; it is closed", card.name(), e);
            closing = true;
        } finally {
            end();
        }
    }

    private void step() {
        drain();
        Asked oldest = waiting.peek();
        if (oldest == null) {
            LockSupport.park(this);
            return;
        }
        long grace = due.isEmpty() ? 0 : graceNanos() - oldest.age();
        if (grace > 0) {
            LockSupport.parkNanos(this, grace);
            return;
        }
        due.clear(); // who has not asked by now is not waited for
        List<Asked> pass = nextPass();
        if (!pass.isEmpty()) {
            runPass(pass);
        }
    }

    /// Missing a pass costs a whole pass, so half a pass is worth waiting for company.
    private long graceNanos() {
        return Math.min(limits.maxGrace().toNanos(), lastPassNanos / 2);
    }

    /// Takes what fits into one pass, first come first served, and drops what nobody waits for.
    private List<Asked> nextPass() {
        List<Asked> pass = new ArrayList<>();
        int room = limits.maxRows();
        while (!waiting.isEmpty()
                && (pass.isEmpty() || waiting.element().rows <= room || isAbandonedNext())) {
            Asked asked = waiting.remove();
            if (!asked.isAbandoned()) {
                room -= asked.rows;
                pass.add(asked);
            }
        }
        waitingNow = waiting.size();
        return pass;
    }

    private boolean isAbandonedNext() {
        return waiting.element().isAbandoned();
    }

    private void enqueue(Asked asked) {
        due.remove(asked.ticket);
        waiting.add(asked);
        waitingNow = waiting.size();
    }

    private void runPass(List<Asked> pass) {
        List<Model.Part> parts = new ArrayList<>();
        long begin = System.nanoTime();
        List<Answer> answers;
        try {
            for (Asked asked : pass) {
                asked.shares.forEach(share -> parts.add(share.part(model)));
            }
            answers = model.forward(parts);
            Check.state(
                    answers.size() == parts.size(),
                    "model %s gave %d answers to %d questions",
                    card.name(),
                    answers.size(),
                    parts.size());
        } catch (RuntimeException | Error e) {
            pass.forEach(asked -> asked.shares.forEach(Share::checkUntouched));
            runApart(pass, e);
            return;
        }
        long ran = System.nanoTime() - begin;
        account(parts.size(), pass.stream().mapToInt(asked -> asked.rows).sum(), ran);
        int next = 0;
        for (Asked asked : pass) {
            int end = next + asked.shares.size();
            if (asked.ticket != null) {
                due.add(asked.ticket);
            }
            asked.answer(List.copyOf(answers.subList(next, end)), begin, ran);
            next = end;
        }
    }

    /// A pass failed: its halves are run by themselves, and theirs, until the one to blame is
    /// alone.
    private void runApart(List<Asked> pass, Throwable failure) {
        if (pass.size() == 1) {
            pass.getFirst().fail(failure);
            return;
        }
        LOG.warn("a pass of {} requests failed; running its halves", pass.size(), failure);
        int half = pass.size() / 2;
        runPass(pass.subList(0, half));
        runPass(pass.subList(half, pass.size()));
    }

    private void account(int shares, int fed, long ran) {
        lastPassNanos = ran;
        passes.increment();
        parts.add(shares);
        rows.add(fed);
        passNanos.add(ran);
        bytesNow = slots.stream().mapToLong(Slot::bytes).sum();
    }

    /// From here on nobody touches the model: whoever posts a letter reads it under the same lock,
    /// and finds every slot empty.
    private void end() {
        synchronized (this) {
            ended = true;
            drain();
            waiting.forEach(asked -> asked.fail(closed()));
            waiting.clear();
            slots.forEach(Slot::free);
            slots.clear();
            waitingNow = 0;
            bytesNow = 0;
        }
        model.close();
    }

    private CancellationException closed() {
        return new CancellationException(
                "the engine of model %s was closed".formatted(card.name()));
    }
}
