package org.cumae.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.model.Answer;
import org.cumae.model.Ledger;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// What goes into which pass, on a clock that the tests turn.
final class SchedulerTest {
    private static final long MILLI = 1_000_000;
    private static final EngineLimits LIMITS =
            EngineLimits.DEFAULT.withMaxRows(100).withMaxStall(Duration.ofSeconds(1));

    private final HashModel model = new HashModel();
    private Scheduler scheduler = new Scheduler(model, LIMITS);
    private long now;

    /// A request as the scheduler sees it.
    private final class Job {
        final Ticket ticket;
        final Slot slot;
        Asked asked;

        Job(Terms terms) {
            ticket = new Ticket(terms, now, true);
            slot = scheduler.slot(ticket);
            ticket.slots.add(slot);
        }

        Job() {
            this(Terms.ORDINARY.withReuse(false));
        }

        Job asks(Query query) {
            Share share = new Share(slot, query, slot.fed().rows());
            asked = new Asked(List.of(share), new Ledger(), ticket, now);
            scheduler.submit(asked);
            return this;
        }

        Job asks(int rows) {
            return asks(Query.next(ids(rows)));
        }

        void ends() {
            scheduler.leave(ticket);
            scheduler.release(slot);
        }
    }

    private static Tokens ids(int rows) {
        return Tokens.of(IntStream.range(0, rows).map(i -> i * 7 % 13).toArray());
    }

    private void limit(EngineLimits limits) {
        scheduler = new Scheduler(model, limits);
    }

    /// Runs a pass; how many rows of each job were in it.
    private Map<Job, Integer> pass(Job... jobs) {
        List<Scheduler.Turn> turns = scheduler.plan(now);
        List<Model.Part> parts = new ArrayList<>();
        Map<Job, Integer> rows = new LinkedHashMap<>();
        for (Scheduler.Turn turn : turns) {
            for (Share.Step step : turn.steps()) {
                parts.add(new Model.Part(step.share().slot.state(), step.query()));
            }
            Arrays.stream(jobs)
                    .filter(job -> job.asked == turn.asked())
                    .forEach(job -> rows.put(job, turn.rows()));
        }
        List<Answer> answers = parts.isEmpty() ? List.of() : model.forward(parts);
        long begin = now;
        now += MILLI + parts.stream().mapToLong(part -> part.query().rows()).sum() * MILLI / 10;
        scheduler.ran(turns, answers, begin, now, _ -> {});
        return rows;
    }

    /// A job that has been let in and has read its prompt.
    private Job writing() {
        Job job = new Job().asks(1);
        pass(job);
        assertThat(job.asked.isSettled()).isTrue();
        return job;
    }

    @Test
    void thoseWhoWriteGoFirstAndAPromptFillsWhatIsLeft() {
        Job writer = writing();
        Job reader = new Job().asks(250);
        writer.asks(1);
        assertThat(pass(writer, reader)).containsEntry(writer, 1).containsEntry(reader, 99);
        writer.asks(1);
        assertThat(pass(writer, reader)).containsEntry(writer, 1).containsEntry(reader, 99);
        assertThat(pass(writer, reader)).containsEntry(reader, 52);
        assertThat(reader.asked.isSettled()).isTrue();
    }

    @Test
    void aLongPromptHoldsAWriterUpForNoLongerThanTheLimitSays() {
        limit(LIMITS.withMaxRows(10_000).withMaxStall(Duration.ofMillis(130)));
        Job writer = writing();
        for (int i = 0; i < 5; i++) {
            writer.asks(1 + i); // teaches what a row costs: 0.1 ms
            pass(writer);
        }
        Job reader = new Job().asks(9_000);
        writer.asks(1);
        Map<Job, Integer> rows = pass(writer, reader);
        assertThat(rows).containsEntry(writer, 1);
        assertThat(rows.get(reader)).isBetween(1250, 1310); // an eighth of the rows, at least
    }

    @Test
    void aShortPromptOvertakesALongOneThatCameALittleEarlier() {
        Job slow = new Job().asks(1000);
        assertThat(pass(slow)).containsEntry(slow, 100);
        Job quick = new Job().asks(60);
        assertThat(pass(slow, quick)).containsEntry(slow, 40).containsEntry(quick, 60);
    }

    @Test
    void aLongPromptEndsUnderAFloodOfShortOnes() {
        Job slow = new Job().asks(1000);
        pass(slow);
        int passes = 0;
        while (!slow.asked.isSettled()) { // the flood alone fills every pass
            new Job().asks(60);
            new Job().asks(60);
            pass();
            passes++;
        }
        assertThat(passes).isLessThan(30); // alone it takes 9
    }

    @Test
    void noPassIsLargerThanTheLimitButForAQuestionThatCannotBeDivided() {
        Job masked = new Job().asks(Query.next(ids(150)).seeing(Visibility.FULL));
        Job other = new Job().asks(30);
        assertThat(pass(masked, other)).containsEntry(masked, 150).doesNotContainKey(other);
        assertThat(pass(masked, other)).containsEntry(other, 30);
    }

    @Test
    void moreWritersThanRowsTakeTurns() {
        limit(LIMITS.withMaxRows(4));
        List<Job> jobs = IntStream.range(0, 10).mapToObj(_ -> new Job()).toList();
        Job[] all = jobs.toArray(Job[]::new);
        jobs.forEach(job -> job.asks(1));
        Map<Job, Integer> served = new HashMap<>();
        for (int i = 0; i < 25; i++) {
            Map<Job, Integer> pass = pass(all);
            assertThat(pass.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(4);
            pass.forEach((job, rows) -> served.merge(job, rows, Integer::sum));
            pass.keySet().forEach(job -> job.asks(1));
        }
        assertThat(served).hasSize(10).allSatisfy((_, rows) -> assertThat(rows).isEqualTo(10));
    }

    @Test
    void placesAreGivenInTheOrderOfRank() {
        limit(LIMITS.withMaxRunning(1).withPolicy(new Policy.ByPriority(Duration.ofSeconds(1))));
        Job first = writing();
        Job low = new Job(Terms.ORDINARY.withPriority(2)).asks(1);
        Job ordinary = new Job().asks(1);
        Job high = new Job(Terms.ORDINARY.withPriority(-1)).asks(1);
        first.ends();
        assertThat(pass(low, ordinary, high)).containsOnlyKeys(high);
        high.ends();
        assertThat(pass(low, ordinary, high)).containsOnlyKeys(ordinary);
        ordinary.ends();
        assertThat(pass(low, ordinary, high)).containsOnlyKeys(low);
    }

    /// One request at a time, each of one row, against a flood of others that always come first.
    private long passesUntilServed(Policy policy, Terms flood, int floodRows, Terms one, int rows) {
        limit(LIMITS.withMaxRunning(1).withPolicy(policy).withMaxRows(10_000));
        Job running = new Job().asks(1);
        pass(running);
        Job waiting = new Job(one).asks(rows);
        for (int i = 0; i < 500; i++) {
            new Job(flood).asks(floodRows);
            Job next = new Job(flood).asks(floodRows);
            running.ends();
            running = next;
            List<Scheduler.Turn> turns = scheduler.plan(now);
            now += MILLI;
            for (Scheduler.Turn turn : turns) {
                if (turn.asked() == waiting.asked) {
                    return i;
                }
                turn.asked().ticket.slots.forEach(slot -> running(slot));
            }
        }
        return Long.MAX_VALUE;
    }

    private void running(Slot slot) {
        scheduler.leave(slot.ticket);
    }

    @Test
    void ageingBoundsTheWaitAndWithoutItALowRequestStarves() {
        Terms low = Terms.ORDINARY.withPriority(5);
        Terms high = Terms.ORDINARY;
        Policy ageing = new Policy.ByPriority(Duration.ofMillis(10));
        Policy none = new Policy.ByPriority(Duration.ofDays(1));
        // 5 steps of 10 ms: whoever comes 50 passes of 1 ms later comes behind; two come each pass
        assertThat(passesUntilServed(ageing, high, 1, low, 1)).isBetween(50L, 110L);
        assertThat(passesUntilServed(none, high, 1, low, 1)).isEqualTo(Long.MAX_VALUE);
        Policy shortest = new Policy.ShortestFirst(Duration.ofMillis(1));
        assertThat(passesUntilServed(shortest, high, 1, high, 60)).isBetween(50L, 130L);
        Policy cruel = new Policy.ShortestFirst(Duration.ofDays(1));
        assertThat(passesUntilServed(cruel, high, 1, high, 60)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whenMemoryRunsShortTheLastInRankGivesWayAndGoesOnLater() {
        limit(LIMITS.withMaxBytes(62L * HashModel.BYTES_PER_ROW));
        Job first = new Job().asks(30);
        Job second = new Job().asks(29);
        pass(first, second);
        first.asks(2);
        second.asks(2);
        assertThat(pass(first, second)).containsOnlyKeys(first); // 63 rows do not fit
        assertThat(scheduler.preemptions()).isOne();
        assertThat(second.slot.length()).isZero();
        first.ends();
        assertThat(pass(second)).containsEntry(second, 31); // 29 of them again
        assertThat(second.asked.isSettled()).isTrue();
        assertThat(scheduler.recomputedRows()).isEqualTo(29);
    }

    @Test
    void whoCanNeverFitIsToldTheNumbersAtOnce() {
        limit(LIMITS.withMaxBytes(50L * HashModel.BYTES_PER_ROW));
        Job huge = new Job().asks(51);
        Job small = new Job().asks(10);
        assertThat(pass(huge, small)).containsOnlyKeys(small);
        assertThat(huge.asked.isSettled()).isTrue();
        assertThat(failure(huge.asked))
                .isInstanceOf(MemoryException.class)
                .hasMessageContainingAll("51 rows", "5100 bytes", "5000");
    }

    @Test
    void whoOutgrowsTheMemoryAloneIsToldToo() {
        limit(LIMITS.withMaxBytes(50L * HashModel.BYTES_PER_ROW));
        Job job = new Job().asks(50);
        pass(job);
        job.asks(1);
        assertThat(pass(job)).isEmpty();
        assertThat(failure(job.asked)).isInstanceOf(MemoryException.class);
        assertThat(scheduler.bytes()).isEqualTo(5000);
        job.ends();
        assertThat(scheduler.bytes()).isZero();
    }

    private static Throwable failure(Asked asked) {
        try {
            asked.await();
            return new AssertionError("it was answered");
        } catch (RuntimeException e) {
            return e;
        }
    }

    @Test
    void whoHasWaitedForTooLongIsRefused() {
        limit(LIMITS.withMaxRunning(1));
        Job running = writing();
        Job waiting = new Job(Terms.ORDINARY.withPatience(Duration.ofMillis(50))).asks(1);
        now += 49 * MILLI;
        pass(running, waiting);
        now += 2 * MILLI;
        pass(running, waiting);
        assertThat(failure(waiting.asked)).isInstanceOf(LateException.class);
        assertThat(scheduler.late()).isOne();
        assertThat(scheduler.waiting()).isZero();
    }

    @Test
    void whoSitsOnMemoryWithoutAskingGivesWayAfterASecond() {
        limit(LIMITS.withMaxBytes(60L * HashModel.BYTES_PER_ROW));
        writing();
        Job idle = new Job().asks(29);
        pass(idle);
        Job waiting = new Job().asks(40);
        assertThat(pass(waiting)).isEmpty();
        now += 1001 * MILLI;
        assertThat(pass(waiting)).containsEntry(waiting, 40);
        assertThat(idle.slot.length()).isZero();
    }

    @Test
    void theSecondOfTwoEqualPromptsWaitsForTheFirstAndFeedsOneRow() {
        Terms shared = Terms.ORDINARY;
        Job first = new Job(shared).asks(250);
        Job second = new Job(shared).asks(250);
        assertThat(pass(first, second)).containsEntry(first, 100).doesNotContainKey(second);
        assertThat(pass(first, second)).containsEntry(first, 100).doesNotContainKey(second);
        assertThat(pass(first, second)).containsEntry(first, 50).doesNotContainKey(second);
        assertThat(pass(first, second)).containsEntry(second, 1);
        assertThat(scheduler.cachedRows()).isEqualTo(249);
    }

    @Test
    void aRowThatIsAskedAboutIsAlwaysFed() {
        new Job(Terms.ORDINARY).asks(40);
        pass();
        Job curious = new Job(Terms.ORDINARY).asks(Query.feed(ids(40)).wantingEveryLaw());
        assertThat(pass(curious)).containsEntry(curious, 40);
    }

    @Test
    void everyByteIsAccountedForWhenAllHaveGone() {
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            jobs.add(new Job(Terms.ORDINARY).asks(20 + i));
        }
        while (scheduler.hasWork()) {
            pass();
        }
        assertThat(scheduler.bytes()).isPositive();
        jobs.forEach(Job::ends);
        assertThat(scheduler.bytes()).isEqualTo(scheduler.keptBytes());
        scheduler.end(new IllegalStateException("the end"));
        assertThat(scheduler.bytes()).isZero();
        assertThat(model.states.get()).isZero();
    }
}
