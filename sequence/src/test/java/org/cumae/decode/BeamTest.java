package org.cumae.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.cumae.decode.Beam.Patience;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.TableModel;
import org.cumae.model.Tokens;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

class BeamTest {
    private static final int VOCABULARY = 4;
    private static final int LENGTH = 4;
    private static final int STOP = 3;
    private static final Tokens PROMPT = Tokens.of(0, 1);

    private record Found(Tokens tokens, double score) {}

    private static Generation search(TableModel model, Beam beam, Request request) {
        try (Context context = DirectContext.open(model)) {
            Generation found = beam.decode(context, request, Sink.NONE);
            assertThat(context.length()).isEqualTo(request.prompt().size());
            return found;
        }
    }

    /// The best line of all, by looking at every one.
    private static Found best(
            TableModel model, Tokens line, double sum, double penalty, boolean stops) {
        int written = line.size() - PROMPT.size();
        if (written == LENGTH) {
            return new Found(written(line), sum / Math.pow(written, penalty));
        }
        Categorical law = model.law(line);
        Found best = new Found(Tokens.NONE, Double.NEGATIVE_INFINITY);
        for (int token = 0; token < VOCABULARY; token++) {
            double longer = sum + law.logProbability(token);
            Found found =
                    stops && token == STOP
                            ? new Found(written(line), longer / Math.pow(written + 1, penalty))
                            : best(model, line.plus(token), longer, penalty, stops);
            best = found.score > best.score ? found : best;
        }
        return best;
    }

    private static Tokens written(Tokens line) {
        return line.slice(PROMPT.size(), line.size());
    }

    @Test
    void aBeamAsWideAsTheTreeFindsTheBestLine() {
        for (int seed = 0; seed < 30; seed++) {
            TableModel model = TableModel.random(VOCABULARY, 2, seed);
            for (double penalty : new double[] {0, 1, -0.5, 2}) {
                for (boolean stops : new boolean[] {false, true}) {
                    Request request =
                            Request.of(PROMPT)
                                    .withMaxNewTokens(LENGTH)
                                    .withStops(stops ? Stops.at(STOP) : Stops.NONE);
                    Generation found =
                            search(model, new Beam(256, penalty, Patience.EXACT), request);
                    Found best = best(model, PROMPT, 0, penalty, stops);
                    assertThat(found.tokens()).isEqualTo(best.tokens);
                    assertThat(found.candidates().getFirst().score())
                            .isCloseTo(best.score, within(1e-12));
                }
            }
        }
    }

    @Test
    void aBeamOfOneIsGreedy() {
        for (int seed = 0; seed < 20; seed++) {
            TableModel model = TableModel.random(VOCABULARY, 2, seed);
            Request request = Request.of(PROMPT).withMaxNewTokens(9).withStops(Stops.at(STOP));
            Generation found = search(model, new Beam(1), request);
            try (Context context = DirectContext.open(model)) {
                Generation greedy = new Sequential().decode(context, request, Sink.NONE);
                assertThat(found.tokens()).isEqualTo(greedy.tokens());
                assertThat(found.finish()).isEqualTo(greedy.finish());
                assertThat(found.logProbabilities()).isEqualTo(greedy.logProbabilities());
            }
        }
    }

    /// Worked out by hand: greedy takes 0 (0.6) and then finds nothing better than 0.4; the beam
    /// takes 1 (0.4) and then 0.9.
    @Test
    void aWiderBeamSeesWhatGreedyMisses() {
        TableModel model =
                TableModel.of(
                        3,
                        seen ->
                                seen.size() == 1
                                        ? Categorical.ofWeights(.6, .4, 0)
                                        : seen.last() == 0
                                                ? Categorical.ofWeights(.4, .3, .3)
                                                : Categorical.ofWeights(.05, .05, .9));
        Request request = Request.of(Tokens.of(2)).withMaxNewTokens(2);
        Generation one = search(model, new Beam(1), request);
        Generation two = search(model, new Beam(2), request);
        assertThat(one.tokens()).isEqualTo(Tokens.of(0, 0));
        assertThat(two.tokens()).isEqualTo(Tokens.of(1, 2));
        assertThat(two.candidates().getFirst().logProbability())
                .isCloseTo(Math.log(.36), within(1e-6));
        assertThat(two.candidates().get(1).tokens()).isEqualTo(Tokens.of(0, 0));
        assertThat(two.ledger().forwards()).isEqualTo(2);
    }

    @Test
    void theBestLinesAreReturnedBestFirst() {
        TableModel model = TableModel.random(VOCABULARY, 2, 3);
        Request request = Request.of(PROMPT).withMaxNewTokens(6).withStops(Stops.at(STOP));
        Generation found = search(model, new Beam(5), request);
        List<Double> scores = found.candidates().stream().map(Generation.Candidate::score).toList();
        assertThat(scores).hasSize(5).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(found.candidates().getFirst().tokens()).isEqualTo(found.tokens());
    }

    @Test
    void provisionalStepsLeadToTheCommittedOnes() {
        TableModel model = TableModel.random(VOCABULARY, 2, 8);
        List<Step> steps = new ArrayList<>();
        try (Context context = DirectContext.open(model)) {
            Request request = Request.of(PROMPT).withMaxNewTokens(8);
            Generation found = new Beam(3).decode(context, request, steps::add);
            List<Step> committed =
                    steps.stream().filter(s -> s.state() == Step.State.COMMITTED).toList();
            assertThat(committed)
                    .extracting(Step::token)
                    .isEqualTo(found.tokens().stream().boxed().toList());
            assertThat(steps.size()).isGreaterThan(committed.size());
        }
    }

    @Test
    void samplingHasItsSayAndTemperatureZeroSearchesThePlainLaw() {
        TableModel model = TableModel.random(VOCABULARY, 2, 4);
        Request request = Request.of(PROMPT).withMaxNewTokens(LENGTH);
        Tokens plain = search(model, new Beam(8), request).tokens();
        Tokens banned =
                search(
                                model,
                                new Beam(8),
                                request.withSampling(
                                        Sampling.GREEDY.withLogitBias(
                                                java.util.Map.of(
                                                        plain.get(0), Double.NEGATIVE_INFINITY))))
                        .tokens();
        assertThat(banned.stream().boxed()).doesNotContain(plain.get(0));
        assertThat(search(model, new Beam(8), request.withSampling(Sampling.PLAIN)).tokens())
                .isEqualTo(plain);
    }

    @Test
    void everyContextIsClosedAtTheEnd() {
        try (Engine engine = new Engine(TableModel.random(VOCABULARY, 2, 4))) {
            Request request = Request.of(PROMPT).withMaxNewTokens(12);
            Tokens fused =
                    engine.call(context -> new Beam(6).decode(context, request, Sink.NONE))
                            .tokens();
            assertThat(engine.stats().contexts()).isZero();
            assertThat(fused)
                    .isEqualTo(
                            search(TableModel.random(VOCABULARY, 2, 4), new Beam(6), request)
                                    .tokens());
        }
    }

    @Test
    void stopStringsEndLines() {
        TableModel model = TableModel.random(VOCABULARY, 2, 6);
        Text letters = token -> new byte[] {(byte) ('a' + token)};
        Request free = Request.of(PROMPT).withMaxNewTokens(6);
        Tokens line = search(model, new Beam(2), free).tokens();
        String stop = "" + (char) ('a' + line.get(1)) + (char) ('a' + line.get(2));
        Request request = free.withStops(Stops.NONE.reading(letters).withStrings(stop));
        Generation found = search(model, new Beam(2), request);
        assertThat(found.text()).doesNotContain(stop);
    }
}
