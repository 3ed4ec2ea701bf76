package org.cumae.decode.speculative.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.cumae.decode.Decoder;
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
import org.cumae.decode.speculative.draft.Masks.Strategy;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Finding;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.exact.ExactLaw;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Input;
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
import java.util.Optional;

/// Masks that ride along: where they stand, what becomes of them, and what they save.
class MasksTest {
    private static final int VOCABULARY = 5;
    private static final int TEXTS = 20;
    private static final int TOKENS = 500;
    private static final int MOST_CHECKED = 150; // rows held; the rest is more of the same
    private static final Tokens PROMPT = Tokens.of(1, 4, 2);

    /// Continues each text in one way, and foresees under masks a share of the time: with noise of
    /// the token that they stand behind and of their number.
    ///
    /// It refuses masks that do not see exactly one row of each place up to their own.
    private record Seer(int masks, double share, long seed) implements Model {
        @Override
        public Card card() {
            return new Card(
                    "seer",
                    VOCABULARY,
                    1 << 16,
                    EnumSet.of(
                            Capability.NEXT_TOKEN, Capability.ROLLBACK, Capability.ANY_VISIBILITY),
                    masks);
        }

        static int written(int place) {
            return (int) (Noise.of(77, place).uniform(0) * VOCABULARY);
        }

        @Override
        public State open() {
            return new RowState();
        }

        @Override
        public List<Answer> forward(List<Part> pass) {
            return pass.stream()
                    .map(part -> answer((RowState) part.state(), part.query()))
                    .toList();
        }

        private Answer answer(RowState state, Query query) {
            int cached = state.length();
            RowState longer = state.plus(query);
            for (int row = 0; row < query.rows() && cached < MOST_CHECKED; row++) {
                check(longer, query, cached, row);
            }
            List<Finding> findings = new ArrayList<>();
            for (Want want : query.wants()) {
                int row = cached + want.row();
                findings.add(want.answeredBy(law(longer.token(row), longer.position(row))));
            }
            state.become(longer);
            return new Answer(findings);
        }

        private static void check(RowState rows, Query query, int cached, int row) {
            int place = rows.position(cached + row);
            int[] seen = new int[place + 1];
            for (int column = 0; column < cached + query.rows(); column++) {
                if (query.visibility().sees(row, column, cached)) {
                    seen[rows.position(column)]++;
                }
            }
            assertThat(seen).containsOnly(1);
            assertThat(query.input()).isInstanceOf(Input.Ids.class);
        }

        private Categorical law(int token, int place) {
            int right = written(place + 1);
            int mask = token - VOCABULARY;
            boolean foreseen = mask < 0 || Noise.of(seed, place - mask - 1).uniform(mask) < share;
            float[] logits = new float[VOCABULARY];
            logits[foreseen ? right : (right + 1) % VOCABULARY] = 40;
            return Categorical.range(0, logits);
        }

        @Override
        public void close() {}
    }

    private static Masks masks(int count, Strategy strategy) {
        return new Masks(VOCABULARY, count, strategy, Optional.empty());
    }

    private static Speculative drafted(Masks masks, Law law, int length) {
        return new Speculative(masks, law, new DraftLength.Fixed(length), 1);
    }

    private static Generation decode(Model model, Decoder decoder, Request request) {
        try (Context context = DirectContext.open(model)) {
            Generation text = decoder.decode(context, request, Sink.NONE);
            assertThat(context.length())
                    .isEqualTo(request.prompt().size() + text.tokens().size() - 1);
            return text;
        }
    }

    private static double tokensPerPass(Strategy strategy, int count, double share) {
        long passes = 0;

        for (int text = 0; text < TEXTS; text++) {
            Request request = Request.of(PROMPT).withMaxNewTokens(TOKENS);
            Seer model = new Seer(count, share, text);
            passes +=
                    decode(model, drafted(masks(count, strategy), new Match(), count), request)
                            .ledger()
                            .forwards();
        }
        return (double) TEXTS * TOKENS / passes;
    }

    /// `(1 - a^(k+1)) / (1 - a)` for quadratic, and `(that + 1 - a^k) / (2 - a^k)` for linear,
    /// which must spend a pass without a draft after each rejection.
    @ParameterizedTest
    @CsvSource({
        "4, 0.8, 3.3616, 2.4849",
        "8, 0.8, 4.3289, 2.8169",
        "8, 0.9, 6.1258, 4.2658",
        "2, 0.8, 2.4400, 2.0588"
    })
    void tokensAPassAreThoseOfTheClosedForms(int k, double a, double quadratic, double linear) {
        assertThat(tokensPerPass(Strategy.QUADRATIC, k, a))
                .isCloseTo(quadratic, within(error(k, quadratic)));
        assertThat(tokensPerPass(Strategy.LINEAR, k, a))
                .isCloseTo(linear, within(error(k, linear)));
    }

    /// Three standard errors of tokens a pass that lie in `[1, k + 1]`.
    private static double error(int k, double tokensPerPass) {
        return 3 * (k / 2.0) / Math.sqrt(TEXTS * TOKENS / tokensPerPass);
    }

    @Test
    void whatIsAlwaysForeseenIsWrittenAtOnce() {
        Request request = Request.of(PROMPT).withMaxNewTokens(100);
        for (Strategy strategy : Strategy.values()) {
            Generation text =
                    decode(new Seer(4, 1, 0), drafted(masks(4, strategy), new Match(), 4), request);
            for (int i = 0; i < 100; i++) {
                assertThat(text.tokens().get(i)).isEqualTo(Seer.written(PROMPT.size() + i));
            }
            assertThat(text.ledger().forwards()).as("1 token, then 5 a pass").isEqualTo(21);
        }
    }

    @Test
    void aShorterDraftTakesFewerMasks() {
        Masks quadratic = masks(4, Strategy.QUADRATIC);
        assertThat(quadratic.riders(2)).isEqualTo(6);
        assertThat(quadratic.riders(4)).isEqualTo(20);
        assertThat(quadratic.riders(9)).isEqualTo(20);
        assertThat(quadratic.by(Strategy.LINEAR).riders(3)).isEqualTo(3);
        Request request = Request.of(PROMPT).withMaxNewTokens(61);
        Generation text = decode(new Seer(4, 1, 0), drafted(quadratic, new Match(), 2), request);
        assertThat(text.ledger().forwards()).isEqualTo(21);
        assertThat(text.ledger().rows())
                .as("the prompt with 2 masks, then 9 rows a pass, fewer at the end")
                .isBetween(5L + 19 * 9, 5L + 20 * 9);
    }

    /// A table with masks: whatever stands under one, the law of the last known token is its own.
    private record Blind(TableModel table) implements Model {
        @Override
        public Card card() {
            Card plain = table.card();
            return new Card(
                    plain.name(), plain.vocabulary(), plain.maxLength(), plain.capabilities(), 3);
        }

        @Override
        public State open() {
            return table.open();
        }

        @Override
        public List<Answer> forward(List<Part> pass) {
            return table.forward(
                    pass.stream()
                            .map(
                                    part -> {
                                        Query query = part.query();
                                        Tokens ids = ((Input.Ids) query.input()).tokens();
                                        int[] known =
                                                ids.stream()
                                                        .map(id -> card().isMask(id) ? 0 : id)
                                                        .toArray();
                                        return new Part(
                                                part.state(),
                                                new Query(
                                                        new Input.Ids(Tokens.of(known)),
                                                        query.positions(),
                                                        query.visibility(),
                                                        query.wants()));
                                    })
                            .toList());
        }

        @Override
        public void close() {}
    }

    @Test
    void everyExactLawWritesTheTargetsLaw() {
        TableModel table = TableModel.random(3, 2, 5);
        Request request =
                Request.of(Tokens.of(1, 0, 2)).withSampling(Sampling.PLAIN).withMaxNewTokens(4);
        ExactLaw<Tokens> expected = ExactLaw.of(new Sequential(), table, request);
        for (Strategy strategy : Strategy.values()) {
            Masks masks = new Masks(3, 3, strategy, Optional.empty());
            for (Law law : List.of(new Match(), new Chain(), new Block())) {
                ExactLaw<Tokens> written =
                        ExactLaw.of(drafted(masks, law, 3), new Blind(table), request);
                assertThat(written.error(expected))
                        .as("%s, %s", law.name(), strategy)
                        .isLessThan(1e-12);
            }
        }
    }

    /// Of independent tokens the likeliest is foreseen, and is right as often as it is drawn.
    @Test
    void independentTokensAreForeseenAsOftenAsTheLikeliestIsDrawn() {
        double a = .7;
        Blind model = new Blind(TableModel.of(3, _ -> Categorical.ofWeights(1 - a, a, 0)));
        Masks masks = new Masks(3, 3, Strategy.QUADRATIC, Optional.empty());
        long passes = 0;
        for (int text = 0; text < TEXTS; text++) {
            Request request =
                    Request.of(Tokens.of(1))
                            .withSampling(Sampling.PLAIN)
                            .withSeed(text)
                            .withMaxNewTokens(TOKENS);
            passes += decode(model, drafted(masks, new Match(), 3), request).ledger().forwards();
        }
        double expected = (1 - Math.pow(a, 4)) / (1 - a);
        assertThat((double) TEXTS * TOKENS / passes)
                .isCloseTo(expected, within(error(3, expected)));
    }

    @Test
    void theTextIsThatOfPlainDecodingWhateverTheLengthAndTheEngine() {
        TableModel table = TableModel.random(3, 2, 5);
        try (Engine engine = new Engine(new Blind(table))) {
            for (int seed = 0; seed < 20; seed++) {
                Request request =
                        Request.of(Tokens.of(1, 0, 2))
                                .withSampling(Sampling.PLAIN)
                                .withSeed(seed)
                                .withMaxNewTokens(40);
                Tokens plain =
                        engine.call(context -> new Sequential().decode(context, request, Sink.NONE))
                                .tokens();
                for (Strategy strategy : Strategy.values()) {
                    Masks masks = new Masks(3, 3, strategy, Optional.empty());
                    for (Law law : List.of(new Match(), new Gumbel())) {
                        List<DraftLength> lengths =
                                List.of(
                                        new DraftLength.Fixed(0),
                                        new DraftLength.Fixed(1),
                                        new DraftLength.Fixed(3),
                                        new DraftLength.Auto(3, new Tempo()));
                        for (DraftLength length : lengths) {
                            Speculative decoder = new Speculative(masks, law, length, 1);
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
    }

    @Test
    void masksOfAnotherModelAreRefused() {
        assertThatThrownBy(
                        () ->
                                decode(
                                        new Seer(2, 1, 0),
                                        drafted(masks(4, Strategy.LINEAR), new Match(), 4),
                                        Request.of(PROMPT)))
                .hasMessageContaining("knows 4 masks from id 5 and model seer has 2 from id 5");
    }
}
