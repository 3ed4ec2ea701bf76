package org.cumae.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.decode.Decoder;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.decode.named.Decoders;
import org.cumae.distribution.Sampling;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/// Many requests at once answer as each would alone, and whatever happens to one of them, all that
/// it held comes back.
@Timeout(60)
final class EngineTest {
    private final HashModel model = new HashModel();

    /// A request of a decoder.
    private record Job(Decoder decoder, Request request) {
        Generation run(Context context) {
            return decoder.decode(context, request, Sink.NONE);
        }
    }

    private static List<Job> jobs(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Job> jobs = new ArrayList<>();
        Tokens common = Tokens.of(random.ints(40, 0, HashModel.VOCABULARY).toArray());
        for (int i = 0; i < count; i++) {
            int[] own = random.ints(1 + random.nextInt(64), 0, HashModel.VOCABULARY).toArray();
            Tokens prompt = i % 3 == 0 ? common.plus(own) : Tokens.of(own);
            Decoder decoder = i % 4 == 3 ? Decoders.parse("beam:3") : new Sequential();
            Request request = Request.of(prompt).withMaxNewTokens(1 + random.nextInt(40));
            jobs.add(
                    new Job(
                            decoder,
                            i % 4 == 1
                                    ? request.withSampling(Sampling.PLAIN).withSeed(i)
                                    : request));
        }
        return jobs;
    }

    private static List<Tokens> alone(List<Job> jobs) {
        return jobs.stream()
                .map(
                        job -> {
                            try (Context context = DirectContext.open(new HashModel())) {
                                return job.run(context).tokens();
                            }
                        })
                .toList();
    }

    private static List<Tokens> fused(Engine engine, List<Job> jobs) throws Exception {
        SplittableRandom random = new SplittableRandom(5);
        List<Future<Generation>> futures = new ArrayList<>();
        for (Job job : jobs) {
            futures.add(engine.submit(job::run));
            if (random.nextInt(3) == 0) {
                Thread.sleep(random.nextInt(3)); // joins while others write
            }
        }
        List<Tokens> tokens = new ArrayList<>();
        for (Future<Generation> future : futures) {
            tokens.add(future.get().tokens());
        }
        return tokens;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
            Thread.sleep(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 4096})
    void fusedRequestsAnswerAsIfAlone(int maxRows) throws Exception {
        List<Job> jobs = jobs(24, maxRows);
        try (Engine engine = new Engine(model, EngineLimits.DEFAULT.withMaxRows(maxRows))) {
            assertThat(fused(engine, jobs)).isEqualTo(alone(jobs));
            await(() -> engine.stats().contexts() == 0);
        }
        assertThat(model.states.get()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void underPressureOfMemoryEveryRequestEndsAsIfAlone(boolean reuse) throws Exception {
        List<Job> jobs = jobs(24, 9);
        long peak = 450L * HashModel.BYTES_PER_ROW; // the largest beam alone has 3 of 144 rows
        EngineLimits scarce = EngineLimits.DEFAULT.withMaxBytes(peak).withReuse(reuse);
        try (Engine engine = new Engine(model, scarce)) {
            assertThat(fused(engine, jobs)).isEqualTo(alone(jobs));
            assertThat(engine.stats().preemptions()).isPositive();
            assertThat(engine.stats().recomputedRows() + engine.stats().cachedRows()).isPositive();
            engine.call(jobs.getFirst()::run); // the last one of many may leave nothing behind
            await(() -> engine.stats().bytes() == engine.stats().keptBytes());
            assertThat(engine.stats().bytes()).isBetween(reuse ? 1L : 0L, reuse ? peak : 0L);
        }
        assertThat(model.states.get()).isZero();
    }

    @Test
    void aMemoryTooSmallForARequestIsAnErrorWithNumbersAndNotAHang() {
        try (Engine engine = new Engine(model, EngineLimits.DEFAULT.withMaxBytes(3000))) {
            Tokens prompt = Tokens.of(new int[25]);
            assertThatThrownBy(
                            () ->
                                    engine.call(
                                            context ->
                                                    new Sequential()
                                                            .decode(
                                                                    context,
                                                                    Request.of(prompt),
                                                                    Sink.NONE)))
                    .isInstanceOf(MemoryException.class)
                    .hasMessageContainingAll("31 rows", "3100 bytes", "3000");
        }
    }

    @Test
    void theSecondRequestOfAPromptFeedsOneRowOfItAndAnswersAlike() {
        Tokens prompt = Tokens.of(IntStream.range(0, 300).map(i -> i % 13).toArray());
        Job job = new Job(new Sequential(), Request.of(prompt).withMaxNewTokens(10));
        Tokens expected = alone(List.of(job)).getFirst();
        try (Engine engine = new Engine(model)) {
            Generation first = engine.call(job::run);
            Generation second = engine.call(job::run);
            Generation apart = engine.call(Terms.ORDINARY.withSalt("other"), job::run);
            Generation fresh = engine.call(Terms.ORDINARY.withReuse(false), job::run);
            assertThat(List.of(first, second, apart, fresh))
                    .extracting(Generation::tokens)
                    .containsOnly(expected);
            assertThat(first.ledger().cachedRows()).isZero();
            assertThat(second.ledger().cachedRows()).isEqualTo(299);
            assertThat(second.ledger().rows()).isEqualTo(10);
            assertThat(apart.ledger().cachedRows()).isZero();
            assertThat(fresh.ledger().cachedRows()).isZero();
            // a conversation goes on: what was written is there as well
            Tokens more = prompt.plus(expected.toArray()).plus(1, 2, 3);
            Job next = new Job(new Sequential(), Request.of(more).withMaxNewTokens(5));
            Generation third = engine.call(next::run);
            assertThat(third.ledger().cachedRows()).isEqualTo(309);
            assertThat(third.tokens()).isEqualTo(alone(List.of(next)).getFirst());
        }
    }

    @Test
    void aModelThatCannotRollBackSharesWholeStatesAndIsFedAgain() throws Exception {
        HashModel forward = HashModel.withoutRollback();
        Tokens prompt = Tokens.of(IntStream.range(0, 100).map(i -> i % 13).toArray());
        Job job = new Job(new Sequential(), Request.of(prompt).withMaxNewTokens(10));
        Tokens expected = alone(List.of(job)).getFirst();
        long room = 250L * HashModel.BYTES_PER_ROW;
        try (Engine engine = new Engine(forward, EngineLimits.DEFAULT.withMaxBytes(room))) {
            assertThat(engine.call(job::run).tokens()).isEqualTo(expected);
            assertThat(engine.call(job::run).ledger().cachedRows()).isZero();
            Tokens more = prompt.plus(expected.toArray()).plus(1, 2, 3);
            Job next = new Job(new Sequential(), Request.of(more).withMaxNewTokens(5));
            Generation continued = engine.call(next::run);
            assertThat(continued.ledger().cachedRows()).isEqualTo(109); // the last was not fed
            assertThat(continued.tokens()).isEqualTo(alone(List.of(next)).getFirst());
            List<Job> many = IntStream.range(0, 6).mapToObj(_ -> job).toList();
            assertThat(fused(engine, many)).containsOnly(expected);
        }
    }

    @Test
    void masksTreesAndCutsSurvivePreemption() throws Exception {
        List<Long> expected;
        try (Context context = DirectContext.open(new HashModel())) {
            expected = wander(context, 3);
        }
        // a wanderer holds 70 rows in the end, and for a moment as many in a fork
        EngineLimits scarce =
                EngineLimits.DEFAULT.withMaxBytes(150L * HashModel.BYTES_PER_ROW).withMaxRows(16);
        try (Engine engine = new Engine(model, scarce)) {
            List<Future<List<Long>>> futures = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                futures.add(engine.submit(context -> wander(context, 3)));
            }
            for (Future<List<Long>> future : futures) {
                assertThat(future.get()).isEqualTo(expected);
            }
            assertThat(engine.stats().preemptions()).isPositive();
        }
    }

    /// Feeds lines, trees and blocks, and takes parts of them back; what was answered.
    private static List<Long> wander(Context context, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Long> answers = new ArrayList<>();
        for (int step = 0; step < 30; step++) {
            int held = context.length();
            Tokens ids = Tokens.of(random.ints(4, 0, HashModel.VOCABULARY).toArray());
            Query query = Query.next(ids);
            switch (step % 3) {
                case 0 -> {
                    Visibility tree = new Visibility.Tree(List.of(-1, 0, 0, 1));
                    answers.add(law(context.ask(query.seeing(tree))));
                    context.keep(held + 1, Tokens.of(held + 2));
                }
                case 1 -> {
                    answers.add(law(context.ask(query.seeing(Visibility.FULL))));
                    context.truncate(held);
                }
                default -> {
                    Tokens own = Tokens.of(held + 5, held + 7, held + 8, held + 9);
                    answers.add(law(context.ask(step % 2 == 0 ? query : query.at(own))));
                    answers.add(law(context.ask(Query.next(step % 13))));
                }
            }
            if (step % 7 == 6) {
                try (Context fork = context.fork()) {
                    answers.add(law(fork.ask(Query.next(step % 13))));
                }
            }
        }
        return answers;
    }

    private static long law(org.cumae.model.Answer answer) {
        return Double.doubleToLongBits(answer.categorical().probability(1));
    }

    @Test
    void aFullLineIsToldAtOnceWhenToComeAgain() throws Exception {
        EngineLimits small = EngineLimits.DEFAULT.withMaxRunning(2).withMaxWaiting(3);
        CountDownLatch door = new CountDownLatch(1);
        try (Engine engine = new Engine(model, small)) {
            List<Future<Integer>> taken = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                taken.add(
                        engine.submit(
                                context -> {
                                    context.ask(Query.next(1));
                                    uninterrupted(door);
                                    return 1;
                                }));
            }
            await(() -> engine.stats().running() == 2 && engine.stats().waiting() == 3);
            assertThatThrownBy(() -> engine.submit(_ -> 1))
                    .isInstanceOf(BusyException.class)
                    .hasMessageContaining("2 requests run and 3 wait")
                    .extracting(e -> ((BusyException) e).retryAfter())
                    .satisfies(after -> assertThat((Duration) after).isPositive());
            door.countDown();
            for (Future<Integer> future : taken) {
                assertThat(future.get()).isEqualTo(1);
            }
            await(() -> engine.requests() == 0);
            assertThat(engine.submit(_ -> 7).get()).isEqualTo(7);
            assertThat(engine.stats().refused()).isEqualTo(1);
        }
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new CancellationException();
        }
    }

    @Test
    void whoGoesAwayFreesAllWhereverItIs() throws Exception {
        AtomicInteger passes = new AtomicInteger();
        model.before = _ -> passes.incrementAndGet();
        Tokens prompt = Tokens.of(new int[2000]);
        EngineLimits limits =
                EngineLimits.DEFAULT.withMaxRunning(8).withMaxRows(64).withReuse(false);
        try (Engine engine = new Engine(model, limits)) {
            SplittableRandom random = new SplittableRandom(1);
            for (int round = 0; round < 10; round++) {
                List<Future<Generation>> futures = new ArrayList<>();
                for (int i = 0; i < 20; i++) { // some write, some read, most wait in line
                    Tokens own = i % 2 == 0 ? prompt : Tokens.of(i % 13);
                    Job job = new Job(new Sequential(), Request.of(own).withMaxNewTokens(100_000));
                    futures.add(engine.submit(job::run));
                }
                Thread.sleep(random.nextInt(20));
                futures.forEach(future -> future.cancel(true));
                await(() -> engine.requests() == 0 && engine.stats().contexts() == 0);
                await(() -> engine.stats().bytes() == 0 && engine.stats().waiting() == 0);
                assertThat(engine.stats().running()).isZero();
            }
            int before = passes.get();
            Thread.sleep(20);
            assertThat(passes.get()).as("passes while nobody asks").isEqualTo(before);
        }
        assertThat(model.states.get()).isZero();
    }

    @Test
    void anAbortedRequestLeavesWhatItHasRead() throws Exception {
        Tokens prompt = Tokens.of(IntStream.range(0, 500).map(i -> i % 13).toArray());
        CountDownLatch read = new CountDownLatch(1);
        try (Engine engine = new Engine(model)) {
            Future<Integer> aborted =
                    engine.submit(
                            context -> {
                                context.ask(Query.next(prompt));
                                read.countDown();
                                uninterrupted(new CountDownLatch(1));
                                return 0;
                            });
            read.await();
            aborted.cancel(true);
            await(() -> engine.stats().contexts() == 0);
            Job job = new Job(new Sequential(), Request.of(prompt).withMaxNewTokens(2));
            assertThat(engine.call(job::run).ledger().cachedRows()).isEqualTo(499);
        }
    }

    @Test
    void aQuestionThatBreaksThePassHarmsNoNeighbour() throws Exception {
        int poison = 12;
        model.before =
                pass -> {
                    for (Model.Part part : pass) {
                        if (part.query().rows() == 5) {
                            throw new IllegalStateException("row " + poison + " broke");
                        }
                    }
                };
        List<Job> jobs = jobs(8, 4);
        try (Engine engine = new Engine(model, EngineLimits.DEFAULT.withMaxRows(4096))) {
            List<Tokens> expected = alone(jobs);
            Future<Object> bad =
                    engine.submit(
                            context -> {
                                context.ask(Query.next(1));
                                return context.ask(Query.next(Tokens.of(1, 2, 3, 4, 5)));
                            });
            assertThat(fused(engine, jobs)).isEqualTo(expected);
            assertThatThrownBy(bad::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(EngineException.class)
                    .hasMessageContaining("broke");
            Tokens after = engine.call(context -> jobs.getFirst().run(context)).tokens();
            assertThat(after).isEqualTo(expected.getFirst());
        }
    }

    @Test
    void aContextGoesOnAfterAQuestionThatFailed() {
        AtomicInteger failures = new AtomicInteger(1);
        model.before =
                pass -> {
                    if (pass.getFirst().query().rows() == 5 && failures.getAndDecrement() > 0) {
                        throw new IllegalStateException("once");
                    }
                };
        Query five = Query.next(Tokens.of(1, 2, 3, 4, 5));
        long expected;
        try (Context direct = DirectContext.open(new HashModel())) {
            direct.ask(Query.next(7));
            expected = law(direct.ask(five));
        }
        try (Engine engine = new Engine(model);
                Context context = engine.open()) {
            context.ask(Query.next(7));
            assertThatThrownBy(() -> context.ask(five)).isInstanceOf(EngineException.class);
            assertThat(context.length()).isEqualTo(1);
            assertThat(law(context.ask(five))).isEqualTo(expected);
        }
    }

    @Test
    void aPromptThatFailsHalfwayLeavesItsContextAsItWas() {
        HashModel forward = HashModel.withoutRollback();
        AtomicInteger passes = new AtomicInteger();
        forward.before =
                _ -> {
                    if (passes.incrementAndGet() == 4) {
                        throw new IllegalStateException("the third chunk");
                    }
                };
        Query prompt = Query.next(Tokens.of(IntStream.range(0, 60).map(i -> i % 13).toArray()));
        long expected;
        try (Context direct = DirectContext.open(new HashModel())) {
            direct.ask(Query.next(7));
            expected = law(direct.ask(prompt));
        }
        try (Engine engine = new Engine(forward, EngineLimits.DEFAULT.withMaxRows(20));
                Context context = engine.open()) {
            context.ask(Query.next(7));
            assertThatThrownBy(() -> context.ask(prompt)).isInstanceOf(EngineException.class);
            assertThat(context.length()).isEqualTo(1);
            assertThat(law(context.ask(prompt))).isEqualTo(expected);
        }
    }

    @Test
    void rowsThatWereTakenBackAreNotLentToOthers() {
        Tokens prompt = Tokens.of(IntStream.range(0, 50).map(i -> i % 13).toArray());
        Job job = new Job(new Sequential(), Request.of(prompt).withMaxNewTokens(5));
        try (Engine engine = new Engine(model);
                Context lender = engine.open()) {
            lender.ask(Query.next(prompt));
            lender.truncate(20);
            lender.ask(Query.next(Tokens.of(new int[30]))); // other rows in their place
            Generation written = engine.call(job::run);
            assertThat(written.tokens()).isEqualTo(alone(List.of(job)).getFirst());
        }
    }

    @Test
    void aQuestionWhoseAskerWasInterruptedIsNotFedOn() throws Exception {
        AtomicInteger passes = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(3);
        model.before =
                _ -> {
                    passes.incrementAndGet();
                    begun.countDown();
                };
        try (Engine engine = new Engine(model, EngineLimits.DEFAULT.withMaxRows(1));
                Context context = engine.open()) {
            Query prompt = Query.next(Tokens.of(new int[5000]));
            Thread asker = Thread.ofVirtual().start(() -> context.ask(prompt));
            begun.await();
            asker.interrupt();
            asker.join();
            engine.call(other -> other.ask(Query.next(1))); // a letter after the interrupt's
            int before = passes.get();
            Thread.sleep(50);
            assertThat(passes.get()).isEqualTo(before).isLessThan(5000);
        }
    }

    @Test
    void draining_letsRunningOnesEndAndRefusesNewOnes() throws Exception {
        CountDownLatch door = new CountDownLatch(1);
        try (Engine engine = new Engine(model)) {
            Future<Integer> running =
                    engine.submit(
                            context -> {
                                context.ask(Query.next(1));
                                uninterrupted(door);
                                context.ask(Query.next(2));
                                return 3;
                            });
            await(() -> engine.stats().running() == 1);
            assertThat(engine.drain(Duration.ofMillis(20))).isFalse();
            assertThatThrownBy(() -> engine.submit(_ -> 1)).isInstanceOf(BusyException.class);
            door.countDown();
            assertThat(engine.drain(Duration.ofSeconds(10))).isTrue();
            assertThat(running.get()).isEqualTo(3);
        }
    }

    @Test
    void closingFailsWhoRunsAndWhoWaits() throws Exception {
        Engine engine = new Engine(model, EngineLimits.DEFAULT.withMaxRunning(1));
        Job endless =
                new Job(new Sequential(), Request.of(Tokens.of(1)).withMaxNewTokens(1_000_000));
        Future<Generation> running = engine.submit(endless::run);
        Future<Generation> waiting = engine.submit(endless::run);
        await(() -> engine.stats().waiting() == 1);
        engine.close();
        List<Generation> both = List.of(running.get(), waiting.get()); // either may have come first
        assertThat(both).allMatch(written -> written.finish().reason().equals("cancelled"));
        assertThat(both).extracting(Generation::tokens).contains(Tokens.NONE);
        assertThat(model.states.get()).isZero();
    }

    @Test
    void tenThousandParkedRequestsTakeLessThan200Megabytes() throws Exception {
        CountDownLatch door = new CountDownLatch(1);
        EngineLimits limits = EngineLimits.DEFAULT.withMaxRunning(16);
        try (Engine engine = new Engine(model, limits)) {
            long before = heap();
            List<Future<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                int[] prompt = new int[256];
                prompt[0] = i % 13;
                futures.add(
                        engine.submit(
                                context -> {
                                    context.ask(Query.next(Tokens.of(prompt)));
                                    uninterrupted(door);
                                    return 1;
                                }));
            }
            await(() -> engine.stats().waiting() >= 10_000 - 16);
            long used = heap() - before;
            assertThat(used).isLessThan(200L << 20);
            door.countDown();
            for (Future<Integer> future : futures) {
                assertThat(future.get()).isEqualTo(1);
            }
        }
    }

    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
