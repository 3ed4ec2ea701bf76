package org.cumae.engine;

import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Model;
import org.cumae.model.State;
import org.cumae.model.Tokens;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Decides what goes into each pass: who comes in, whose rows are fed, who has to give way.
///
/// A pass takes, in this order, the questions of those who are writing, oldest first and each in
/// one piece; then chunks of long prompts in what room is left, those first that would be read
/// first if each were alone: a short prompt overtakes a long one that came a little earlier, and
/// none waits for ever. Requests come in by the policy's rank while there are places and memory for
/// the whole of their first question. When memory runs short, first rows kept for later requests
/// go, then the last request in rank gives its own up and is fed again later.
///
/// It has no clock and no thread: whoever calls it says what time it is.
final class Scheduler {
    /// A question of no more rows is answered in one piece, like a single token.
    private static final int SHORT = 32;

    private static final int WATERMARK = 32; // of the memory, the part that newcomers leave free
    private static final long IDLE = TimeUnit.SECONDS.toNanos(1);

    private static final Comparator<Ticket> BY_RANK =
            Comparator.comparingLong((Ticket ticket) -> ticket.rank)
                    .thenComparingLong(ticket -> ticket.number);

    private final Model model;
    private final EngineLimits limits;
    private final boolean rollsBack;
    private final boolean cuts; // states, anywhere
    private final Memory memory;
    private final PrefixCache cache;
    private final Pace pace = new Pace();

    private final PriorityQueue<Ticket> line = new PriorityQueue<>(BY_RANK);
    private final PriorityQueue<Due> deadlines =
            new PriorityQueue<>(Comparator.comparingLong(Due::at));
    private final Set<Ticket> running = new LinkedHashSet<>();
    private final Set<Asked> asking = new LinkedHashSet<>(); // of those who run, oldest first
    private int places; // taken by running requests
    private long tickets;

    private long preemptions;
    private long recomputedRows;
    private long lookedUpRows;
    private long cachedRows;
    private long late;

    /// What one [Asked] feeds in a pass.
    record Turn(Asked asked, List<Share.Step> steps) {
        int rows() {
            int rows = 0;
            for (Share.Step step : steps) {
                rows += step.rows();
            }
            return rows;
        }
    }

    private record Due(Ticket ticket, long at) {}

    Scheduler(Model model, EngineLimits limits) {
        this.model = model;
        this.limits = limits;
        this.rollsBack = model.card().capabilities().contains(Capability.ROLLBACK);
        this.memory = new Memory(limits.maxBytes());
        this.cuts = rollsBack && model.cutsAnywhere();
        this.cache = new PrefixCache(cuts, memory);
    }

    /// A new context of a request.
    Slot slot(Ticket ticket) {
        return new Slot(ticket, model, memory);
    }

    /// Whether anybody waits for an answer.
    boolean hasWork() {
        return !asking.isEmpty() || !line.isEmpty();
    }

    /// Since when somebody has been waiting.
    long waitingSince() {
        if (!asking.isEmpty()) {
            return asking.iterator().next().since();
        }
        Ticket first = line.peek();
        return first == null || first.asking == null ? 0 : first.asking.since();
    }

    /// When something is to be done though nobody comes, at the latest.
    long nextEvent(long now) {
        Due next = deadlines.peek();
        long idle = line.isEmpty() ? Long.MAX_VALUE : now + IDLE / 10;
        return next == null ? idle : Math.min(next.at, idle);
    }

    /// A question has come.
    void submit(Asked asked) {
        Ticket ticket = asked.ticket;
        ticket.asking = asked;
        for (Share share : asked.shares) {
            share.slot.expect(share.length + share.query.rows());
        }
        if (ticket.admitted) {
            asking.add(asked);
            return;
        }
        if (!ticket.begun) {
            ticket.number = ++tickets;
            ticket.rank = ticket.awaited ? rank(asked) : Long.MIN_VALUE;
        }
        queue(ticket);
    }

    private long rank(Asked asked) {
        Ticket ticket = asked.ticket;
        int held =
                limits.policy() instanceof Policy.LongestPrefix
                        ? asked.shares.stream().mapToInt(share -> held(ticket, share)).sum()
                        : 0;
        return limits.policy()
                .rank(
                        new Policy.Candidate(
                                ticket.arrival, ticket.terms.priority(), asked.rows, held));
    }

    private int held(Ticket ticket, Share share) {
        return reusable(ticket, share)
                .map(line -> cache.held(ticket.terms.salt(), line, share.spare()))
                .orElse(0);
    }

    private void queue(Ticket ticket) {
        line.add(ticket);
        if (ticket.deadline() != Long.MAX_VALUE) {
            deadlines.add(new Due(ticket, ticket.deadline()));
        }
    }

    /// The asker is gone.
    void abandon(Asked asked) {
        Ticket ticket = asked.ticket;
        if (ticket.asking == asked) {
            done(asked);
            line.remove(ticket);
        }
    }

    /// A request has ended.
    void leave(Ticket ticket) {
        if (ticket.asking != null) {
            abandon(ticket.asking);
        }
        dismiss(ticket);
    }

    /// A context is closed; its rows may serve others.
    void release(Slot slot) {
        Ticket ticket = slot.ticket;
        cache.forget(slot);
        ticket.slots.remove(slot);
        donate(slot);
        slot.close();
        if (!ticket.awaited && ticket.slots.isEmpty()) {
            dismiss(ticket);
        }
    }

    private void donate(Slot slot) {
        int rows = Math.min(slot.length(), slot.fed().plainRows());
        boolean serves = limits.reuse() && slot.ticket.terms.reuse() && slot.isOriginal();
        if (!serves || rows < PrefixCache.LEAST || (slot.length() > rows && !cuts)) {
            return;
        }
        int[] ids = slot.fed().plainIds(rows);
        State state = slot.surrender();
        if (state != null) {
            if (state.length() > rows) {
                state.truncate(rows);
            }
            cache.give(slot.ticket.terms.salt(), ids, state);
        }
    }

    /// What the next pass feeds; empty if nothing can be done now.
    ///
    /// @param now in nanoseconds
    List<Turn> plan(long now) {
        expire(now);
        makeRoom();
        admit(now);
        List<Asked> steps = new ArrayList<>();
        List<Asked> prompts = new ArrayList<>();
        for (Asked asked : asking) {
            (isStep(asked) ? steps : prompts).add(asked);
        }
        List<Turn> pass = new ArrayList<>();
        int least = prompts.isEmpty() ? 0 : Math.max(1, limits.maxRows() / 8);
        int room = limits.maxRows() - least;
        for (Asked asked : steps) {
            int rows = asked.left();
            if (rows <= room || pass.isEmpty()) {
                pass.add(turn(asked, Integer.MAX_VALUE));
                room -= rows;
            }
        }
        if (!prompts.isEmpty()) {
            int left = Math.max(room, 0) + least;
            int chunk =
                    steps.isEmpty()
                            ? left
                            : Math.max(least, pace.rowsWithin(limits.maxStall().toNanos(), left));
            feed(prompts, chunk, pass);
        }
        return pass;
    }

    private static boolean isStep(Asked asked) {
        for (Share share : asked.shares) {
            if (share.slot.missing() > 0) {
                return false;
            }
        }
        return !asked.isDivisible() || asked.left() <= SHORT;
    }

    private void feed(List<Asked> prompts, int room, List<Turn> pass) {
        double perRow = pace.perRow();
        List<Asked> order = new ArrayList<>(prompts);
        order.sort(
                Comparator.comparingDouble(
                                (Asked asked) -> perRow * asked.left() + asked.ticket.rank)
                        .thenComparing(asked -> asked.ticket, BY_RANK));
        int rest = room;
        for (Asked asked : order) {
            if (rest > 0) {
                Turn turn = turn(asked, rest);
                if (turn.rows() <= rest || asked == order.getFirst()) {
                    pass.add(turn);
                    rest -= turn.rows();
                }
            }
        }
    }

    /// @param most rows, but at least one indivisible question
    private static Turn turn(Asked asked, int most) {
        List<Share.Step> steps = new ArrayList<>(asked.shares.size());
        int room = most;
        for (Share share : asked.shares) {
            if (share.isDone() || room <= 0) {
                continue;
            }
            Share.Step step = share.next(room);
            if (step.rows() <= room || steps.isEmpty()) {
                steps.add(step);
                room -= step.rows();
            }
        }
        return new Turn(asked, steps);
    }

    /// Fails those who have waited in line for too long.
    private void expire(long now) {
        while (!deadlines.isEmpty() && deadlines.element().at <= now) {
            Due due = deadlines.remove();
            Ticket ticket = due.ticket;
            Asked asked = ticket.asking;
            if (asked == null || ticket.admitted || ticket.deadline() > now) {
                continue;
            }
            late++;
            String words =
                    ("the request waited %.1f s for its turn, with %d running; try again when"
                                    + " fewer are")
                            .formatted((now - ticket.arrival) / 1e9, places);
            fail(asked, ticket.begun ? new CancellationException(words) : new LateException(words));
        }
    }

    /// Takes from those who run until what they ask next fits.
    private void makeRoom() {
        while (memory.excess(0) > 0) {
            if (cache.evict()) {
                continue;
            }
            Optional<Ticket> victim = last(t -> t.canGiveWay() || t.asking != null);
            if (victim.isPresent()) {
                preempt(victim.get());
            } else if (!failLast()) {
                return; // nobody asks for more, and what is held will be freed
            }
        }
    }

    /// The last in rank of those who need memory, but never the first of all.
    private Optional<Ticket> last(Predicate<Ticket> condition) {
        Optional<Ticket> first = running.stream().filter(Ticket::needsMemory).min(BY_RANK);
        return running.stream()
                .filter(ticket -> first.isPresent() && ticket != first.get())
                .filter(Ticket::needsMemory)
                .filter(condition)
                .max(BY_RANK);
    }

    private void preempt(Ticket ticket) {
        preemptions++;
        dismiss(ticket);
        boolean gives = ticket.canGiveWay(); // if not it keeps what it has, and waits for more
        for (Slot slot : ticket.slots) {
            if (gives) {
                cache.forget(slot);
                slot.evict();
            } else {
                slot.count();
            }
        }
        if (ticket.asking != null) {
            asking.remove(ticket.asking);
            queue(ticket);
        }
    }

    /// Fails the last one that asks for more than there is.
    private boolean failLast() {
        Optional<Asked> asked = asking.stream().max(Comparator.comparing(a -> a.ticket, BY_RANK));
        asked.ifPresent(last -> fail(last, tooLarge(last)));
        return asked.isPresent();
    }

    private MemoryException tooLarge(Asked asked) {
        int rows = asked.shares.stream().mapToInt(s -> s.length + s.query.rows()).sum();
        long whole =
                asked.shares.stream().mapToLong(s -> model.bytes(s.length + s.query.rows())).sum();
        long others =
                asked.ticket.slots.stream()
                        .filter(slot -> asked.shares.stream().noneMatch(s -> s.slot == slot))
                        .mapToLong(Slot::bytes)
                        .sum();
        return new MemoryException(
                ("the request asks for contexts of %d rows, which may take %d bytes, and holds %d"
                                + " in others; the engine has %d in all")
                        .formatted(rows, whole, others, memory.most()));
    }

    private long need(Asked asked) {
        long need = 0;
        for (Share share : asked.shares) {
            need += model.bytes(share.length + share.query.rows()) - share.slot.bytes();
        }
        return need;
    }

    private void admit(long now) {
        List<Ticket> held = new ArrayList<>();
        while (!line.isEmpty()) {
            Ticket ticket = line.element();
            Asked asked = ticket.asking;
            if (asked == null || asked.isAbandoned()) {
                line.remove();
                continue;
            }
            if (ticket.awaited && places >= limits.maxRunning()) {
                break;
            }
            if (waitsForBeginning(asked)) {
                held.add(line.remove());
                continue;
            }
            if (!fits(asked, now)) {
                if (asked.isSettled()) {
                    continue; // it can never fit
                }
                break;
            }
            line.remove();
            enter(ticket, asked);
        }
        line.addAll(held);
    }

    /// Whether another one is just feeding rows that this one can take over in a moment.
    private boolean waitsForBeginning(Asked asked) {
        if (asked.holds != null) {
            if (asking.contains(asked.holds)) {
                return true;
            }
            asked.holds = null;
        }
        if (!cuts || asked.shares.size() != 1) {
            return false;
        }
        Share share = asked.shares.getFirst();
        Optional<int[]> line = reusable(asked.ticket, share);
        if (line.isEmpty() || share.spare() < PrefixCache.LEAST) {
            return false;
        }
        String salt = asked.ticket.terms.salt();
        int held = cache.held(salt, line.get(), share.spare());
        for (Asked other : asking) {
            if (!isStep(other) && other.ticket.terms.salt().equals(salt)) {
                int common =
                        other.shares.size() == 1
                                ? reusable(other.ticket, other.shares.getFirst())
                                        .map(ids -> common(ids, line.get(), share.spare()))
                                        .orElse(0)
                                : 0;
                if (common >= held + PrefixCache.LEAST) {
                    asked.holds = other;
                    return true;
                }
            }
        }
        return false;
    }

    private static int common(int[] first, int[] second, int most) {
        int length = Math.min(most, Math.min(first.length, second.length));
        int differs = Arrays.mismatch(first, 0, length, second, 0, length);
        return differs < 0 ? length : differs;
    }

    /// Whether there is memory for a newcomer; takes what nobody uses to make it so.
    private boolean fits(Asked asked, long now) {
        long need = need(asked);
        long free = running.isEmpty() ? 0 : memory.most() / WATERMARK;
        if (need > memory.most()) {
            fail(asked, tooLarge(asked));
            return false;
        }
        while (memory.excess(need + free) > 0) {
            Optional<Ticket> idle =
                    asking.isEmpty()
                            ? last(
                                    t ->
                                            t.asking == null
                                                    && t.canGiveWay()
                                                    && now - t.answered > IDLE)
                            : Optional.empty();
            if (cache.evict()) {
                continue;
            }
            if (idle.isPresent()) {
                preempt(idle.get());
                continue;
            }
            return running.stream().noneMatch(Ticket::needsMemory);
        }
        return true;
    }

    private void enter(Ticket ticket, Asked asked) {
        ticket.begun = true;
        seat(ticket);
        asking.add(asked);
        for (Share share : asked.shares) {
            seat(share.slot.ticket); // as a rule the same
            reuse(ticket, asked, share);
            share.slot.count();
        }
    }

    private void seat(Ticket ticket) {
        ticket.admitted = true;
        if (running.add(ticket)) {
            places += ticket.awaited ? 1 : 0;
        }
    }

    private void dismiss(Ticket ticket) {
        if (running.remove(ticket)) {
            places -= ticket.awaited ? 1 : 0;
        }
        ticket.admitted = false;
    }

    private Optional<int[]> reusable(Ticket ticket, Share share) {
        return limits.reuse() && ticket.terms.reuse() ? share.line() : Optional.empty();
    }

    /// Begins with the rows of others.
    private void reuse(Ticket ticket, Asked asked, Share share) {
        if (share.slot.length() > 0) {
            return;
        }
        Optional<int[]> line = reusable(ticket, share);
        if (line.isEmpty()) {
            return;
        }
        lookedUpRows += line.get().length;
        Optional<State> found = cache.take(ticket.terms.salt(), line.get(), share.spare());
        found.ifPresent(
                state -> {
                    int rows = state.length();
                    share.slot.adopt(state);
                    share.skipTo(rows);
                    asked.ledger().cached(rows);
                    cachedRows += rows;
                });
    }

    /// A pass was run.
    ///
    /// @param answers one for each step of the pass, in order
    /// @param answered is told the tickets that go on by themselves now
    void ran(
            List<Turn> pass,
            List<Answer> answers,
            long begin,
            long end,
            Consumer<Ticket> answered) {
        int next = 0;
        int rows = 0;
        for (Turn turn : pass) {
            int again = 0;
            for (Share.Step step : turn.steps()) {
                step.share().ran(step, answers.get(next++));
                again += step.again();
            }
            rows += turn.rows();
            recomputedRows += again;
            turn.asked().ran(turn.rows(), again, begin, end);
        }
        pace.learn(rows, end - begin);
        for (Turn turn : pass) {
            Asked asked = turn.asked();
            if (asked.isDone()) {
                done(asked);
                lend(asked);
                asked.ticket.answered = end;
                if (asked.ticket.awaited) {
                    answered.accept(asked.ticket);
                }
            }
        }
        for (Turn turn : pass) { // all accounts are written before anybody wakes
            if (turn.asked().isDone()) {
                turn.asked().answer();
            }
        }
    }

    private void lend(Asked asked) {
        for (Share share : asked.shares) {
            int rows = share.slot.fed().plainRows();
            if (share.query.rows() >= PrefixCache.LEAST
                    && rows == share.slot.length()
                    && limits.reuse()
                    && asked.ticket.terms.reuse()) {
                cache.lend(asked.ticket.terms.salt(), share.slot.fed().plainIds(rows), share.slot);
            }
        }
    }

    /// Rows `[from, length)` of a context are given up, but for the kept ones.
    void keep(Slot slot, int from, Tokens kept) {
        cache.cut(slot, from);
        slot.keep(from, kept);
    }

    /// A question will not be answered: what it has fed is taken back.
    void fail(Asked asked, Throwable failure) {
        line.remove(asked.ticket);
        done(asked);
        for (Share share : asked.shares) {
            cache.cut(share.slot, share.length);
            share.slot.back(share.length, rollsBack);
        }
        asked.fail(failure);
    }

    private void done(Asked asked) {
        asking.remove(asked);
        asked.ticket.asking = null;
        for (Share share : asked.shares) {
            share.slot.expect(0);
        }
    }

    /// Nobody is answered any more.
    void end(Throwable failure) {
        List<Asked> left = new ArrayList<>(asking);
        line.forEach(
                ticket -> {
                    if (ticket.asking != null) {
                        left.add(ticket.asking);
                    }
                });
        asking.clear();
        line.clear();
        deadlines.clear();
        left.forEach(asked -> asked.fail(failure));
        Set<Ticket> known = new HashSet<>(running);
        left.forEach(asked -> known.add(asked.ticket));
        known.forEach(ticket -> ticket.slots.forEach(Slot::close));
        running.clear();
        places = 0;
        cache.clear();
    }

    int running() {
        return places;
    }

    int waiting() {
        return line.size();
    }

    long bytes() {
        return memory.used();
    }

    long keptBytes() {
        return cache.bytes();
    }

    long preemptions() {
        return preemptions;
    }

    long recomputedRows() {
        return recomputedRows;
    }

    long lookedUpRows() {
        return lookedUpRows;
    }

    long cachedRows() {
        return cachedRows;
    }

    long late() {
        return late;
    }
}
