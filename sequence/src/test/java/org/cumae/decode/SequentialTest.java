package org.cumae.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.distribution.Categorical;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.model.Context;
import org.cumae.model.Cost;
import org.cumae.model.DirectContext;
import org.cumae.model.TableModel;
import org.cumae.model.Tokens;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

class SequentialTest {
    private static final TableModel MODEL = TableModel.random(5, 2, 7);
    private static final Tokens PROMPT = Tokens.of(0, 3);

    private static Generation write(TableModel model, Request request, Sink sink) {
        try (Context context = DirectContext.open(model)) {
            return new Sequential().decode(context, request, sink);
        }
    }

    private static Generation write(Request request) {
        return write(MODEL, request, Sink.NONE);
    }

    @Test
    void greedyTokensAreTheArgMaxOfEachLaw() {
        Generation written = write(Request.of(PROMPT).withMaxNewTokens(20));
        Tokens line = PROMPT;
        for (int i = 0; i < 20; i++) {
            int best = MODEL.law(line).argMax();
            assertThat(written.tokens().get(i)).isEqualTo(best);
            assertThat(written.logProbabilities().get(i))
                    .isEqualTo(MODEL.law(line).logProbability(best));
            line = line.plus(best);
        }
        assertThat(written.finish()).isEqualTo(new Finish.Length());
    }

    @Test
    void tokensTakeAsManyPassesAsTheyAre() {
        Generation written = write(Request.of(PROMPT).withMaxNewTokens(20));
        assertThat(written.ledger().forwards()).isEqualTo(20);
        assertThat(written.ledger().rows()).isEqualTo(PROMPT.size() + 19);
        assertThat(write(Request.of(PROMPT).withMaxNewTokens(0)).ledger().forwards()).isZero();
    }

    @Test
    void aFullContextEndsTheTextAfterTheLastTokenItPredicts() {
        Generation written =
                write(MODEL.holding(6), Request.of(PROMPT).withMaxNewTokens(50), Sink.NONE);
        assertThat(written.tokens().size()).isEqualTo(5);
        assertThat(written.finish()).isEqualTo(new Finish.Length());
    }

    @Test
    void aStopTokenEndsTheTextAndIsNotPartOfIt() {
        Tokens free = write(Request.of(PROMPT).withMaxNewTokens(20)).tokens();
        int stop = free.get(7);
        int first = free.stream().boxed().toList().indexOf(stop);
        Request request = Request.of(PROMPT).withMaxNewTokens(20).withStops(Stops.at(stop));
        Generation written = write(request);
        assertThat(written.tokens()).isEqualTo(free.slice(0, first));
        assertThat(written.finish()).isEqualTo(new Finish.StopToken(stop));
    }

    @Test
    void noStopTokenIsDrawnBeforeTheLeastLength() {
        Request request =
                Request.of(PROMPT)
                        .withSampling(Sampling.PLAIN)
                        .withStops(Stops.at(0, 1, 2, 3))
                        .withLimits(Limits.of(9).withMinNewTokens(9));
        assertThat(write(request).tokens()).isEqualTo(Tokens.of(4, 4, 4, 4, 4, 4, 4, 4, 4));
    }

    @Test
    void theSinkSeesEachTokenAndItsRefusalCancels() {
        List<Step> steps = new ArrayList<>();
        Generation written =
                write(
                        MODEL,
                        Request.of(PROMPT).withMaxNewTokens(20).withAlternatives(3),
                        step -> steps.add(step) && steps.size() < 4);
        assertThat(written.finish()).isEqualTo(new Finish.Cancelled());
        assertThat(steps).extracting(Step::token).hasSize(4);
        assertThat(written.tokens().size()).isEqualTo(4);
        assertThat(written.ledger().forwards()).isEqualTo(4);
        assertThat(steps.getFirst().raw().entries()).hasSize(3);
        assertThat(steps.getFirst().filtered().best().probability()).isEqualTo(1);
    }

    @Test
    void theTimeEndsTheText() {
        TableModel slow = MODEL.costing(new Cost(Duration.ofMillis(5), Duration.ZERO));
        Request request =
                Request.of(PROMPT).withLimits(Limits.of(1000).within(Duration.ofMillis(40)));
        Generation written = write(slow, request, Sink.NONE);
        assertThat(written.finish()).isEqualTo(new Finish.TimeUp());
        assertThat(written.tokens().size()).isBetween(1, 8);
    }

    @Test
    void aSeedGivesTheSameTokensWithTheBestIdsOrTheWholeLaw() {
        Request request =
                Request.of(PROMPT)
                        .withMaxNewTokens(100)
                        .withSampling(Sampling.PLAIN.withTopK(3))
                        .withSeed(11);
        Request whole = request.withSampling(request.sampling().withLogitBias(Map.of(1, 0.0)));
        assertThat(write(request).tokens()).isEqualTo(write(whole).tokens());
        assertThat(write(request).tokens()).isEqualTo(write(request).tokens());
        assertThat(write(request).tokens()).isNotEqualTo(write(request.withSeed(12)).tokens());
    }

    @Test
    void anInterruptCancels() throws Exception {
        TableModel slow = MODEL.costing(new Cost(Duration.ofMillis(2), Duration.ZERO));
        try (Engine engine = new Engine(slow)) {
            List<Generation> ended = new ArrayList<>();
            CountDownLatch some = new CountDownLatch(5);
            Sink counting =
                    _ -> {
                        some.countDown();
                        return true;
                    };
            Request endless = Request.of(PROMPT).withMaxNewTokens(100_000);
            Thread writer =
                    Thread.ofVirtual()
                            .start(
                                    () ->
                                            ended.add(
                                                    engine.call(
                                                            context ->
                                                                    new Sequential()
                                                                            .decode(
                                                                                    context,
                                                                                    endless,
                                                                                    counting))));
            some.await();
            writer.interrupt();
            writer.join();
            assertThat(ended.getFirst().finish()).isEqualTo(new Finish.Cancelled());
            assertThat(ended.getFirst().tokens().size()).isPositive();
            assertThat(engine.stats().running()).isZero();
            assertThat(engine.stats().contexts()).isZero();
        }
    }

    @Test
    void anEmptyPromptAndForeignIdsAreRefusedInWords() {
        assertThatThrownBy(() -> Request.of(Tokens.NONE)).hasMessageContaining("begin token");
        assertThatThrownBy(() -> write(Request.of(Tokens.of(9))))
                .hasMessageContaining("id 9")
                .hasMessageContaining("[0, 5)");
        assertThatThrownBy(
                        () ->
                                write(
                                        Request.of(PROMPT)
                                                .withStops(
                                                        new Stops(
                                                                Set.of(5),
                                                                List.of(),
                                                                Optional.empty()))))
                .hasMessageContaining("stop tokens name id 5");
        assertThatThrownBy(
                        () ->
                                write(
                                        Request.of(PROMPT)
                                                .withSampling(
                                                        Sampling.PLAIN.withLogitBias(
                                                                Map.of(5, 1.0)))))
                .hasMessageContaining("logitBias names id 5");
    }

    @Test
    void stopStringsOverTokenBordersNeverShow() {
        // ids spell bytes of "a€b", one byte a token
        byte[] bytes = "a€b€".getBytes(StandardCharsets.UTF_8);
        TableModel speller =
                TableModel.of(bytes.length + 1, seen -> Categorical.certain(seen.size() - 1));
        Text text = token -> new byte[] {bytes[token]};
        List<String> shown = new ArrayList<>();
        Request request =
                Request.of(Tokens.of(bytes.length))
                        .withMaxNewTokens(bytes.length)
                        .withStops(Stops.NONE.reading(text).withStrings("€b€x", "b€"));
        Generation written = write(speller, request, step -> shown.add(step.text()));
        assertThat(written.text()).isEqualTo("a€");
        assertThat(String.join("", shown) + written.rest()).isEqualTo("a€");
        assertThat(written.finish()).isEqualTo(new Finish.StopString("b€"));
    }
}
