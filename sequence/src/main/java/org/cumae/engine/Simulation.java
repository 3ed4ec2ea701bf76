package org.cumae.engine;

import org.cumae.Check;
import org.cumae.distribution.Excerpt;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Ledger;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Tokens;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// The engine's own [Scheduler] on a clock that only passes move: how it would serve requests on a
/// machine whose passes take what a formula says.
///
/// What is simulated is the model and the time. Who comes in, what a pass feeds and who gives way
/// is decided by the code that serves. Decoders are left to right, one row a token, and answer in
/// no time.
public final class Simulation {
    private static final Terms TERMS = Terms.ORDINARY.withReuse(false);

    private final EngineLimits limits;
    private final Cost cost;
    private final long rowBytes;

    /// What a pass takes.
    @FunctionalInterface
    public interface Cost {
        /// The time of a pass in nanoseconds.
        ///
        /// @param rows fed, all requests together
        /// @param held rows that the contexts in it held before
        long nanos(int rows, long held);

        /// `a + b * rows`.
        ///
        /// @param once nanoseconds a pass
        /// @param each nanoseconds a row
        static Cost linear(double once, double each) {
            return (rows, _) -> Math.round(once + each * rows);
        }
    }

    /// A request that comes.
    ///
    /// @param nanos when
    /// @param promptTokens how long its prompt is, 1 or more
    /// @param tokens how many it writes, 1 or more
    public record Arrival(long nanos, int promptTokens, int tokens) {
        /// Checks the lengths.
        public Arrival {
            Check.argument(
                    promptTokens > 0, "a prompt has %d tokens; give 1 or more", promptTokens);
            Check.argument(tokens > 0, "%d tokens are wished for; give 1 or more", tokens);
        }
    }

    /// A request that was served.
    ///
    /// @param first when its first token came, in nanoseconds
    /// @param last when its last token came, in nanoseconds
    public record Served(Arrival arrival, long first, long last) {}

    /// What became of all.
    ///
    /// @param served in the order in which they ended
    /// @param failed how many could not be served: too large, or too late
    /// @param passes how many there were
    /// @param rows fed in them, those fed again among them
    /// @param preemptions how often a request gave its memory up
    public record Outcome(
            List<Served> served, int failed, long passes, long rows, long preemptions) {}

    /// A machine.
    ///
    /// @param limits of its engine
    /// @param cost of its passes
    /// @param rowBytes memory that a row of a context takes
    public Simulation(EngineLimits limits, Cost cost, long rowBytes) {
        this.limits = limits;
        this.cost = cost;
        this.rowBytes = rowBytes;
    }

    /// Serves.
    public Outcome run(List<Arrival> arrivals) {
        return new Run(arrivals).end();
    }

    private final class Run {
        private final Phantom model = new Phantom();
        private final Scheduler scheduler = new Scheduler(model, limits);
        private final List<Arrival> coming;
        private final IdentityHashMap<Ticket, Job> running = new IdentityHashMap<>();
        private final List<Served> served = new ArrayList<>();
        private int next; // of those who come
        private int failed;
        private long now;
        private long passes;
        private long rows;

        Run(List<Arrival> arrivals) {
            coming = arrivals.stream().sorted(Comparator.comparingLong(Arrival::nanos)).toList();
        }

        Outcome end() {
            while (next < coming.size() || scheduler.hasWork()) {
                step();
            }
            return new Outcome(List.copyOf(served), failed, passes, rows, scheduler.preemptions());
        }

        private void step() {
            while (next < coming.size() && coming.get(next).nanos <= now) {
                Arrival arrival = coming.get(next++);
                Job job = new Job(arrival);
                running.put(job.ticket, job);
                job.ask(arrival.promptTokens);
            }
            List<Scheduler.Turn> pass = scheduler.plan(now);
            dismissFailed();
            if (!pass.isEmpty()) {
                run(pass);
            } else if (next < coming.size()) {
                long event = scheduler.hasWork() ? scheduler.nextEvent(now) : Long.MAX_VALUE;
                now = Math.max(now + 1, Math.min(event, coming.get(next).nanos));
            } else if (scheduler.hasWork()) {
                now = Math.max(now + 1, scheduler.nextEvent(now));
            }
        }

        private void run(List<Scheduler.Turn> pass) {
            List<Model.Part> parts = new ArrayList<>();
            int fed = 0;
            long held = 0;
            for (Scheduler.Turn turn : pass) {
                for (Share.Step step : turn.steps()) {
                    State state = step.share().slot.state();
                    held += state.length();
                    parts.add(new Model.Part(state, step.query()));
                }
                fed += turn.rows();
            }
            List<Answer> answers = model.forward(parts);
            long begin = now;
            now += Math.max(1, cost.nanos(fed, held));
            passes++;
            rows += fed;
            scheduler.ran(pass, answers, begin, now, _ -> {});
            for (Scheduler.Turn turn : pass) {
                Job job = running.get(turn.asked().ticket);
                if (job != null && job.asked.isSettled()) {
                    job.answered();
                }
            }
        }

        /// Those whose question was settled outside a pass have failed.
        private void dismissFailed() {
            for (Job job : List.copyOf(running.values())) {
                if (job.asked.isSettled()) {
                    failed++;
                    job.leave();
                }
            }
        }

        private final class Job {
            final Arrival arrival;
            final Ticket ticket;
            final Slot slot;
            Asked asked;
            private int written;
            private long first;

            Job(Arrival arrival) {
                this.arrival = arrival;
                this.ticket = new Ticket(TERMS, arrival.nanos, true);
                this.slot = scheduler.slot(ticket);
                ticket.slots.add(slot);
                this.asked = question(arrival.promptTokens);
            }

            private Asked question(int rows) {
                Query query = Query.next(Tokens.of(new int[rows]));
                Share share = new Share(slot, query, slot.fed().rows());
                return new Asked(List.of(share), new Ledger(), ticket, now);
            }

            void ask(int rows) {
                asked = question(rows);
                scheduler.submit(asked);
            }

            void answered() {
                if (written++ == 0) {
                    first = now;
                }
                if (written == arrival.tokens) {
                    served.add(new Served(arrival, first, now));
                    leave();
                } else {
                    ask(1);
                }
            }

            void leave() {
                scheduler.leave(ticket);
                scheduler.release(slot);
                running.remove(ticket);
            }
        }
    }

    /// A model that counts rows and says nothing.
    private final class Phantom implements Model {
        private static final Answer SILENCE = new Answer(List.of(new Excerpt(List.of())));
        private final Card card =
                new Card(
                        "simulated",
                        1,
                        Integer.MAX_VALUE - 1,
                        Set.of(Capability.NEXT_TOKEN, Capability.ROLLBACK));

        @Override
        public Card card() {
            return card;
        }

        @Override
        public State open() {
            return new Rows(0);
        }

        @Override
        public long bytes(int rows) {
            return rowBytes * rows;
        }

        @Override
        public List<Answer> forward(List<Part> pass) {
            List<Answer> answers = new ArrayList<>();
            for (Part part : pass) {
                ((Rows) part.state()).length += part.query().rows();
                answers.add(part.query().wants().isEmpty() ? new Answer(List.of()) : SILENCE);
            }
            return answers;
        }

        @Override
        public void close() {}
    }

    private final class Rows implements State {
        private int length;

        Rows(int length) {
            this.length = length;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public State fork() {
            return new Rows(length);
        }

        @Override
        public void truncate(int length) {
            State.checkTruncate(length, this.length);
            this.length = length;
        }

        @Override
        public void keep(int from, Tokens kept) {
            State.checkKeep(from, kept, length);
            length = from + kept.size();
        }

        @Override
        public long bytes() {
            return rowBytes * length;
        }

        @Override
        public void close() {}
    }
}
