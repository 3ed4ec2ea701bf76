package org.cumae.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.cumae.decode.Choice;
import org.cumae.decode.Decoder;
import org.cumae.decode.Generation;
import org.cumae.decode.Limits;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.decode.Stops;
import org.cumae.decode.Transcript;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Constraint;
import org.cumae.distribution.Excerpt;
import org.cumae.distribution.History;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.engine.EngineLimits;
import org.cumae.grammar.Grammar;
import org.cumae.grammar.GrammarConstraint;
import org.cumae.grammar.Regex;
import org.cumae.grammar.TokenTrie;
import org.cumae.model.Capability;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Query;
import org.cumae.model.TableModel;
import org.cumae.model.Tokens;
import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

class ExactLawTest {
    private static final double ROUNDING = 1e-12;
    private static final int VOCABULARY = 4;
    private static final int LENGTH = 4;
    private static final Tokens PROMPT = Tokens.of(1, 0, 2);
    private static final TableModel MODEL = TableModel.random(VOCABULARY, 2, 5);

    private static final Constraint NO_A_TWICE = constraint("(a?[bcd])*");

    private static final List<Sampling> SAMPLINGS =
            List.of(
                    Sampling.PLAIN,
                    Sampling.GREEDY,
                    Sampling.PLAIN.withTemperature(0.7),
                    Sampling.PLAIN.withTopK(2),
                    Sampling.PLAIN.withTopP(0.8),
                    Sampling.PLAIN.withMinP(0.3),
                    Sampling.PLAIN.withTypicalP(0.7),
                    Sampling.PLAIN.withRepetitionPenalty(1.3),
                    Sampling.PLAIN.withPresencePenalty(0.8),
                    Sampling.PLAIN.withFrequencyPenalty(-0.6),
                    Sampling.PLAIN.withLogitBias(Map.of(2, 1.5, 0, Double.NEGATIVE_INFINITY)),
                    Sampling.PLAIN.withAllowed(Set.of(1, 3)),
                    Sampling.PLAIN.withConstraint(NO_A_TWICE),
                    Sampling.PLAIN.withTopP(0.8).withConstraint(NO_A_TWICE),
                    Sampling.PLAIN.withBanned(List.of(List.of(1, 1), List.of(0, 2, 3))),
                    new Sampling(
                            0.8,
                            3,
                            0.9,
                            0.05,
                            0.95,
                            1.2,
                            0.3,
                            0.2,
                            Map.of(1, -0.5),
                            Set.of(),
                            List.of(List.of(3, 3)),
                            Optional.of(NO_A_TWICE)));

    private static Constraint constraint(String expression) {
        IntFunction<byte[]> letters = id -> new byte[] {(byte) ('a' + id)};
        return new GrammarConstraint(
                Grammar.of(Regex.parse(expression)),
                new TokenTrie(VOCABULARY, letters),
                letters,
                Set.of());
    }

    /// The law that the table and the sampling make, by multiplying along every line.
    private static ExactLaw<Tokens> product(Sampling sampling, int length) {
        Map<Tokens, Double> law = new HashMap<>();
        extend(PROMPT, sampling.history(PROMPT.toArray()), 1, sampling, length, law);
        return new ExactLaw<>(law, law.size());
    }

    private static void extend(
            Tokens line,
            History history,
            double p,
            Sampling sampling,
            int left,
            Map<Tokens, Double> law) {
        if (left == 0) {
            law.merge(line.slice(PROMPT.size(), line.size()), p, Double::sum);
            return;
        }
        Categorical next = sampling.law(MODEL.law(line), history);
        int written = history.written();
        for (int token = 0; token < VOCABULARY; token++) {
            if (next.probability(token) > 0) {
                history.add(token);
                extend(
                        line.plus(token),
                        history,
                        p * next.probability(token),
                        sampling,
                        left - 1,
                        law);
                history.truncate(written);
            }
        }
    }

    @Test
    void sequentialWritesTheLawOfTheTableUnderEverySampling() {
        for (Sampling sampling : SAMPLINGS) {
            Request request = Request.of(PROMPT).withMaxNewTokens(LENGTH).withSampling(sampling);
            ExactLaw<Tokens> written = ExactLaw.of(new Sequential(), MODEL, request);
            ExactLaw<Tokens> expected = product(sampling, LENGTH);
            // the best few ids come as log-probabilities and are rounded once more
            double tolerance = sampling.enough() > 0 ? 1e-7 : ROUNDING;
            assertThat(written.total()).isCloseTo(1, within(ROUNDING));
            assertThat(written.error(expected)).as("%s", sampling).isLessThan(tolerance);
        }
    }

    @Test
    void theEngineChangesNoLaw() {
        EngineLimits narrow = EngineLimits.DEFAULT.withMaxRows(2); // prompt in chunks
        try (Engine engine = new Engine(MODEL, narrow)) {
            Request request = Request.of(PROMPT).withMaxNewTokens(3).withSampling(Sampling.PLAIN);
            ExactLaw<Tokens> written = ExactLaw.of(new Sequential(), engine, request);
            assertThat(written.error(product(Sampling.PLAIN, 3))).isLessThan(ROUNDING);
        }
    }

    @Test
    void stopTokensCutTheLawWhereTheyStand() {
        Request request =
                Request.of(PROMPT)
                        .withSampling(Sampling.PLAIN)
                        .withStops(Stops.at(3))
                        .withLimits(Limits.of(LENGTH));
        ExactLaw<Tokens> written = ExactLaw.of(new Sequential(), MODEL, request);
        ExactLaw<Tokens> cut =
                product(Sampling.PLAIN, LENGTH)
                        .map(
                                line -> {
                                    int end = line.stream().boxed().toList().indexOf(3);
                                    return end < 0 ? line : line.slice(0, end);
                                });
        assertThat(written.error(cut)).isLessThan(ROUNDING);
    }

    /// 100,000 lines of 3 tokens over 64 cells; false alarm 1e-6. The wrong decoder draws every
    /// token but the first from the law after the prompt, and must be caught.
    @Test
    void keyedDrawsFollowTheExactLawAndAWrongDecoderIsCaught() {
        int lines = 100_000;
        double falseAlarm = 1e-6;
        ExactLaw<Tokens> law = product(Sampling.PLAIN, 3);
        List<Tokens> cells = List.copyOf(law.probabilities().keySet());
        double[] p = cells.stream().mapToDouble(law::probability).toArray();
        assertThat(ChiSquare.falseAlarm(counts(new Sequential(), lines, cells), p))
                .isGreaterThan(falseAlarm);
        assertThat(ChiSquare.falseAlarm(counts(new Forgetful(), lines, cells), p))
                .isLessThan(falseAlarm);
        Request request = Request.of(PROMPT).withMaxNewTokens(3).withSampling(Sampling.PLAIN);
        assertThat(ExactLaw.of(new Forgetful(), MODEL, request).error(law)).isGreaterThan(0.01);
    }

    private static long[] counts(Decoder decoder, int lines, List<Tokens> cells) {
        Map<Tokens, Integer> index = new HashMap<>();
        cells.forEach(cell -> index.put(cell, index.size()));
        long[] counts = new long[cells.size()];
        for (int i = 0; i < lines; i++) {
            Request request =
                    Request.of(PROMPT)
                            .withMaxNewTokens(3)
                            .withSampling(Sampling.PLAIN)
                            .withChance(KeyedChance.of(77, i));
            try (Context context = DirectContext.open(MODEL)) {
                counts[index.get(decoder.decode(context, request, Sink.NONE).tokens())]++;
            }
        }
        return counts;
    }

    @Test
    void whatVariesWithoutChanceIsRefused() {
        AtomicInteger calls = new AtomicInteger();
        assertThatThrownBy(
                        () ->
                                ExactLaw.of(
                                        chance ->
                                                chance.happens(
                                                        calls.incrementAndGet() % 2 == 0
                                                                ? 0.3
                                                                : 0.4,
                                                        0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("depend on its chance alone");
        assertThatThrownBy(
                        () ->
                                ExactLaw.of(
                                        chance ->
                                                chance.draw(Categorical.ofWeights(1, 1), 4)
                                                        + chance.draw(
                                                                Categorical.ofWeights(1, 2), 4)))
                .hasMessageContaining("lanes of their own");
    }

    @Test
    void askingTheSameTwiceGivesTheSame() {
        Categorical coin = Categorical.ofWeights(1, 3);
        ExactLaw<Boolean> law =
                ExactLaw.of(
                        chance -> {
                            int first = chance.draw(coin, 4);
                            return first == chance.draw(coin, 4);
                        });
        assertThat(law.probability(true)).isCloseTo(1, within(ROUNDING));
        ExactLaw<Boolean> lanes =
                ExactLaw.of(chance -> chance.draw(coin, 4) == chance.lane(1).draw(coin, 4));
        assertThat(lanes.probability(true)).isCloseTo(0.625, within(1e-7));
    }

    /// A decoder with a mistake: it never feeds what it wrote.
    private record Forgetful() implements Decoder {
        @Override
        public String name() {
            return "forgetful";
        }

        @Override
        public Set<Capability> needs() {
            return Set.of();
        }

        @Override
        public Generation decode(Context context, Request request, Sink sink) {
            Transcript out = new Transcript(this, context, request, sink);
            Categorical law = context.ask(Query.next(request.prompt())).categorical();
            while (out.isOpen()) {
                int token = request.chance().draw(law, out.position(0));
                Excerpt none = new Excerpt(List.of());
                out.commit(new Choice(token, law.logProbability(token), none, none));
            }
            return out.end();
        }
    }
}
