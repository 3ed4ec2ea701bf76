package org.cumae.engine;

import org.cumae.Check;
import org.cumae.model.Answer;
import org.cumae.model.Card;
import org.cumae.model.Context;
import org.cumae.model.Ledger;
import org.cumae.model.Model;
import org.cumae.model.Tokens;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/// Runs one model for many decoders: whatever they ask at the same time goes into one pass.
///
/// Each request is straight-line code on a thread of its own, virtual as a rule, that asks through
/// a [Context] and is parked meanwhile. One platform thread, the engine's, gathers what is asked,
/// has the [Scheduler] say what goes into the next pass, and calls [Model#forward]; it alone
/// touches the model. That is the temporal fusion of Flover (arXiv 2305.13484), for every kind of
/// query and not only for next tokens.
///
/// A pass begins when every request that the last one answered has asked again or ended, or when
/// the grace for those still computing has run out; who misses it is not waited for again until it
/// has asked, so a slow reader does not hold up its neighbours. Safe for any thread. Closing ends
/// the engine's thread, fails what is waiting, and closes the model.
public final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final double MEMORY = 0.9; // about 10 requests

    private final Model model;
    private final Card card;
    private final EngineLimits limits;
    private final Scheduler scheduler;
    private final Thread thread;

    private final Queue<Runnable> mail = new ConcurrentLinkedQueue<>(); // for the engine's thread
    private final Set<Ticket> due = new HashSet<>(); // who should ask soon; engine's thread only
    private final AtomicInteger missing = new AtomicInteger(); // how many of them have not written
    private volatile long round; // of waiting for those who are due
    private long lastPassNanos;
    private boolean warned;
    private long lastEnd; // of a request
    private double endEvery = 1e9; // nanoseconds between the ends of requests, lately
    private volatile long passBegin; // of the pass that runs; 0 between passes
    private volatile boolean idle; // asleep until somebody writes
    private volatile boolean draining;
    private volatile boolean closing;
    private volatile boolean ended;

    private final InFlight requests = new InFlight();
    private final AtomicInteger contexts = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private volatile EngineStats stats;
    private long passes;
    private long rows;
    private long parts;
    private long passNanos;

    /// An engine with the default limits.
    ///
    /// @param model what it runs, and closes in the end
    public Engine(Model model) {
        this(model, EngineLimits.DEFAULT);
    }

    /// An engine.
    ///
    /// @param model what it runs, and closes in the end
    /// @param limits how much it takes on
    public Engine(Model model, EngineLimits limits) {
        this.model = model;
        this.card = model.card().holding(limits.maxLength());
        this.limits = limits;
        this.scheduler = new Scheduler(model, limits);
        this.stats = seen();
        this.thread =
                Thread.ofPlatform().name("cumae-engine-" + card.name()).daemon().start(this::run);
    }

    /// What the model says of itself, its context as long as the limits allow.
    public Card card() {
        return card;
    }

    /// Completed with the reason when its model can answer no more; see [Model#lost].
    public CompletableFuture<String> lost() {
        return model.lost();
    }

    /// How much it takes on.
    public EngineLimits limits() {
        return limits;
    }

    /// An empty context for code that is no request of its own: the engine does not wait for it.
    /// The caller closes it.
    public Context open() {
        return context(new Ledger(), new Ticket(Terms.ORDINARY, System.nanoTime(), false));
    }

    /// Runs a request on ordinary terms; see [#call(Terms, Function)].
    public <T> T call(Function<? super Context, ? extends T> request) {
        return call(Terms.ORDINARY, request);
    }

    /// Runs a request on the calling thread, with a context that is closed when it ends.
    ///
    /// @param terms on what terms
    /// @param request what to do with the context
    /// @return what the request returns
    /// @throws BusyException if the line is full, or the engine is draining
    /// @throws LateException if it waited for longer than its terms allow
    /// @throws MemoryException if its contexts need more memory than there is in all
    public <T> T call(Terms terms, Function<? super Context, ? extends T> request) {
        enter();
        return serve(terms, request);
    }

    /// Runs a request on ordinary terms; see [#submit(Terms, Function)].
    public <T> Future<T> submit(Function<? super Context, ? extends T> request) {
        return submit(Terms.ORDINARY, request);
    }

    /// Runs a request on a virtual thread of its own.
    ///
    /// @param terms on what terms
    /// @param request what to do with the context
    /// @return its result; cancelling it with interruption frees its rows within one pass
    /// @throws BusyException if the line is full, or the engine is draining
    public <T> Future<T> submit(Terms terms, Function<? super Context, ? extends T> request) {
        enter();
        AtomicBoolean begun = new AtomicBoolean();
        FutureTask<T> task =
                new FutureTask<>(
                        () -> {
                            if (!begun.compareAndSet(false, true)) {
                                throw new CancellationException("cancelled before it began");
                            }
                            return serve(terms, request);
                        }) {
                    @Override
                    protected void done() { // cancelled before it began, it leaves here
                        if (begun.compareAndSet(false, true)) {
                            requests.leave();
                        }
                    }
                };
        Thread.ofVirtual().name("cumae-request").start(task);
        return task;
    }

    private void enter() {
        boolean full = requests.enter() > (long) limits.maxRunning() + limits.maxWaiting();
        if (full || draining || closing) {
            requests.leave();
            refused.increment();
            EngineStats now = stats;
            String words =
                    full
                            ? "%d requests run and %d wait, which is all that model %s takes on"
                                    .formatted(now.running(), now.waiting(), card.name())
                            : "the engine of model %s takes no more requests"
                                    .formatted(card.name());
            throw new BusyException(words, drainTime());
        }
    }

    /// How long the line takes to empty, if requests go on ending as they have ended lately.
    private Duration drainTime() {
        double nanos = Math.max(1, stats.waiting()) * endEvery;
        return Duration.ofSeconds(Math.clamp((long) Math.ceil(nanos / 1e9), 1, 60));
    }

    private <T> T serve(Terms terms, Function<? super Context, ? extends T> request) {
        Ticket ticket = new Ticket(terms, System.nanoTime(), true);
        try (Context context = context(new Ledger(), ticket)) {
            return request.apply(context);
        } finally {
            requests.leave();
            post(() -> leave(ticket));
            wrote(ticket); // those who waited for this one wait in vain
        }
    }

    private void leave(Ticket ticket) {
        due.remove(ticket);
        scheduler.leave(ticket);
        long now = System.nanoTime();
        if (lastEnd != 0) {
            endEvery = MEMORY * endEvery + (1 - MEMORY) * (now - lastEnd);
        }
        lastEnd = now;
    }

    /// What has been done so far and is held now.
    public EngineStats stats() {
        return stats.now(requests.count(), contexts.get(), refused.sum());
    }

    /// How much memory a context of so many rows takes at most.
    public long bytes(int rows) {
        return model.bytes(rows);
    }

    /// For how long it has been inside one pass; zero between passes.
    public Duration inPass() {
        long begin = passBegin;
        return begin == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - begin);
    }

    /// How many requests have begun and not ended.
    public int requests() {
        return requests.count();
    }

    /// Takes no more requests, and waits until those that it has taken have ended.
    ///
    /// @param most how long to wait
    /// @return whether all have ended
    public boolean drain(Duration most) throws InterruptedException {
        draining = true;
        return requests.awaitNone(most);
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

    EngineContext context(Ledger ledger, Ticket ticket) {
        Check.state(!closing, "the engine of model %s is closed; open another one", card.name());
        return new EngineContext(this, ledger, ticket);
    }

    /// A new context's place; it lives until [#release].
    Slot slot(Ticket ticket) {
        contexts.incrementAndGet();
        Slot slot = scheduler.slot(ticket);
        post(() -> ticket.slots.add(slot));
        return slot;
    }

    void release(Slot slot) {
        contexts.decrementAndGet();
        post(() -> scheduler.release(slot));
    }

    /// Copies a context before its next pass; the caller does not wait.
    void fork(Slot original, Slot copy) {
        act(copy, () -> copy.fork(original));
    }

    /// Takes rows back before the context's next pass; the caller does not wait.
    void keep(Slot slot, int from, Tokens kept) {
        act(slot, () -> scheduler.keep(slot, from, kept));
    }

    private void act(Slot slot, Runnable action) {
        post(
                () -> {
                    if (ended) {
                        return;
                    }
                    try {
                        action.run();
                    } catch (RuntimeException | Error e) {
                        slot.fail(e);
                    }
                });
    }

    /// Waits until passes have answered.
    List<Answer> ask(Asked asked) {
        post(
                () -> {
                    if (ended) {
                        asked.fail(closed());
                    } else {
                        due.remove(asked.ticket);
                        scheduler.submit(asked);
                    }
                });
        wrote(asked.ticket);
        try {
            return asked.await();
        } finally {
            if (asked.isAbandoned()) {
                post(() -> scheduler.abandon(asked));
            }
        }
    }

    private void post(Runnable letter) {
        mail.add(letter);
        if (ended) {
            drain(); // the engine's thread has read its last mail; its readers find that out here
        } else if (idle) {
            LockSupport.unpark(thread);
        }
    }

    /// The last of those who are waited for wakes the engine's thread; the others need not.
    private void wrote(Ticket ticket) {
        if (ticket.dueIn == round) {
            ticket.dueIn = -1;
            if (missing.decrementAndGet() == 0) {
                LockSupport.unpark(thread);
            }
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
        if (!scheduler.hasWork()) {
            stats = seen();
            sleep(Long.MAX_VALUE);
            return;
        }
        long now = System.nanoTime();
        long grace = due.isEmpty() ? 0 : graceNanos() - (now - scheduler.waitingSince());
        if (grace > 0) {
            LockSupport.parkNanos(this, grace);
            return;
        }
        due.clear(); // who has not asked by now is not waited for
        List<Scheduler.Turn> pass = scheduler.plan(now);
        warnOfPreemption();
        if (pass.isEmpty()) {
            stats = seen();
            sleep(scheduler.hasWork() ? scheduler.nextEvent(now) - now : Long.MAX_VALUE);
        } else {
            run(pass);
            stats = seen();
        }
    }

    private void warnOfPreemption() {
        if (!warned && scheduler.preemptions() > 0) {
            warned = true;
            LOG.warn(
                    "model {}: the running requests need more than {} bytes for their contexts; the last"
                            + " of them waits and is fed again (said once; raise the limit, or let"
                            + " fewer run)",
                    card.name(),
                    limits.maxBytes());
        }
    }

    private void sleep(long nanos) {
        idle = true;
        if (mail.isEmpty() && !closing) {
            if (nanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        }
        idle = false;
    }

    /// Missing a pass costs a whole pass, so half a pass is worth waiting for company.
    private long graceNanos() {
        return Math.min(limits.maxGrace().toNanos(), lastPassNanos / 2);
    }

    private void run(List<Scheduler.Turn> pass) {
        List<Scheduler.Turn> sound = new ArrayList<>(pass.size());
        List<Model.Part> asked = new ArrayList<>();
        for (Scheduler.Turn turn : pass) {
            try {
                List<Model.Part> own = new ArrayList<>(turn.steps().size());
                for (Share.Step step : turn.steps()) {
                    own.add(new Model.Part(step.share().slot.state(), step.query()));
                }
                asked.addAll(own);
                sound.add(turn);
            } catch (RuntimeException | Error e) {
                scheduler.fail(turn.asked(), e);
            }
        }
        if (!sound.isEmpty()) {
            run(sound, asked);
        }
    }

    private void run(List<Scheduler.Turn> pass, List<Model.Part> asked) {
        long begin = System.nanoTime();
        passBegin = begin;
        List<Answer> answers;
        try {
            answers = model.forward(asked);
            Check.state(
                    answers.size() == asked.size(),
                    "model %s gave %d answers to %d questions",
                    card.name(),
                    answers.size(),
                    asked.size());
        } catch (RuntimeException | Error e) {
            runApart(pass, asked, e);
            return;
        } finally {
            passBegin = 0;
        }
        long end = System.nanoTime();
        account(pass, asked.size(), end - begin);
        stats = seen(); // before those wake who may look
        round = passes;
        missing.set(0);
        scheduler.ran(pass, answers, begin, end, this::expect);
    }

    private void expect(Ticket ticket) {
        due.add(ticket);
        ticket.dueIn = round;
        missing.incrementAndGet();
    }

    /// A pass failed: its halves are run by themselves, and theirs, until the one to blame is
    /// alone.
    private void runApart(List<Scheduler.Turn> pass, List<Model.Part> asked, Throwable failure) {
        for (Scheduler.Turn turn : pass) {
            turn.steps().forEach(Share.Step::requireUntouched);
        }
        if (pass.size() == 1) {
            scheduler.fail(pass.getFirst().asked(), failure);
            return;
        }
        LOG.warn("a pass of {} requests failed; running its halves", pass.size(), failure);
        int half = pass.size() / 2;
        int parts = pass.subList(0, half).stream().mapToInt(turn -> turn.steps().size()).sum();
        run(pass.subList(0, half), asked.subList(0, parts));
        run(pass.subList(half, pass.size()), asked.subList(parts, asked.size()));
    }

    private void account(List<Scheduler.Turn> pass, int shares, long ran) {
        lastPassNanos = ran;
        passes++;
        parts += shares;
        for (Scheduler.Turn turn : pass) {
            rows += turn.rows();
        }
        passNanos += ran;
    }

    private EngineStats seen() {
        return new EngineStats(
                passes,
                rows,
                parts,
                passNanos / 1e9,
                scheduler.running(),
                scheduler.waiting(),
                contexts.get(),
                scheduler.bytes(),
                scheduler.keptBytes(),
                limits.maxBytes(),
                scheduler.preemptions(),
                scheduler.recomputedRows(),
                scheduler.lookedUpRows(),
                scheduler.cachedRows(),
                refused.sum(),
                scheduler.late());
    }

    /// From here on nobody touches the model: whoever posts a letter reads it under the same lock,
    /// and finds every slot empty.
    private void end() {
        synchronized (this) {
            ended = true;
            drain();
            scheduler.end(closed());
            stats = seen();
        }
        model.close();
    }

    private CancellationException closed() {
        return new CancellationException(
                "the engine of model %s was closed".formatted(card.name()));
    }
}
