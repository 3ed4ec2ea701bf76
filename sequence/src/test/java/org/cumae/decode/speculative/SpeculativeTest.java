package org.cumae.decode.speculative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.cumae.decode.speculative.Laws.ROUNDING;

import org.cumae.decode.Decoder;
import org.cumae.decode.Draft;
import org.cumae.decode.Finish;
import org.cumae.decode.Generation;
import org.cumae.decode.Limits;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.decode.Step;
import org.cumae.decode.Stops;
import org.cumae.decode.speculative.draft.Aded;
import org.cumae.decode.speculative.draft.Anything;
import org.cumae.decode.speculative.draft.Ngrams;
import org.cumae.decode.speculative.draft.PromptLookup;
import org.cumae.decode.speculative.draft.SmallModel;
import org.cumae.decode.speculative.draft.Trigrams;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.exact.ChiSquare;
import org.cumae.exact.ExactLaw;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Context;
import org.cumae.model.Cost;
import org.cumae.model.DirectContext;
import org.cumae.model.Query;
import org.cumae.model.TableModel;
import org.cumae.model.Tokens;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The decoder through contexts, masks and rollback: what it writes, what it leaves, what it costs.
class SpeculativeTest {
    private static final Tokens PROMPT = Tokens.of(1, 0, 2);
    private static final TableModel P = TableModel.random(3, 2, 5);
    private static final TableModel Q = TableModel.random(3, 1, 6);
    private static final Drafter MODEL = SmallModel.of(Q);

    private static final List<Drafter> CHOOSERS =
            List.of(
                    PromptLookup.DEFAULT,
                    Ngrams.ngram(),
                    Ngrams.suffix(),
                    Aded.isolated(Trigrams.NONE),
                    Aded.isolated(Trigrams.NONE).by(Aded.Search.TREE_SEARCH));

    /// One of each: what is said of exact laws is said of all of them.
    private static final List<Law> EXACT =
            Stream.concat(Laws.exactOnes().stream(), Stream.of(new Gumbel())).toList();

    private static final List<Sampling> SAMPLINGS =
            List.of(
                    Sampling.GREEDY,
                    Sampling.PLAIN.withTemperature(0.7),
                    Sampling.PLAIN.withTopK(2),
                    Sampling.PLAIN.withTopP(0.8),
                    Sampling.PLAIN.withMinP(0.3),
                    Sampling.PLAIN.withTypicalP(0.7),
                    Sampling.PLAIN.withRepetitionPenalty(1.7),
                    Sampling.PLAIN.withFrequencyPenalty(0.6).withPresencePenalty(-0.4),
                    Sampling.PLAIN.withLogitBias(Map.of(2, 1.5, 0, Double.NEGATIVE_INFINITY)),
                    Sampling.PLAIN.withAllowed(Set.of(1, 2)),
                    Sampling.PLAIN.withBanned(List.of(List.of(1, 1), List.of(0, 2))),
                    Sampling.PLAIN.withConstraint(Laws.constraint("(a?[bc])*")),
                    Sampling.PLAIN.withConstraint(Laws.constraint("ab?|c+b"))); // may end

    /// Each exact law with drafts of a model.
    private static List<Speculative> everyLaw(Drafter model, int length, int width) {
        return EXACT.stream()
                .map(law -> fixed(model, law, length, law.branches() ? width : 1))
                .toList();
    }

    private static Speculative fixed(Drafter drafter, Law law, int length, int width) {
        return new Speculative(drafter, law, new DraftLength.Fixed(length), width);
    }

    private static Generation decode(Decoder decoder, TableModel model, Request request) {
        try (Context context = DirectContext.open(model)) {
            return decoder.decode(context, request, Sink.NONE);
        }
    }

    private static Request sampled(int tokens) {
        return Request.of(PROMPT).withSampling(Sampling.PLAIN).withMaxNewTokens(tokens);
    }

    private static List<Speculative> exactOnes() {
        return List.of(
                fixed(MODEL, new Match(), 2, 2),
                fixed(MODEL, new Chain(), 2, 1),
                fixed(MODEL, new Block(), 2, 1),
                fixed(MODEL, new RecursiveRejection(true), 2, 2),
                fixed(MODEL, new RecursiveRejection(false), 2, 2),
                fixed(MODEL, new Kseq(), 2, 2),
                fixed(PromptLookup.DEFAULT, new Chain(), 3, 1),
                fixed(Ngrams.suffix(), new Block(), 3, 1),
                fixed(Aded.isolated(Trigrams.NONE), new Match(), 3, 2));
    }

    @Test
    void noExactLawIsLeftOut() {
        assertThat(EXACT.stream().<Class<?>>map(Law::getClass).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Law.class.getPermittedSubclasses())
                                .filter(law -> law != Relaxed.class)
                                .toList());
        assertThat(EXACT).allMatch(Law::exact);
    }

    @Test
    void everyExactLawWritesTheTargetsJointLawThroughTheWholeDecoder() {
        ExactLaw<Tokens> expected = Laws.sequential(P, PROMPT, 4);
        for (Speculative decoder : exactOnes()) {
            ExactLaw<Tokens> written = ExactLaw.of(decoder, P, sampled(4));
            assertThat(written.total()).isCloseTo(1, within(ROUNDING));
            assertThat(written.error(expected)).as("%s", decoder).isLessThan(ROUNDING);
        }
    }

    @Test
    void everyExactLawKeepsEverySampling() {
        for (Sampling sampling : SAMPLINGS) {
            Request request = sampled(3).withSampling(sampling);
            ExactLaw<Tokens> expected = ExactLaw.of(new Sequential(), P, request);
            // the best few ids come as log-probabilities and are rounded once more
            double tolerance = sampling.enough() > 0 ? 1e-7 : ROUNDING;
            for (Speculative decoder : exactOnes()) {
                ExactLaw<Tokens> written = ExactLaw.of(decoder, P, request);
                assertThat(written.error(expected))
                        .as("%s under %s", decoder, sampling)
                        .isLessThan(tolerance);
            }
        }
    }

    @Test
    void underEverySamplingTheSeedGivesTheTextOfPlainDecoding() {
        List<Drafter> drafters = new ArrayList<>(CHOOSERS);
        drafters.add(MODEL);
        for (Sampling sampling : SAMPLINGS) {
            Request request = sampled(40).withSampling(sampling).withSeed(4);
            Generation plain = decode(new Sequential(), P, request);
            for (Drafter drafter : drafters) {
                for (Law law : EXACT.stream().filter(Law::keepsNoise).toList()) {
                    Speculative decoder = fixed(drafter, law, 3, 2);
                    assertThat(decode(decoder, P, request))
                            .as("%s under %s", decoder, sampling)
                            .usingRecursiveComparison()
                            .ignoringFields("ledger")
                            .isEqualTo(plain);
                }
            }
        }
    }

    /// 200,000 texts of 4 tokens over 5 ids, 625 cells, for each law; a right one fails by chance
    /// once in 10,000. The wrong ones must be rejected at 1e-6, for which 40,000 are enough.
    @Test
    void textsPassTheChiSquareTestAndAWrongLawDoesNot() {
        TableModel p = smooth(5, 21);
        TableModel q = smooth(5, 22);
        ExactLaw<Tokens> law = Laws.sequential(p, PROMPT, 4);
        List<Tokens> cells = List.copyOf(law.probabilities().keySet());
        double[] shares = cells.stream().mapToDouble(law::probability).toArray();
        assertThat(shares).hasSize(625);
        for (Speculative decoder : everyLaw(SmallModel.of(q), 3, 3)) {
            assertThat(falseAlarm(decoder, p, cells, shares, 200_000))
                    .as("%s", decoder)
                    .isGreaterThan(1e-4);
        }
        for (Speculative wrong :
                List.of(
                        fixed(SmallModel.of(q), new LawTest.NoResidual(), 3, 1),
                        fixed(SmallModel.of(q), new LawTest.StaleCount(), 3, 3),
                        fixed(SmallModel.of(q), new Synthetic(.8), 3, 1))) {
            assertThat(falseAlarm(wrong, p, cells, shares, 40_000))
                    .as("%s", wrong)
                    .isLessThan(1e-6);
        }
    }

    /// Every cell must be expected often enough. The laws are made once: there are many texts.
    private static TableModel smooth(int vocabulary, long seed) {
        TableModel rough = TableModel.random(vocabulary, 2, seed);
        Categorical[] laws = new Categorical[vocabulary * vocabulary];
        Arrays.setAll(
                laws,
                last -> {
                    Tokens seen = Tokens.of(last / vocabulary, last % vocabulary);
                    double[] weights = Mass.of(rough.law(seen));
                    Arrays.setAll(weights, id -> .4 + weights[id]);
                    return Categorical.ofWeights(weights);
                });
        return TableModel.of(
                vocabulary,
                seen -> laws[seen.get(seen.size() - 2) * vocabulary + seen.get(seen.size() - 1)]);
    }

    private static double falseAlarm(
            Decoder decoder, TableModel p, List<Tokens> cells, double[] shares, int texts) {
        Map<Tokens, Integer> index = new HashMap<>();
        cells.forEach(cell -> index.put(cell, index.size()));
        AtomicLongArray counts = new AtomicLongArray(cells.size());
        IntStream.range(0, texts)
                .parallel()
                .mapToObj(i -> sampled(4).withChance(KeyedChance.of(7, i)))
                .forEach(
                        request ->
                                counts.incrementAndGet(
                                        index.get(decode(decoder, p, request).tokens())));
        return ChiSquare.falseAlarm(
                IntStream.range(0, cells.size()).mapToLong(counts::get).toArray(), shares);
    }

    @Test
    void theSeedGivesTheTextOfPlainDecodingWithAnyDraftOfAnyLength() {
        TableModel p = TableModel.random(17, 3, 5);
        List<Drafter> drafters = new ArrayList<>(CHOOSERS);
        drafters.add(SmallModel.of(TableModel.random(17, 2, 6)));
        drafters.add(SmallModel.of(p));
        for (Sampling sampling : List.of(Sampling.GREEDY, Sampling.PLAIN.withTemperature(.4))) {
            Request request =
                    Request.of(Tokens.of(3, 1, 4, 1, 5))
                            .withSampling(sampling)
                            .withMaxNewTokens(120)
                            .withSeed(9);
            Tokens plain = decode(new Sequential(), p, request).tokens();
            for (Drafter drafter : drafters) {
                for (int length : new int[] {0, 1, 4, 8}) {
                    for (int width : new int[] {1, 3}) {
                        for (Law law : List.of(new Match(), new Gumbel())) {
                            Speculative decoder = fixed(drafter, law, length, width);
                            assertThat(decode(decoder, p, request).tokens())
                                    .as("%s", decoder)
                                    .isEqualTo(plain);
                        }
                    }
                }
                DraftLength auto = new DraftLength.Auto(16, new Tempo());
                assertThat(
                                decode(new Speculative(drafter, new Gumbel(), auto, 1), p, request)
                                        .tokens())
                        .isEqualTo(plain);
            }
        }
    }

    @Test
    void afterEveryTextTheContextHoldsWhatPlainDecodingLeaves() {
        TableModel p = TableModel.random(7, 2, 15);
        Drafter draft = SmallModel.of(TableModel.random(7, 2, 16));
        for (int i = 0; i < 700; i++) {
            Law law = EXACT.get(i % EXACT.size());
            Request request = sampled(1 + i % 11).withSeed(i).withStops(Stops.at(i % 7));
            try (Context context = DirectContext.open(p);
                    Context fresh = DirectContext.open(p)) {
                Tokens written =
                        fixed(draft, law, 1 + i % 5, law.branches() ? 1 + i % 3 : 1)
                                .decode(context, request, Sink.NONE)
                                .tokens();
                Generation plain = decode(new Sequential(), p, request);
                if (law.keepsNoise()) {
                    assertThat(written).isEqualTo(plain.tokens());
                }
                Tokens line = PROMPT.plus(written.toArray());
                int held = context.length();
                assertThat(held).isBetween(line.size() - 1, line.size());
                fresh.ask(Query.feed(line.slice(0, held)));
                Tokens probe = Tokens.of(2, 5);
                Query query = Query.feed(probe).wantingEveryLaw();
                for (int row = 0; row < 2; row++) {
                    assertThat(context.fork().ask(query).categorical(row).logits())
                            .isEqualTo(fresh.fork().ask(query).categorical(row).logits());
                }
            }
        }
    }

    @Test
    void aDraftLikeItsTargetIsKeptWholeAndOneBesideItNever() {
        TableModel p = TableModel.of(4, _ -> Categorical.ofWeights(1, 2, 0, 0));
        TableModel beside = TableModel.of(4, _ -> Categorical.ofWeights(0, 0, 1, 3));
        for (Law law : EXACT) {
            // a draw and a choice without chance agree where the draw has no chance either
            Sampling sampling = law instanceof Match ? Sampling.GREEDY : Sampling.PLAIN;
            Request request = sampled(41).withSampling(sampling);
            Generation same = decode(fixed(SmallModel.of(p), law, 4, 1), p, request);
            assertThat(same.ledger().forwards()).isEqualTo(1 + 40 / 5); // the prompt's pass first
            assertThat(same.ledger().accepted()).isEqualTo(32);
            assertThat(same.ledger().acceptedByPosition()).containsExactly(8, 8, 8, 8);
            Generation none = decode(fixed(SmallModel.of(beside), law, 4, 1), p, sampled(41));
            assertThat(none.ledger().forwards()).isEqualTo(41);
            assertThat(none.ledger().acceptanceRate()).isZero();
        }
        // side by side each sequence must see its own tokens only
        TableModel q = TableModel.random(5, 2, 3);
        for (Law law :
                List.of(new Kseq(), new RecursiveRejection(true), new RecursiveRejection(false))) {
            assertThat(
                            decode(fixed(SmallModel.of(q), law, 4, 3), q, sampled(41))
                                    .ledger()
                                    .forwards())
                    .as("%s", law)
                    .isEqualTo(9);
        }
        // the same noise on the same law always agrees
        assertThat(
                        decode(fixed(SmallModel.of(q), new Gumbel(), 4, 1), q, sampled(41))
                                .ledger()
                                .forwards())
                .isEqualTo(9);
    }

    /// 100 texts of 201 tokens at acceptance 0.8 and length 4: of about 6,000 rounds each has a
    /// standard deviation of 1.7 tokens, so three standard errors are 0.066. The last round of a
    /// text may be cut short, which takes 0.02 off.
    @Test
    void tokensAPassFollowTheClosedForm() {
        TableModel p = TableModel.random(5, 1, 1);
        Speculative decoder = fixed(new Anything(), new Synthetic(.8), 4, 1);
        long emitted = 0;
        long rounds = 0;
        for (int i = 0; i < 100; i++) {
            var ledger = decode(decoder, p, sampled(201).withSeed(i)).ledger();
            emitted += ledger.emitted() - 1;
            rounds += ledger.forwards() - 1;
            assertThat(ledger.acceptedByPosition().stream().mapToLong(Integer::longValue).sum())
                    .isEqualTo(ledger.accepted());
            assertThat(ledger.drafted()).isGreaterThanOrEqualTo(4L * (ledger.forwards() - 3));
            assertThat(ledger.exact()).isFalse();
        }
        assertThat((double) emitted / rounds).isCloseTo(3.3616, within(.066 + .02));
        assertThat(Forecast.ofChain(.8, 4, flat(), 0).tokens()).isCloseTo(3.3616, within(1e-4));
        assertThat(Forecast.ofChain(.9, 8, flat(), 0).tokens()).isCloseTo(6.1258, within(1e-4));
    }

    private static PassTimes flat() {
        return new PassTimes(new TreeMap<>(Map.of(1, 1.0)));
    }

    @Test
    void aStopInsideADraftCutsThere() {
        TableModel cycle = cycle(6);
        Request request = Request.of(Tokens.of(0, 1, 2, 3, 4, 5, 0, 1)).withMaxNewTokens(50);
        Stops word =
                new Stops(
                        Set.of(), List.of("40"), Optional.of(id -> ("" + (3 * id % 6)).getBytes()));
        Generation plain = decode(new Sequential(), cycle, request.withStops(word));
        List<Speculative> decoders = new ArrayList<>(everyLaw(SmallModel.of(cycle), 5, 2));
        decoders.add(fixed(PromptLookup.DEFAULT, new Match(), 5, 1));
        for (Speculative decoder : decoders) {
            Generation made = decode(decoder, cycle, request.withStops(Stops.at(5)));
            assertThat(made.tokens()).as("%s", decoder).isEqualTo(Tokens.of(2, 3, 4));
            assertThat(made.finish()).isEqualTo(new Finish.StopToken(5));
            assertThat(decode(decoder, cycle, request.withStops(word)))
                    .usingRecursiveComparison()
                    .ignoringFields("ledger")
                    .isEqualTo(plain);
        }
    }

    /// Each id is followed by the next one, and the last by the first.
    private static TableModel cycle(int vocabulary) {
        return TableModel.of(
                vocabulary,
                seen ->
                        Categorical.ofWeights(
                                IntStream.range(0, vocabulary)
                                        .mapToDouble(
                                                id -> id == (seen.last() + 1) % vocabulary ? 1 : 0)
                                        .toArray()));
    }

    @Test
    void neitherTheLimitNorTheContextIsExceeded() {
        TableModel cycle = cycle(4);
        Tokens prompt = Tokens.of(0, 1, 2, 3, 0, 1, 2, 3);
        for (int most = 0; most < 12; most++) {
            Request request = Request.of(prompt).withMaxNewTokens(most);
            TableModel small = cycle.holding(8 + most);
            Request free = request.withMaxNewTokens(100);
            List<Speculative> decoders = new ArrayList<>();
            decoders.add(fixed(Ngrams.suffix(), new Match(), 5, 2));
            decoders.addAll(everyLaw(SmallModel.of(cycle.holding(12)), 5, 2));
            for (Speculative decoder : decoders) {
                assertThat(decode(decoder, cycle, request).tokens())
                        .as("%s", decoder)
                        .isEqualTo(decode(new Sequential(), cycle, request).tokens());
                assertThat(decode(decoder, small, free).tokens())
                        .as("%s", decoder)
                        .isEqualTo(decode(new Sequential(), small, free).tokens())
                        .extracting(Tokens::size)
                        .isEqualTo(1 + most);
            }
        }
    }

    @Test
    void noTokenIsDrawnBeforeTheLeastNumber() {
        Request request =
                sampled(30).withLimits(new Limits(30, 12, Optional.empty())).withStops(Stops.at(1));
        for (Drafter drafter : List.of(MODEL, Ngrams.suffix())) {
            Generation made = decode(fixed(drafter, new Match(), 4, 2), P, request);
            assertThat(made.tokens()).isEqualTo(decode(new Sequential(), P, request).tokens());
            assertThat(made.tokens().size()).isGreaterThanOrEqualTo(12);
        }
    }

    @Test
    void logProbabilitiesAndAlternativesAreTheTargetsOwn() {
        TableModel p = TableModel.random(9, 2, 4);
        Request request =
                sampled(40)
                        .withSampling(Sampling.PLAIN.withTemperature(.5).withTopP(.9))
                        .withAlternatives(3)
                        .withSeed(2);
        for (Drafter drafter :
                List.of(Ngrams.suffix(), SmallModel.of(TableModel.random(9, 2, 8)))) {
            List<Step> plain = new ArrayList<>();
            List<Step> drafted = new ArrayList<>();
            try (Context one = DirectContext.open(p);
                    Context two = DirectContext.open(p)) {
                new Sequential().decode(one, request, plain::add);
                fixed(drafter, new Match(), 4, 2).decode(two, request, drafted::add);
            }
            assertThat(drafted).hasSize(40);
            assertThat(drafted.stream().map(SpeculativeTest::undrafted).toList()).isEqualTo(plain);
            whatWasAcceptedIsWhatIsWritten(drafted);
        }
    }

    @Test
    void whateverTheLawEachTokenIsToldWithWhatTheTargetSaysOfIt() {
        TableModel p = TableModel.random(9, 2, 4);
        Request request =
                sampled(40)
                        .withSampling(Sampling.PLAIN.withTemperature(.5).withTopP(.9))
                        .withAlternatives(3);
        for (Speculative decoder : everyLaw(SmallModel.of(TableModel.random(9, 2, 8)), 4, 2)) {
            List<Step> steps = new ArrayList<>();
            try (Context context = DirectContext.open(p)) {
                decoder.decode(context, request, steps::add);
            }
            Tokens line = PROMPT;
            for (Step step : steps) {
                Categorical law = p.law(line);
                assertThat(step.logProbability())
                        .as("%s", decoder)
                        .isEqualTo(law.logProbability(step.token()));
                assertThat(step.raw()).isEqualTo(law.top(3));
                line = line.plus(step.token());
            }
            assertThat(line.size()).isEqualTo(PROMPT.size() + 40);
            whatWasAcceptedIsWhatIsWritten(steps);
        }
    }

    private static Step undrafted(Step step) {
        return new Step(
                step.position(),
                step.token(),
                step.state(),
                step.logProbability(),
                step.raw(),
                step.filtered(),
                Optional.empty(),
                step.text());
    }

    private static void whatWasAcceptedIsWhatIsWritten(List<Step> steps) {
        int drafts = 0;
        for (int i = 0; i < steps.size(); i++) {
            Optional<Draft> draft = steps.get(i).draft();
            drafts += draft.isPresent() ? 1 : 0;
            List<Integer> accepted =
                    draft.stream()
                            .flatMap(looked -> looked.guesses().stream())
                            .filter(Draft.Guess::accepted)
                            .map(Draft.Guess::token)
                            .toList();
            List<Integer> written = steps.stream().skip(i).map(Step::token).toList();
            int told = Math.min(accepted.size(), written.size());
            assertThat(written.subList(0, told)).isEqualTo(accepted.subList(0, told));
        }
        assertThat(drafts).isBetween(5, steps.size() - 1);
    }

    @Test
    void aRoundWithoutADraftIsAStepOfPlainDecoding() {
        Generation plain = decode(new Sequential(), P, sampled(20));
        for (Speculative decoder : everyLaw(MODEL, 0, 2)) {
            Generation none = decode(decoder, P, sampled(20));
            assertThat(none.tokens()).as("%s", decoder).isEqualTo(plain.tokens());
            assertThat(none.ledger().rows()).isEqualTo(plain.ledger().rows());
            assertThat(none.ledger().drafted()).isZero();
            assertThat(none.ledger().acceptedLengths()).isEmpty();
        }
    }

    @Test
    void fusedRequestsOfDifferentDraftsAnswerAsIfAlone() throws Exception {
        TableModel p = TableModel.random(11, 2, 4);
        List<Speculative> decoders = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Law law = EXACT.get(i % EXACT.size());
            Drafter drafter =
                    law.takes().contains(Manner.CHOSEN) && i % 3 > 0
                            ? CHOOSERS.get(i % CHOOSERS.size())
                            : SmallModel.of(TableModel.random(11, 2, i));
            decoders.add(fixed(drafter, law, i % 7, law.branches() ? 1 + i % 3 : 1));
        }
        try (Engine engine = new Engine(p.costing(new Cost(Duration.ofMillis(1), Duration.ZERO)))) {
            List<Future<Generation>> running = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Decoder decoder = decoders.get(i);
                Request request = sampled(40).withSeed(i);
                running.add(engine.submit(context -> decoder.decode(context, request, Sink.NONE)));
            }
            for (int i = 0; i < 16; i++) {
                Speculative decoder = decoders.get(i);
                Request request = sampled(40).withSeed(i);
                assertThat(running.get(i).get().tokens())
                        .as("%s", decoder)
                        .isEqualTo(decode(decoder, p, request).tokens());
                if (decoder.law().keepsNoise()) {
                    assertThat(running.get(i).get().tokens())
                            .isEqualTo(decode(new Sequential(), p, request).tokens());
                }
            }
            assertThat(engine.stats().parts()).isGreaterThan(2 * engine.stats().passes());
        }
    }

    @Test
    void whatDoesNotFitIsRefusedInWords() {
        assertThatThrownBy(() -> fixed(Ngrams.ngram(), new Kseq(), 4, 4))
                .hasMessageContaining(
                        "law kseq needs a draft whose tokens are drawn from known laws")
                .hasMessageContaining("draft ngram gives tokens that are chosen without chance")
                .hasMessageContaining("law match");
        assertThatThrownBy(() -> fixed(MODEL, new Chain(), 4, 2))
                .hasMessageContaining("law chain decides about a single chain and width is 2");
        assertThatThrownBy(() -> fixed(MODEL, new Kseq(), 300, 1))
                .hasMessageContaining("at most 256 are drafted");
        assertThatThrownBy(() -> fixed(MODEL, new Kseq(), 3, 0)).hasMessageContaining("width is 0");
        assertThatThrownBy(() -> fixed(MODEL, new Kseq(), -1, 1))
                .hasMessageContaining("draft length is -1");
        Drafter other = SmallModel.of(TableModel.random(5, 1, 1));
        assertThatThrownBy(() -> decode(fixed(other, new Chain(), 2, 1), P, sampled(3)))
                .hasMessageContaining("a vocabulary of 5 and model table one of 3");
        Card bare = new Card("bare", 3, 99, EnumSet.of(Capability.NEXT_TOKEN));
        TableModel unable = new TableModel(bare, P::law, Cost.NONE);
        assertThatThrownBy(() -> decode(fixed(MODEL, new Match(), 2, 2), unable, sampled(3)))
                .hasMessageContaining("decoder speculative needs")
                .hasMessageContaining("rollback")
                .hasMessageContaining("bare");
    }
}
