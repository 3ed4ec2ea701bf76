package org.cumae.decode.speculative.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import org.cumae.decode.Decoder;
import org.cumae.decode.Draft;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.decode.speculative.Block;
import org.cumae.decode.speculative.Chain;
import org.cumae.decode.speculative.DraftLength;
import org.cumae.decode.speculative.Gumbel;
import org.cumae.decode.speculative.Law;
import org.cumae.decode.speculative.Match;
import org.cumae.decode.speculative.Speculative;
import org.cumae.decode.speculative.Tempo;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Finding;
import org.cumae.distribution.Sampling;
import org.cumae.distribution.Vector;
import org.cumae.engine.Engine;
import org.cumae.exact.ExactLaw;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.CapabilityException;
import org.cumae.model.Card;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.RowState;
import org.cumae.model.State;
import org.cumae.model.TableModel;
import org.cumae.model.Tokens;
import org.cumae.model.Want;
import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Heads on hidden states: whose state they read, what becomes of what they foresee, what it saves.
class MedusaTest {
    private static final int TEXTS = 20;
    private static final int TOKENS = 500;
    private static final int COUNT = 4;
    private static final Tokens PROMPT = Tokens.of(1, 0, 2);

    /// A table whose hidden state of a row is the row's place and token.
    private record Open(TableModel table) implements Model {
        @Override
        public Card card() {
            Card plain = table.card();
            Set<Capability> more = EnumSet.copyOf(plain.capabilities());
            more.add(Capability.HIDDEN_STATES);
            return new Card("open", plain.vocabulary(), plain.maxLength(), more);
        }

        @Override
        public State open() {
            return table.open();
        }

        @Override
        public List<Answer> forward(List<Part> pass) {
            return pass.stream().map(this::answer).toList();
        }

        private Answer answer(Part part) {
            Query query = part.query();
            RowState rows = ((RowState) part.state()).plus(query);
            int held = rows.length() - query.rows();
            Query plain =
                    query.wanting(
                            query.wants().stream()
                                    .filter(want -> !(want instanceof Want.Hidden))
                                    .toList());
            List<Finding> laws =
                    new ArrayList<>(
                            table.forward(List.of(new Part(part.state(), plain)))
                                    .getFirst()
                                    .findings());
            return new Answer(
                    query.wants().stream()
                            .map(
                                    want ->
                                            want instanceof Want.Hidden(int row)
                                                    ? new Vector(
                                                            rows.position(held + row),
                                                            rows.token(held + row))
                                                    : laws.removeFirst())
                            .toList());
        }

        @Override
        public void close() {}
    }

    /// Continues every text in one way.
    private static Open certain() {
        return new Open(
                TableModel.of(
                        5,
                        seen -> {
                            float[] logits = new float[5];
                            logits[written(seen.size())] = 40;
                            return Categorical.range(0, logits);
                        }));
    }

    private static int written(int place) {
        return (int) (Noise.of(77, place).uniform(0) * 5);
    }

    /// Heads that foresee what will be written a share of the time.
    private static Medusa seeing(double share, long seed) {
        return new Medusa(
                COUNT,
                (hidden, wants) -> {
                    int place = (int) hidden.get(0);
                    List<Finding> findings = new ArrayList<>();
                    for (int head = 0; head < wants.size(); head++) {
                        int right = written(place + 2 + head);
                        boolean foreseen = Noise.of(seed, place).uniform(head) < share;
                        float[] logits = new float[5];
                        logits[foreseen ? right : (right + 1) % 5] = 40;
                        findings.add(wants.get(head).answeredBy(Categorical.range(0, logits)));
                    }
                    return findings;
                });
    }

    /// Heads with laws by chance that follow from the token whose state they read.
    private static Medusa blind(int vocabulary) {
        return new Medusa(
                COUNT,
                (hidden, wants) -> {
                    List<Finding> findings = new ArrayList<>();
                    for (int head = 0; head < wants.size(); head++) {
                        double[] weights = new double[vocabulary];
                        for (int id = 0; id < vocabulary; id++) {
                            weights[id] =
                                    0.1 + Noise.of(5, (long) hidden.get(1)).at(head).uniform(id);
                        }
                        findings.add(wants.get(head).answeredBy(Categorical.ofWeights(weights)));
                    }
                    return findings;
                });
    }

    private static Speculative drafted(Medusa heads, Law law, int length, int width) {
        return new Speculative(heads, law, new DraftLength.Fixed(length), width);
    }

    private static Generation decode(Model model, Decoder decoder, Request request) {
        try (Context context = DirectContext.open(model)) {
            Generation text = decoder.decode(context, request, Sink.NONE);
            assertThat(context.length())
                    .isEqualTo(request.prompt().size() + text.tokens().size() - 1);
            return text;
        }
    }

    /// `(1 - a^(k+1)) / (1 - a)`, with no row but the draft's.
    @ParameterizedTest
    @CsvSource({"4, 0.8, 3.3616", "2, 0.8, 2.4400", "4, 0.6, 2.3056"})
    void tokensAPassAreThoseOfTheClosedForm(int k, double a, double expected) {
        long passes = 0;
        for (int text = 0; text < TEXTS; text++) {
            Request request = Request.of(PROMPT).withMaxNewTokens(TOKENS);
            Generation written =
                    decode(certain(), drafted(seeing(a, text), new Match(), k, 1), request);
            passes += written.ledger().forwards();
            assertThat(written.ledger().rows())
                    .isLessThanOrEqualTo(3 + (1L + k) * (written.ledger().forwards() - 1));
        }
        double tolerance = 3 * (k / 2.0) / Math.sqrt(TEXTS * TOKENS / expected);
        assertThat((double) TEXTS * TOKENS / passes).isCloseTo(expected, within(tolerance));
    }

    @Test
    void whatIsAlwaysForeseenIsWrittenAtOnce() {
        Request request = Request.of(PROMPT).withMaxNewTokens(101);
        for (int width : new int[] {1, 3}) {
            Generation text =
                    decode(certain(), drafted(seeing(1, 0), new Match(), COUNT, width), request);
            for (int i = 0; i < 101; i++) {
                assertThat(text.tokens().get(i)).isEqualTo(written(PROMPT.size() + i));
            }
            assertThat(text.ledger().forwards()).as("1 token, then 5 a pass").isEqualTo(21);
        }
    }

    @Test
    void everyExactLawWritesTheTargetsLaw() {
        TableModel table = TableModel.random(3, 2, 5);
        for (Sampling sampling : List.of(Sampling.PLAIN, Sampling.PLAIN.withTopK(2))) {
            Request request = Request.of(PROMPT).withSampling(sampling).withMaxNewTokens(4);
            ExactLaw<Tokens> expected = ExactLaw.of(new Sequential(), table, request);
            double tolerance = sampling.enough() > 0 ? 1e-7 : 1e-12;
            for (Speculative decoder :
                    List.of(
                            drafted(blind(3), new Match(), 3, 1),
                            drafted(blind(3), new Match(), 2, 2),
                            drafted(blind(3), new Chain(), 3, 1),
                            drafted(blind(3), new Block(), 3, 1))) {
                assertThat(ExactLaw.of(decoder, new Open(table), request).error(expected))
                        .as("%s", decoder)
                        .isLessThan(tolerance);
            }
        }
    }

    @Test
    void aTreeHoldsTheLikeliestPaths() {
        // 1: .6, 0: .4, then 1 1: .36, and of the two paths with .24 the one that was found first
        Medusa heads =
                new Medusa(
                        2,
                        (_, wants) ->
                                wants.stream()
                                        .map(
                                                want ->
                                                        want.answeredBy(
                                                                Categorical.ofWeights(
                                                                        new double[] {.4, .6, 0})))
                                        .toList());
        List<Draft> drafts = new ArrayList<>();
        try (Context context = DirectContext.open(new Open(TableModel.random(3, 2, 5)))) {
            drafted(heads, new Match(), 2, 2)
                    .decode(
                            context,
                            Request.of(PROMPT).withMaxNewTokens(20).withAlternatives(1),
                            step -> {
                                step.draft().ifPresent(drafts::add);
                                return true;
                            });
        }
        assertThat(drafts.getFirst().guesses())
                .extracting(Draft.Guess::parent, Draft.Guess::token)
                .containsExactly(tuple(-1, 1), tuple(-1, 0), tuple(0, 1), tuple(0, 0));
    }

    @Test
    void theTextIsThatOfPlainDecodingWhateverTheLengthAndTheEngine() {
        try (Engine engine = new Engine(new Open(TableModel.random(3, 2, 5)))) {
            for (int seed = 0; seed < 20; seed++) {
                Request request =
                        Request.of(PROMPT)
                                .withSampling(Sampling.PLAIN)
                                .withSeed(seed)
                                .withMaxNewTokens(40);
                Tokens plain =
                        engine.call(context -> new Sequential().decode(context, request, Sink.NONE))
                                .tokens();
                for (Law law : List.of(new Match(), new Gumbel())) {
                    for (DraftLength length :
                            List.of(
                                    new DraftLength.Fixed(0),
                                    new DraftLength.Fixed(1),
                                    new DraftLength.Fixed(4),
                                    new DraftLength.Auto(4, new Tempo()))) {
                        Speculative decoder = new Speculative(blind(3), law, length, 1);
                        assertThat(
                                        engine.call(
                                                        context ->
                                                                decoder.decode(
                                                                        context, request,
                                                                        Sink.NONE))
                                                .tokens())
                                .isEqualTo(plain);
                    }
                }
            }
        }
    }

    @Test
    void aTargetThatHidesItsStatesIsRefused() {
        assertThatThrownBy(
                        () ->
                                decode(
                                        TableModel.random(3, 2, 5),
                                        drafted(blind(3), new Match(), 2, 1),
                                        Request.of(PROMPT)))
                .isInstanceOf(CapabilityException.class)
                .hasMessageContaining("draft medusa needs hidden states");
    }
}
