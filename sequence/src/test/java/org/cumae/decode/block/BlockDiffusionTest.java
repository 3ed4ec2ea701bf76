package org.cumae.decode.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.cumae.decode.Decoder;
import org.cumae.decode.Finish;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.decode.Step;
import org.cumae.decode.Stops;
import org.cumae.decode.block.BlockDiffusion.Confidence;
import org.cumae.decode.block.Guide.Accept;
import org.cumae.decode.block.Pacing.Commit;
import org.cumae.decode.block.Pacing.Foretelling;
import org.cumae.decode.block.Pacing.Keep;
import org.cumae.decode.speculative.DraftLength;
import org.cumae.decode.speculative.Match;
import org.cumae.decode.speculative.Speculative;
import org.cumae.decode.speculative.draft.Ngrams;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.engine.EngineLimits;
import org.cumae.exact.ChiSquare;
import org.cumae.exact.ExactLaw;
import org.cumae.exact.MaskedModel;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Card;
import org.cumae.model.Context;
import org.cumae.model.Cost;
import org.cumae.model.Denoising;
import org.cumae.model.Denoising.Reading;
import org.cumae.model.DirectContext;
import org.cumae.model.Model;
import org.cumae.model.State;
import org.cumae.model.TableModel;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;

/// The decoder of blocks on models whose joint law is known, and on one that only counts.
class BlockDiffusionTest {
    private static final int VOCABULARY = 3;
    private static final int LENGTH = 6; // a prompt of one token, and five written
    private static final double ROUNDING = 1e-12;
    private static final double SINGLE = 2e-6; // tables give weights in float

    private static final List<Denoising> ALL =
            List.of(
                    new Denoising(2, Reading.BLOCKS, false),
                    new Denoising(3, Reading.BLOCKS, false),
                    new Denoising(4, Reading.BLOCKS, true),
                    new Denoising(3, Reading.BLOCKS, true),
                    new Denoising(3, Reading.PREFIX, false),
                    new Denoising(2, Reading.CANVAS, false));

    private static double entangled(Tokens line) {
        Noise noise = Noise.of(30, 5);
        for (int i = 0; i < line.size(); i++) {
            noise = noise.at(line.get(i));
        }
        return Math.pow(noise.exponential(0), 2);
    }

    private static MaskedModel oracle(Denoising denoising) {
        return new MaskedModel(VOCABULARY, LENGTH, denoising, BlockDiffusionTest::entangled);
    }

    private static final Request DRAWN =
            Request.of(Tokens.of(1)).withSampling(Sampling.PLAIN).withMaxNewTokens(LENGTH - 1);

    private static ExactLaw<Tokens> joint(MaskedModel model) {
        Map<Tokens, Double> law = new HashMap<>();
        double total = 0;
        for (int i = 0; i < Math.pow(VOCABULARY, LENGTH - 1); i++) {
            int[] line = new int[LENGTH];
            line[0] = 1;
            int rest = i;
            for (int place = 1; place < LENGTH; place++) {
                line[place] = rest % VOCABULARY;
                rest /= VOCABULARY;
            }
            double p = model.probability(Tokens.of(line));
            law.put(Tokens.of(line).slice(1, LENGTH), p);
            total += p;
        }
        double all = total;
        law.replaceAll((_, p) -> p / all);
        return new ExactLaw<>(law, 0);
    }

    private static List<RevealPolicy> exactPolicies() {
        return List.of(
                new RevealPolicy.Sequential(1),
                new RevealPolicy.Random(1),
                new RevealPolicy.EntropyDistance(0, 0),
                new RevealPolicy.EntropyDistance(0, 0.1));
    }

    /// T8, by enumeration: no sampling noise.
    @Test
    void oneAPassIsTheJointLawWhateverTheOrder() {
        for (Denoising denoising : ALL) {
            MaskedModel model = oracle(denoising);
            ExactLaw<Tokens> joint = joint(model);
            for (RevealPolicy policy : exactPolicies()) {
                BlockDiffusion decoder = new BlockDiffusion(policy);
                ExactLaw<Tokens> written = ExactLaw.of(decoder, model, DRAWN);
                // a shifted model writes the first place of a block beside another one, unless the
                // block is finished in a pass of its own
                boolean together = denoising.shifted();
                ExactLaw<Tokens> apart =
                        together
                                ? ExactLaw.of(
                                        decoder.with(Pacing.USUAL.committing(Commit.APART)),
                                        model,
                                        DRAWN)
                                : written;
                assertThat(apart.total()).isCloseTo(1, within(ROUNDING));
                assertThat(apart.error(joint)).as("%s by %s", denoising, policy).isLessThan(SINGLE);
                if (together) {
                    assertThat(written.error(joint)).isGreaterThan(1e-3);
                }
            }
        }
    }

    /// T8's negative control: two coins that always agree, written at once, are two coins.
    @Test
    void dependentPlacesWrittenAtOnceLoseTheirDependence() {
        MaskedModel coins =
                new MaskedModel(
                        2,
                        3,
                        new Denoising(4, Reading.BLOCKS, false),
                        line -> line.get(1) == line.get(2) ? 1 : 0);
        Request request = Request.of(Tokens.of(0)).withSampling(Sampling.PLAIN).withMaxNewTokens(2);
        ExactLaw<Tokens> one =
                ExactLaw.of(new BlockDiffusion(new RevealPolicy.Sequential(1)), coins, request);
        ExactLaw<Tokens> two =
                ExactLaw.of(new BlockDiffusion(new RevealPolicy.Sequential(2)), coins, request);
        assertThat(one.probability(Tokens.of(1, 1))).isCloseTo(0.5, within(SINGLE));
        assertThat(one.probability(Tokens.of(0, 1))).isZero();
        assertThat(two.probability(Tokens.of(1, 1))).isCloseTo(0.25, within(SINGLE));
        double variation = 0;
        for (Tokens line : two.probabilities().keySet()) {
            variation += Math.max(two.probability(line) - one.probability(line), 0);
        }
        assertThat(variation).isCloseTo(0.5, within(SINGLE));
    }

    /// T8 by draws, through the noise that production draws with.
    @Test
    void drawnTextsFollowTheJointLaw() {
        MaskedModel model = oracle(new Denoising(3, Reading.BLOCKS, false));
        ExactLaw<Tokens> joint = joint(model);
        List<Tokens> lines = List.copyOf(joint.probabilities().keySet());
        double[] law = lines.stream().mapToDouble(joint::probability).toArray();
        BlockDiffusion random = new BlockDiffusion(new RevealPolicy.Random(1));
        BlockDiffusion two = new BlockDiffusion(new RevealPolicy.Random(2));
        assertThat(ChiSquare.falseAlarm(counts(random, model, lines), law)).isGreaterThan(1e-3);
        assertThat(ChiSquare.falseAlarm(counts(two, model, lines), law)).isLessThan(1e-6);
    }

    private static long[] counts(BlockDiffusion how, Model model, List<Tokens> lines) {
        long[] counts = new long[lines.size()];
        for (int seed = 0; seed < 8_000; seed++) {
            counts[lines.indexOf(written(how, model, DRAWN.withSeed(seed)).tokens())]++;
        }
        return counts;
    }

    private static Generation written(BlockDiffusion how, Model model, Request request) {
        return written(how, model, request, Sink.NONE);
    }

    private static Generation written(BlockDiffusion how, Model model, Request request, Sink sink) {
        try (Context context = DirectContext.open(model)) {
            return how.decode(context, request, sink);
        }
    }

    private interface Waiting {
        void call() throws InterruptedException;
    }

    /// A model whose laws are any function of what its rows see, in the order of their positions.
    private static final class Counting implements Model {
        final List<Integer> passes = new ArrayList<>(); // rows of each

        private final TableModel table;
        private final Card card;
        private Waiting before = () -> {};

        Counting(Denoising denoising, double sharpness) {
            this.table =
                    new TableModel(
                            new Card(
                                    "table",
                                    VOCABULARY + 1,
                                    200,
                                    Set.of(Capability.ANY_VISIBILITY)),
                            seen -> law(seen, sharpness),
                            Cost.NONE);
            this.card =
                    new Card(
                            "counting",
                            VOCABULARY,
                            200,
                            Set.of(Capability.values()),
                            1,
                            Optional.of(denoising));
        }

        private static Categorical law(Tokens seen, double sharpness) {
            Noise noise = Noise.of(16, 40);
            for (int i = 0; i < seen.size(); i++) {
                noise = noise.at(seen.get(i));
            }
            float[] logits = new float[VOCABULARY];
            for (int id = 0; id < VOCABULARY; id++) {
                logits[id] = (float) (sharpness * noise.uniform(id));
            }
            return Categorical.of(logits);
        }

        @Override
        public Card card() {
            return card;
        }

        @Override
        public State open() {
            return table.open();
        }

        @Override
        public long bytes(int rows) {
            return table.bytes(rows);
        }

        @Override
        public List<Answer> forward(List<Part> pass) {
            try {
                before.call();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            passes.add(pass.stream().mapToInt(part -> part.query().rows()).sum());
            return table.forward(pass);
        }

        @Override
        public void close() {}
    }

    private static Request greedy(int prompt, int tokens) {
        return Request.of(Tokens.of(IntStream.range(0, prompt).map(i -> i % VOCABULARY).toArray()))
                .withMaxNewTokens(tokens);
    }

    /// T7.
    @Test
    void aThresholdThatIsNeverMetWritesOneAPassAndOneThatAlwaysIsTheWholeBlock() {
        Denoising denoising = new Denoising(4, Reading.BLOCKS, false);
        BlockDiffusion apart =
                new BlockDiffusion(new RevealPolicy.Threshold(1, 1))
                        .with(Pacing.USUAL.committing(Commit.APART));
        Generation one = written(apart, new Counting(denoising, 3), greedy(8, 16));
        // the prompt, and each block but the last, of which nothing needs to be kept
        assertThat(one.ledger().commits()).isEqualTo(4);
        assertThat(one.ledger().forwards()).isEqualTo(16 + one.ledger().commits());

        Generation fused =
                written(
                        new BlockDiffusion(new RevealPolicy.Threshold(1, 1)),
                        new Counting(denoising, 3),
                        greedy(8, 16));
        assertThat(fused.ledger().forwards()).isEqualTo(16);
        assertThat(fused.ledger().commits()).isZero();
        assertThat(fused.tokens()).isEqualTo(one.tokens());

        Generation all =
                written(
                        new BlockDiffusion(new RevealPolicy.Threshold(0, 1)),
                        new Counting(denoising, 3),
                        greedy(8, 16));
        assertThat(all.ledger().forwards()).isEqualTo(4);
    }

    @Test
    void staticWritesABlocksShareAPass() {
        Denoising denoising = new Denoising(8, Reading.BLOCKS, false);
        Pacing apart = Pacing.USUAL.committing(Commit.APART);
        for (int steps : List.of(1, 3, 8)) {
            BlockDiffusion decoder = new BlockDiffusion(new RevealPolicy.Static(steps)).with(apart);
            Generation text = written(decoder, new Counting(denoising, 3), greedy(8, 32));
            assertThat(text.ledger().forwards()).isEqualTo(4L * steps + 4);
        }
        RevealPolicy.Static three = new RevealPolicy.Static(3);
        assertThat(List.of(three.share(8, 0), three.share(8, 1), three.share(8, 2)))
                .containsExactly(3, 3, 2);
        assertThat(
                        written(
                                        new BlockDiffusion(new RevealPolicy.Threshold(1, 2)),
                                        new Counting(denoising, 3),
                                        greedy(8, 32))
                                .tokens())
                .isEqualTo(
                        written(
                                        new BlockDiffusion(new RevealPolicy.Static(4)),
                                        new Counting(denoising, 3),
                                        greedy(8, 32))
                                .tokens());
    }

    private static List<RevealPolicy> policies() {
        return List.of(
                new RevealPolicy.Sequential(1),
                new RevealPolicy.Sequential(3),
                new RevealPolicy.Static(2),
                new RevealPolicy.Threshold(0.5, 1),
                new RevealPolicy.Threshold(0.9, 2),
                new RevealPolicy.Factor(1.5),
                new RevealPolicy.EntropyBudget(0.8, false),
                new RevealPolicy.EntropyBudget(0.8, true),
                new RevealPolicy.EntropyDistance(0.7, 0.02),
                new RevealPolicy.Random(2));
    }

    /// T9: whatever the policy, block and sampling, through an engine.
    @Test
    void noMaskIsWrittenNothingChangesAndStopsAndLimitsHold() {
        int stopped = 0;
        for (Denoising denoising : ALL) {
            try (Engine engine = new Engine(new Counting(denoising, 4))) {
                for (RevealPolicy policy : policies()) {
                    for (int seed = 0; seed < 4; seed++) {
                        Request request =
                                greedy(1 + 3 * seed, 5 + 4 * seed)
                                        .withSampling(Sampling.PLAIN.withTemperature(0.8))
                                        .withSeed(seed)
                                        .withStops(seed % 2 == 0 ? Stops.at(2) : Stops.NONE);
                        List<Step> steps = new ArrayList<>();
                        BlockDiffusion decoder =
                                new BlockDiffusion(
                                        policy,
                                        Confidence.values()[seed % 3],
                                        Pacing.USUAL.withBlock(1 + seed));
                        Generation text =
                                engine.call(
                                        context -> decoder.decode(context, request, steps::add));
                        String what = "%s, %s, seed %d".formatted(denoising, policy, seed);
                        assertThat(text.tokens().stream()).as(what).allMatch(id -> id < 3);
                        assertThat(text.tokens().size()).as(what).isLessThanOrEqualTo(5 + 4 * seed);
                        if (text.finish() instanceof Finish.StopToken) {
                            stopped++;
                            assertThat(text.tokens().stream()).as(what).noneMatch(id -> id == 2);
                        } else {
                            assertThat(text.tokens().size()).as(what).isEqualTo(5 + 4 * seed);
                        }
                        Map<Integer, Integer> shown = new HashMap<>();
                        for (Step step : steps) {
                            Integer before = shown.put(step.position(), step.token());
                            assertThat(before == null || before == step.token()).as(what).isTrue();
                        }
                        assertThat(text.ledger().forwards())
                                .as(what)
                                .isLessThanOrEqualTo(5 + 4L * seed);
                    }
                }
            }
        }
        assertThat(stopped).isPositive();
    }

    /// T10: rows that are kept change nothing, where a model reads by blocks or prefixes.
    @Test
    void keptRowsAreThoseThatWouldBeFedAgain() {
        for (Denoising denoising : ALL) {
            if (denoising.reading() == Reading.CANVAS) {
                continue;
            }
            for (RevealPolicy policy : policies()) {
                for (int prompt = 1; prompt < 12; prompt += 2) {
                    BlockDiffusion how = new BlockDiffusion(policy);
                    Tokens kept =
                            written(how, new Counting(denoising, 4), greedy(prompt, 17)).tokens();
                    Tokens again =
                            written(
                                            how.with(Pacing.USUAL.keeping(Keep.NOTHING)),
                                            new Counting(denoising, 4),
                                            greedy(prompt, 17))
                                    .tokens();
                    assertThat(kept).as("%s, %s, %d", denoising, policy, prompt).isEqualTo(again);
                }
            }
        }
    }

    /// On a canvas whose rows see what is ahead, kept rows have not seen what came later; here they
    /// are looked up and not computed, so they are exact all the same, and only the counts differ.
    @Test
    void aCanvasFeedsWhatIsNotKeptUpToItsEnd() {
        Denoising denoising = new Denoising(4, Reading.CANVAS, false);
        RevealPolicy one = new RevealPolicy.Threshold(1, 1);
        Map<Keep, Long> rows = new HashMap<>();
        Set<Tokens> texts = new HashSet<>();
        for (Keep keep : Keep.values()) {
            Generation text =
                    written(
                            new BlockDiffusion(one).with(Pacing.USUAL.keeping(keep)),
                            new Counting(denoising, 4),
                            greedy(8, 16));
            rows.put(keep, text.ledger().rows());
            texts.add(text.tokens());
            assertThat(text.ledger().exact()).isFalse();
        }
        assertThat(texts).hasSize(1);
        assertThat(rows.get(Keep.NOTHING)).isEqualTo(16L * 24);
        assertThat(rows.get(Keep.PROMPT)).isEqualTo(24 + 15L * 16);
        // the first pass of a block feeds the one before it once more
        assertThat(rows.get(Keep.BLOCKS))
                .isEqualTo(24 + 3 * 16 + 16 + 3 * 12 + 12 + 3 * 8 + 8 + 3 * 4L);
        Generation near =
                written(
                        new BlockDiffusion(one).with(Pacing.USUAL.looking(0)),
                        new Counting(denoising, 4),
                        greedy(8, 16));
        assertThat(near.ledger().rows()).isLessThan(rows.get(Keep.BLOCKS));
    }

    @Test
    void subBlocksOfTheWholeBlockAreTheBlockAndOfOneAreLeftToRight() {
        Denoising denoising = new Denoising(8, Reading.BLOCKS, false);
        BlockDiffusion plain = new BlockDiffusion(new RevealPolicy.Threshold(0.6, 1));
        Tokens whole = written(plain, new Counting(denoising, 4), greedy(5, 30)).tokens();
        for (boolean cached : List.of(false, true)) {
            BlockDiffusion same = plain.with(Pacing.USUAL.withSubBlock(8, cached));
            assertThat(written(same, new Counting(denoising, 4), greedy(5, 30)).tokens())
                    .isEqualTo(whole);
        }
        BlockDiffusion ones = plain.with(Pacing.USUAL.withSubBlock(1, false));
        BlockDiffusion sequential = new BlockDiffusion(new RevealPolicy.Sequential(1));
        assertThat(written(ones, new Counting(denoising, 4), greedy(5, 30)).tokens())
                .isEqualTo(written(sequential, new Counting(denoising, 4), greedy(5, 30)).tokens());
    }

    /// A sub-block's pass feeds its rows alone; the rest of the block is looked up.
    @Test
    void aSubBlocksPassFeedsItsRowsAlone() {
        for (boolean shifted : List.of(false, true)) {
            Counting model = new Counting(new Denoising(8, Reading.BLOCKS, shifted), 4);
            BlockDiffusion cached =
                    new BlockDiffusion(new RevealPolicy.Threshold(1, 1))
                            .with(Pacing.USUAL.withSubBlock(4, true));
            Generation text = written(cached, model, greedy(8, 16));
            assertThat(text.tokens().size()).isEqualTo(16);
            assertThat(model.passes).contains(4).contains(16);
            assertThat(text.ledger().exact()).isFalse();
        }
    }

    /// Known places that lie elsewhere than the mask's block are told by rows; here by which row.
    @Test
    void aShiftedModelTellsEachPlaceByTheRowBeforeIt() {
        Denoising denoising = new Denoising(4, Reading.BLOCKS, true);
        List<Integer> told = new ArrayList<>();
        Model rows =
                new Model() {
                    private final Counting counting = new Counting(denoising, 1);

                    @Override
                    public Card card() {
                        return counting.card();
                    }

                    @Override
                    public State open() {
                        return counting.open();
                    }

                    @Override
                    public List<Answer> forward(List<Part> pass) {
                        int held = pass.getFirst().state().length();
                        pass.getFirst()
                                .query()
                                .wants()
                                .forEach(want -> told.add(held + want.row()));
                        return counting.forward(pass);
                    }

                    @Override
                    public void close() {}
                };
        written(new BlockDiffusion(new RevealPolicy.Threshold(0, 1)), rows, greedy(4, 8));
        assertThat(told).containsExactly(3, 4, 5, 6, 7, 8, 9, 10);
    }

    /// The first place of a block is the first token of the clean row before it.
    @Test
    void theFirstPlaceOfABlockCostsNoPassOfItsOwn() {
        Denoising denoising = new Denoising(4, Reading.BLOCKS, true);
        BlockDiffusion apart =
                new BlockDiffusion(new RevealPolicy.Threshold(1, 1))
                        .with(Pacing.USUAL.committing(Commit.APART));
        for (int prompt : List.of(1, 3, 4, 5, 8)) {
            Generation text = written(apart, new Counting(denoising, 3), greedy(prompt, 12));
            long borders =
                    IntStream.range(prompt, prompt + 12).filter(place -> place % 4 == 0).count();
            assertThat(text.tokens().size()).isEqualTo(12);
            assertThat(text.ledger().forwards())
                    .as("prompt of %d", prompt)
                    .isEqualTo(12 - borders + text.ledger().commits());
        }
    }

    /// What a mask is told does not depend on masks behind it, so not on how many there are.
    @Test
    void aWindowsFirstPlacesDoNotKnowHowLongItIs() {
        Denoising denoising = new Denoising(4, Reading.PREFIX, false);
        RevealPolicy leftmost = new RevealPolicy.EntropyDistance(0, 1e9);
        Set<Tokens> texts = new HashSet<>();
        for (int window : List.of(1, 2, 4, 9)) {
            Generation text =
                    written(
                            new BlockDiffusion(leftmost).with(Pacing.USUAL.withBlock(window)),
                            new Counting(denoising, 3),
                            greedy(5, 20));
            assertThat(text.ledger().forwards()).isEqualTo(20);
            assertThat(text.ledger().peakRows()).isLessThanOrEqualTo(5 + window);
            texts.add(text.tokens());
        }
        assertThat(texts).hasSize(1);
    }

    @Test
    void aStreamingWindowKeepsWhatABlockWaitsFor() {
        Denoising denoising = new Denoising(6, Reading.PREFIX, false);
        RevealPolicy loose = new RevealPolicy.EntropyDistance(0.95, 0);
        Generation stream =
                written(new BlockDiffusion(loose), new Counting(denoising, 3), greedy(6, 60));
        Generation blocks =
                written(
                        new BlockDiffusion(loose).with(Pacing.USUAL.committing(Commit.FUSED)),
                        new Counting(denoising, 3),
                        greedy(6, 60));
        assertThat(stream.ledger().forwards()).isLessThan(blocks.ledger().forwards());
    }

    /// With the first mask told by the known row before it, one a pass is plain decoding.
    @Test
    void aForetoldWindowOfOneIsPlainDecoding() {
        MaskedModel model = oracle(new Denoising(1, Reading.PREFIX, false));
        BlockDiffusion foretold =
                new BlockDiffusion(new RevealPolicy.Sequential(1))
                        .with(Pacing.USUAL.foretelling(Foretelling.FIRST));
        ExactLaw<Tokens> plain = ExactLaw.of(new Sequential(), model, DRAWN);
        assertThat(ExactLaw.of(foretold, model, DRAWN).error(plain)).isLessThan(ROUNDING);
    }

    private static final Pacing VERIFIED = Pacing.USUAL.foretelling(Foretelling.VERIFIES);

    /// What masks say is unrelated here to what rows say of the next token, so that drafts come
    /// true by luck: held against it, they leave the text of plain decoding, for any policy.
    @Test
    void verifiedMasksLeaveTheTextOfPlainDecoding() {
        int changed = 0;
        long passes = 0;
        long plainPasses = 0;
        for (int window : List.of(1, 2, 5)) {
            Denoising denoising = new Denoising(window, Reading.PREFIX, false);
            for (RevealPolicy policy : policies()) {
                for (int seed = 0; seed < 6; seed++) {
                    Request request =
                            greedy(1 + 2 * seed, 11 + seed)
                                    .withSampling(Sampling.PLAIN.withTemperature(0.2 * seed))
                                    .withSeed(seed)
                                    .withStops(seed % 2 == 0 ? Stops.at(2) : Stops.NONE);
                    String what = "window %d, %s, seed %d".formatted(window, policy, seed);
                    Generation plain =
                            new Sequential()
                                    .decode(
                                            DirectContext.open(new Counting(denoising, 4)),
                                            request,
                                            Sink.NONE);
                    List<Step> steps = new ArrayList<>();
                    BlockDiffusion free = new BlockDiffusion(policy);
                    Generation verified =
                            written(
                                    free.with(VERIFIED),
                                    new Counting(denoising, 4),
                                    request,
                                    steps::add);
                    assertThat(verified.tokens()).as(what).isEqualTo(plain.tokens());
                    assertThat(verified.finish()).as(what).isEqualTo(plain.finish());
                    assertThat(verified.logProbabilities())
                            .as(what)
                            .isEqualTo(plain.logProbabilities());
                    assertThat(verified.ledger().exact()).as(what).isTrue();
                    assertThat(verified.ledger().forwards())
                            .as(what)
                            .isLessThanOrEqualTo(plain.ledger().forwards());
                    assertThat(
                                    steps.stream()
                                            .filter(step -> step.state() == Step.State.COMMITTED)
                                            .map(Step::token))
                            .as(what)
                            .containsExactlyElementsOf(plain.tokens().stream().boxed().toList());
                    passes += verified.ledger().forwards();
                    plainPasses += plain.ledger().forwards();
                    changed +=
                            written(free, new Counting(denoising, 4), request)
                                            .tokens()
                                            .equals(plain.tokens())
                                    ? 0
                                    : 1;
                }
            }
        }
        assertThat(changed).as("texts that differ where nothing is verified").isGreaterThan(100);
        assertThat(passes).isLessThan(plainPasses);
    }

    /// Where masks say what the rows before them say, all drafts come true.
    @Test
    void ofDraftsThatComeTrueAPassVerifiesAllAndTellsTheNextToken() {
        MaskedModel model = counted(new Denoising(4, Reading.PREFIX, false));
        BlockDiffusion decoder =
                new BlockDiffusion(new RevealPolicy.Threshold(0.5, 1)).with(VERIFIED);
        Generation text = written(decoder, model, Request.of(Tokens.of(0)).withMaxNewTokens(7));
        assertThat(text.tokens()).isEqualTo(Tokens.of(0, 1, 2, 0, 1, 2, 0));
        // one token and three drafts; those and the fifth token, with two drafts; those
        assertThat(text.ledger().acceptedLengths()).containsExactly(3, 2);
        assertThat(text.ledger().forwards()).isEqualTo(3);
    }

    /// Card 30, test 10: a window that gives up its memory and feeds all again writes the same.
    @Test
    void whatIsPreemptedAndGoesOnWritesTheSame() throws Exception {
        Denoising denoising = new Denoising(4, Reading.PREFIX, false);
        List<BlockDiffusion> decoders =
                List.of(
                        new BlockDiffusion(new RevealPolicy.EntropyDistance(0.7, 0.02)),
                        new BlockDiffusion(new RevealPolicy.Threshold(0.5, 1)).with(VERIFIED));
        Counting model = new Counting(denoising, 4);
        CountDownLatch begun = new CountDownLatch(12); // none has gone before all are there
        model.before =
                () -> {
                    begun.await();
                    Thread.sleep(1); // the others ask meanwhile
                };
        EngineLimits scarce = EngineLimits.DEFAULT.withMaxBytes(model.bytes(150)).withReuse(false);
        try (Engine engine = new Engine(model, scarce)) {
            List<Future<Generation>> written = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                BlockDiffusion decoder = decoders.get(i % 2);
                Request request = greedy(3 + i, 30).withSampling(Sampling.PLAIN).withSeed(i);
                written.add(
                        engine.submit(
                                context -> {
                                    begun.countDown();
                                    return decoder.decode(context, request, Sink.NONE);
                                }));
            }
            for (int i = 0; i < 12; i++) {
                Request request = greedy(3 + i, 30).withSampling(Sampling.PLAIN).withSeed(i);
                Generation alone =
                        written(decoders.get(i % 2), new Counting(denoising, 4), request);
                assertThat(written.get(i).get().tokens()).isEqualTo(alone.tokens());
            }
            assertThat(engine.stats().preemptions()).isPositive();
        }
    }

    /// Card 38, test 2: whatever a guide lets through, each token is what the guided model held for
    /// the likeliest in the pass that wrote it.
    @Test
    void everyTokenIsTheGuidedModelsOwn() {
        Counting model = new Counting(new Denoising(6, Reading.CANVAS, false), 4);
        Guide fickle = guide(seen -> certainly(seen.size() * 7 % VOCABULARY), new Accept.Best(), 4);
        for (Accept accept :
                List.of(new Accept.Best(), new Accept.Top(2, 0), new Accept.ByChance())) {
            Guide guide = new Guide(fickle.card(), fickle.contexts(), accept, 4);
            Generation text = written(guided(guide), model, greedy(5, 24));
            assertThat(text.tokens().size()).isEqualTo(24);
            assertThat(text.ledger().forwards()).isLessThanOrEqualTo(24);
            // of three values, one that is not the likeliest would often be below a third
            assertThat(text.logProbabilities()).allMatch(log -> Math.exp(log) > 1.0 / VOCABULARY);
            assertThat(text.ledger().exact()).isFalse();
        }
    }

    private static Guide guide(Function<Tokens, Categorical> law, Accept accept, int chunk) {
        Model model = TableModel.of(VOCABULARY, law);
        return new Guide(model.card(), () -> DirectContext.open(model), accept, chunk);
    }

    private static Categorical certainly(int id) {
        double[] weights = {0.1, 0.1, 0.1};
        weights[id] = 1;
        return Categorical.ofWeights(weights);
    }

    /// A masked model that always says the same, 0, 1, 2, 0, ... by position.
    private static final Function<Tokens, Categorical> NEXT =
            seen -> certainly((seen.size() - 1) % VOCABULARY);

    private static MaskedModel counted(Denoising denoising) {
        return new MaskedModel(
                VOCABULARY,
                8,
                denoising,
                line -> {
                    double weight = 1;
                    for (int i = 0; i < line.size(); i++) {
                        weight *= i > 0 && line.get(i) == (i - 1) % VOCABULARY ? 1 : 0.05;
                    }
                    return weight;
                });
    }

    @Test
    void aGuideSaysHowManyAndNeverWhat() {
        Denoising denoising = new Denoising(8, Reading.CANVAS, false);
        MaskedModel model = counted(denoising);
        Request request = Request.of(Tokens.of(0)).withMaxNewTokens(7);
        Tokens alone =
                written(new BlockDiffusion(new RevealPolicy.Sequential(1)), model, request)
                        .tokens();
        for (int chunk : List.of(1, 3, 8, 32)) {
            Generation agreeing =
                    written(guided(guide(NEXT, new Accept.Best(), chunk)), model, request);
            assertThat(agreeing.ledger().forwards()).isEqualTo(1);
            assertThat(agreeing.tokens()).isEqualTo(alone);
        }
        Generation never =
                written(
                        guided(guide(seen -> certainly(seen.size() % 3), new Accept.Best(), 8)),
                        model,
                        request);
        assertThat(never.ledger().forwards()).isEqualTo(7);
        assertThat(never.tokens()).isEqualTo(alone);
        Generation sometimes =
                written(
                        guided(
                                guide(
                                        seen -> seen.size() == 4 ? certainly(1) : NEXT.apply(seen),
                                        new Accept.Best(),
                                        32)),
                        model,
                        request);
        // three agreed; the fourth is written alone in its own pass, and then all the rest
        assertThat(sometimes.ledger().forwards()).isEqualTo(3);
        assertThat(sometimes.ledger().acceptedLengths()).containsExactly(3, 1, 3);
        assertThat(sometimes.tokens()).isEqualTo(alone);
    }

    private static BlockDiffusion guided(Guide guide) {
        return new BlockDiffusion(new RevealPolicy.GuidedPrefix(guide));
    }

    @Test
    void rulesOfAgreementMeetAtTheirEnds() {
        Categorical law = Categorical.ofWeights(0.5, 0.3, 0.2);
        for (int id = 0; id < 3; id++) {
            assertThat(new Accept.Top(1, 1).test(law, id, DRAWN.chance(), 0)).isEqualTo(id == 0);
            assertThat(new Accept.Best().test(law, id, DRAWN.chance(), 0)).isEqualTo(id == 0);
            assertThat(new Accept.Top(3, 0).test(law, id, DRAWN.chance(), 0)).isTrue();
            assertThat(new Accept.Top(3, 0.5).test(law, id, DRAWN.chance(), 0)).isEqualTo(id < 2);
            assertThat(new Accept.AtLeast(0.25).test(law, id, DRAWN.chance(), 0)).isEqualTo(id < 2);
        }
    }

    /// T6: what high confidence is worth, and where it ends.
    @Test
    void sureMarginalsArePartsOfTheJointsBest() {
        int tried = 0;
        for (int seed = 0; seed < 4000; seed++) {
            Noise noise = Noise.of(6, seed);
            double[] joint = new double[8];
            double total = 0;
            for (int i = 0; i < 8; i++) {
                joint[i] = noise.exponential(i) * (i == seed % 8 ? 30 : 1);
                total += joint[i];
            }
            double doubt = 0;
            int product = 0;
            for (int place = 0; place < 3; place++) {
                double one = 0;
                for (int i = 0; i < 8; i++) {
                    one += (i >> place & 1) * joint[i] / total;
                }
                doubt = Math.max(doubt, Math.min(one, 1 - one));
                product |= (one > 0.5 ? 1 : 0) << place;
            }
            if (4 * doubt < 1) {
                tried++;
                int best = product;
                for (int i = 0; i < 8; i++) {
                    best = joint[i] > joint[best] ? i : best;
                }
                assertThat(best).isEqualTo(product);
            }
        }
        assertThat(tried).isGreaterThan(500);
        // just above the bound: both marginals give 0.665 to 0, and (0, 0) is not the best
        double[] joint = {0.33, 0.335, 0.335, 0};
        assertThat((2 + 1) * (1 - (joint[0] + joint[1]))).isGreaterThan(1);
        assertThat(joint[0]).isLessThan(joint[1]);
    }

    private static List<Masked> masks(double... confidences) {
        return IntStream.range(0, confidences.length)
                .mapToObj(i -> new Masked(10 + i, 0, confidences[i], confidences[i]))
                .toList();
    }

    private static List<Integer> selected(RevealPolicy policy, double... numbers) {
        try (Revealing revealing = policy.begin()) {
            return revealing.select(
                    masks(numbers), new Revealing.Turn(0, 8, Tokens.NONE, DRAWN.chance()));
        }
    }

    @Test
    void policiesChooseAsTheyAreDefined() {
        double[] c = {0.6, 0.97, 0.2, 0.9};
        assertThat(selected(new RevealPolicy.Sequential(2), c)).containsExactly(0, 1);
        assertThat(selected(new RevealPolicy.Static(4), c)).containsExactly(1, 3);
        assertThat(selected(new RevealPolicy.Threshold(0.5, 1), c)).containsExactly(0, 1, 3);
        assertThat(selected(new RevealPolicy.Threshold(0.99, 2), c)).containsExactly(1, 3);
        // doubts .03, .1, .4, .8: 2 * .03, 3 * .1, 4 * .4
        assertThat(selected(new RevealPolicy.Factor(0.31), c)).containsExactly(1, 3);
        assertThat(selected(new RevealPolicy.Factor(0.01), c)).containsExactly(1);
        double[] h = {0.5, 0.1, 0.9, 0.2};
        assertThat(selected(new RevealPolicy.EntropyBudget(0.35, false), h)).containsExactly(1, 3);
        assertThat(selected(new RevealPolicy.EntropyBudget(0.35, true), h))
                .containsExactly(0, 1, 3);
        assertThat(selected(new RevealPolicy.EntropyBudget(0, false), h)).containsExactly(1);
        assertThat(selected(new RevealPolicy.EntropyDistance(0.4, 0), h)).containsExactly(1, 3);
        assertThat(selected(new RevealPolicy.EntropyDistance(0.4, 0.1), h)).containsExactly(1);
        assertThat(selected(new RevealPolicy.EntropyDistance(0.01, 0), h)).containsExactly(1);
        assertThat(selected(new RevealPolicy.Random(3), c)).hasSize(3).doesNotHaveDuplicates();
    }

    @Test
    void whatDoesNotFitIsRefusedInWords() {
        Model blocks = new Counting(new Denoising(4, Reading.BLOCKS, false), 1);
        Model canvas = new Counting(new Denoising(4, Reading.CANVAS, false), 1);
        BlockDiffusion plain = new BlockDiffusion(new RevealPolicy.Threshold(0.9, 1));
        assertThatThrownBy(
                        () ->
                                written(
                                        plain.with(Pacing.USUAL.committing(Commit.STREAM)),
                                        blocks,
                                        greedy(2, 4)))
                .hasMessageContaining("cannot stream")
                .hasMessageContaining("set commit to fused");
        assertThatThrownBy(
                        () ->
                                written(
                                        plain.with(Pacing.USUAL.committing(Commit.APART)),
                                        canvas,
                                        greedy(2, 4)))
                .hasMessageContaining("see the whole canvas");
        assertThatThrownBy(
                        () ->
                                written(
                                        plain.with(Pacing.USUAL.foretelling(Foretelling.FIRST)),
                                        blocks,
                                        greedy(2, 4)))
                .hasMessageContaining("foretells");
        assertThatThrownBy(
                        () ->
                                written(
                                        plain.with(VERIFIED),
                                        new Counting(new Denoising(4, Reading.BLOCKS, true), 1),
                                        greedy(2, 4)))
                .hasMessageContaining("do without foretold and verify");
        assertThatThrownBy(() -> VERIFIED.committing(Commit.FUSED))
                .hasMessageContaining("set commit to stream");
        assertThatThrownBy(
                        () ->
                                written(
                                        plain.with(Pacing.USUAL.withSubBlock(3, false)),
                                        blocks,
                                        greedy(2, 4)))
                .hasMessageContaining("does not divide a block of 4");
        assertThatThrownBy(
                        () ->
                                written(
                                        plain,
                                        blocks,
                                        greedy(2, 4)
                                                .withSampling(
                                                        Sampling.PLAIN.withPresencePenalty(1))))
                .hasMessageContaining("writes ahead of it")
                .hasMessageContaining("reveal to sequential");
        assertThatThrownBy(() -> written(plain, TableModel.random(3, 1, 1), greedy(2, 4)))
                .hasMessageContaining("decoder block-diffusion needs prediction of masked tokens");
        assertThatThrownBy(() -> new RevealPolicy.Threshold(1.1, 1))
                .hasMessageContaining("theta is 1.1");
        assertThatThrownBy(() -> new Denoising(4, Reading.PREFIX, true))
                .hasMessageContaining("reads by prefix");
        Model other = TableModel.random(5, 1, 1);
        Guide stranger =
                new Guide(other.card(), () -> DirectContext.open(other), new Accept.Best(), 4);
        assertThatThrownBy(() -> written(guided(stranger), blocks, greedy(2, 4)))
                .hasMessageContaining("vocabulary of 5");
    }

    /// Requests of three kinds in the same passes, each of them as if it were alone.
    @Test
    void plainSpeculativeAndBlockRequestsSharePasses() throws Exception {
        Denoising denoising = new Denoising(4, Reading.PREFIX, false);
        List<Decoder> decoders =
                List.of(
                        new Sequential(),
                        new Speculative(Ngrams.suffix(), new Match(), new DraftLength.Fixed(3), 1),
                        new BlockDiffusion(new RevealPolicy.Threshold(0.5, 1)),
                        new Sequential());
        int requests = 16;
        CountDownLatch begun = new CountDownLatch(requests);
        Counting model = new Counting(denoising, 4);
        model.before = begun::await;
        try (Engine engine = new Engine(model);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Generation>> written = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                Decoder decoder = decoders.get(i % 4);
                Request request = greedy(2 + i, 24).withSampling(Sampling.PLAIN).withSeed(i);
                written.add(
                        threads.submit(
                                () ->
                                        engine.call(
                                                context -> {
                                                    begun.countDown();
                                                    return decoder.decode(
                                                            context, request, Sink.NONE);
                                                })));
            }
            long asked = 0;
            for (int i = 0; i < requests; i++) {
                Generation together = written.get(i).get();
                Request request = greedy(2 + i, 24).withSampling(Sampling.PLAIN).withSeed(i);
                try (Context context = DirectContext.open(new Counting(denoising, 4))) {
                    Generation alone = decoders.get(i % 4).decode(context, request, Sink.NONE);
                    assertThat(together.tokens()).as("request %d", i).isEqualTo(alone.tokens());
                    assertThat(together.ledger().forwards()).isEqualTo(alone.ledger().forwards());
                }
                asked += together.ledger().forwards();
            }
            assertThat((long) model.passes.size()).isLessThan(asked);
        }
    }
}
