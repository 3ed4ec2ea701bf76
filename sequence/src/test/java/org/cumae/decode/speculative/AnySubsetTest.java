package org.cumae.decode.speculative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Layout;
import org.cumae.canvas.Moment;
import org.cumae.decode.Fill;
import org.cumae.decode.FillRequest;
import org.cumae.decode.Filled;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.speculative.AnySubset.Draft;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.exact.ChiSquare;
import org.cumae.exact.ExactLaw;
import org.cumae.exact.JointModel;
import org.cumae.model.CapabilityException;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.TableModel;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;
import org.cumae.order.Order;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

class AnySubsetTest {
    private static final int PLACES = 5;
    private static final int CODES = 3;
    private static final double ROUNDING = 1e-12;

    /// Tables give weights in float, and each conditional is rounded to float once.
    private static final double SINGLE = 2e-6;

    private static final Layout LAYOUT = Layout.line("text", PLACES, CODES);
    private static final List<Address> ALL = LAYOUT.addresses();
    private static final Canvas KNOWN = new Canvas(LAYOUT).observe(ALL.get(2), 1);
    private static final List<Address> MISSING = KNOWN.unknown(ALL);

    private static final ToDoubleFunction<Canvas> ENTANGLED =
            canvas -> {
                Noise noise = Noise.of(26, 5);
                for (Address address : ALL) {
                    noise = noise.at(canvas.codes(address).orElseThrow().get(0));
                }
                return Math.pow(noise.exponential(0), 2);
            };

    private static final JointModel MODEL = new JointModel(LAYOUT, ENTANGLED);
    private static final FillRequest REQUEST =
            FillRequest.of(KNOWN, MISSING, Order.raster(MISSING.size()));

    private static final List<Law> LAWS = List.of(new Chain(), new Block(), new Gumbel());

    private static Filled filled(AnySubset how, JointModel model, FillRequest request) {
        try (Context context = DirectContext.open(model)) {
            return how.fill(context, request, _ -> true);
        }
    }

    private static ExactLaw<Canvas> law(AnySubset how, FillRequest request) {
        return ExactLaw.of(chance -> filled(how, MODEL, request.withChance(chance)).canvas());
    }

    private static List<AnySubset> drafting(Law law, int... lengths) {
        List<AnySubset> all = new ArrayList<>();
        for (int length : lengths) {
            all.add(new AnySubset(Draft.SELF, length, law));
            all.add(new AnySubset(Draft.NGRAM, length, law));
        }
        return all;
    }

    /// Every way in which guesses and decisions can fall, summed. Keyed noise is not split into
    /// decisions; its texts are compared one by one, below.
    @Test
    void whateverIsGuessedTheLawIsThatOfOneByOne() {
        ExactLaw<Canvas> plain = law(AnySubset.oneByOne(), REQUEST);
        assertThat(plain.probabilities()).hasSize(81);
        for (Law law : List.of(new Chain(), new Block())) {
            for (AnySubset how : drafting(law, 1, 2, 3, 4)) {
                ExactLaw<Canvas> written = law(how, REQUEST);
                assertThat(written.total()).as("%s", how).isCloseTo(1, within(ROUNDING));
                assertThat(written.error(plain)).as("%s", how).isLessThan(ROUNDING);
            }
        }
    }

    @Test
    void oneByOneInAnyOrderIsTheJointLaw() {
        Map<Canvas, Double> joint = new HashMap<>();
        double sum = 0;
        ExactLaw<Canvas> plain = law(AnySubset.oneByOne(), REQUEST);
        for (Canvas world : plain.probabilities().keySet()) {
            joint.put(world, ENTANGLED.applyAsDouble(world));
            sum += ENTANGLED.applyAsDouble(world);
        }
        double total = sum;
        joint.replaceAll((_, weight) -> weight / total);
        for (List<Integer> line : List.of(List.of(0, 1, 2, 3), List.of(3, 0, 2, 1))) {
            FillRequest request = REQUEST.withOrder(Order.given(line));
            AnySubset how = new AnySubset(Draft.SELF, 2, new Chain());
            assertThat(law(how, request).error(new ExactLaw<>(joint, 81))).isLessThan(SINGLE);
        }
    }

    /// Penalties make a law depend on the guesses before it, the draft's as the target's.
    @Test
    void samplingsThatLookBackKeepTheLawToo() {
        FillRequest request =
                REQUEST.withSampling(
                        Sampling.PLAIN.withTemperature(0.7).withPresencePenalty(0.9).withTopK(2));
        ExactLaw<Canvas> plain = law(AnySubset.oneByOne(), request);
        assertThat(plain.error(law(AnySubset.oneByOne(), REQUEST))).isGreaterThan(0.01);
        for (AnySubset how : drafting(new Chain(), 2, 4)) {
            assertThat(law(how, request).error(plain)).as("%s", how).isLessThan(ROUNDING);
        }
    }

    /// Says that it is exact, and draws anew from the law where a guess is rejected.
    private record NothingLeftOver() implements Relaxed {
        @Override
        public String name() {
            return "wrong";
        }

        @Override
        public boolean exact() {
            return true;
        }

        @Override
        public List<Manner> takes() {
            return List.of(Manner.SAMPLED);
        }

        @Override
        public Verdict verify(Round round) {
            List<Integer> accepted = new ArrayList<>();
            for (int node = 0; node < round.tree().size(); node++) {
                int token = round.tree().token(node);
                double p = round.law(node - 1).probability(token);
                double q = round.tree().law(node - 1).orElseThrow().probability(token);
                if (!round.happens(p / q, node - 1, 0)) {
                    return new Verdict(accepted, round.draw(node - 1));
                }
                accepted.add(node);
            }
            return new Verdict(accepted, round.draw(round.tree().size() - 1));
        }
    }

    /// Of texts by seed, each of which must have taken as many passes as variables, or fewer.
    private static double falseAlarm(AnySubset how, int runs) {
        ExactLaw<Canvas> plain = law(AnySubset.oneByOne(), REQUEST);
        List<Canvas> cells = List.copyOf(plain.probabilities().keySet());
        Map<Canvas, Integer> index = new HashMap<>();
        cells.forEach(cell -> index.put(cell, index.size()));
        AtomicLongArray counts = new AtomicLongArray(cells.size());
        IntStream.range(0, runs)
                .parallel()
                .mapToObj(seed -> filled(how, MODEL, REQUEST.withSeed(seed)))
                .forEach(
                        filled -> {
                            counts.incrementAndGet(index.get(filled.canvas()));
                            assertThat(filled.ledger().forwards())
                                    .isLessThanOrEqualTo(MISSING.size());
                        });
        return ChiSquare.falseAlarm(
                IntStream.range(0, cells.size()).mapToLong(counts::get).toArray(),
                cells.stream().mapToDouble(plain::probability).toArray());
    }

    /// 81 cells and 40,000 texts for each; a right law fails by chance once in 10,000.
    @Test
    void seededTextsFollowTheLawAndAWrongLawIsCaught() {
        int runs = 40_000;
        for (Law law : LAWS) {
            for (int length : List.of(2, 3, 5)) {
                AnySubset how = new AnySubset(Draft.SELF, length, law);
                assertThat(falseAlarm(how, runs)).as("%s", how).isGreaterThan(1e-4);
            }
        }
        AnySubset wrong = new AnySubset(Draft.SELF, 3, new NothingLeftOver());
        assertThat(falseAlarm(wrong, runs)).isLessThan(1e-6);
        assertThat(law(wrong, REQUEST).error(law(AnySubset.oneByOne(), REQUEST)))
                .isGreaterThan(1e-3);
    }

    @Test
    void draftingItselfAModelNeverTakesMorePassesThanThereAreVariables() {
        for (Law law : LAWS) {
            for (int length : List.of(1, 2, 3, 4, 9)) {
                AnySubset how = new AnySubset(Draft.SELF, length, law);
                for (int seed = 0; seed < 500; seed++) {
                    Filled filled = filled(how, MODEL, REQUEST.withSeed(seed));
                    assertThat(filled.ledger().forwards())
                            .as("%s", how)
                            .isLessThanOrEqualTo(MISSING.size());
                    assertThat(filled.ledger().acceptedLengths())
                            .as("the first guess is right")
                            .allMatch(accepted -> accepted > 0);
                }
            }
        }
    }

    @Test
    void oneVariableTakesOnePassAndNoneTakesNone() {
        AnySubset how = new AnySubset(Draft.SELF, 5, new Chain());
        List<Address> last = MISSING.subList(3, 4);
        Filled one = filled(how, MODEL, FillRequest.of(KNOWN, last, Order.raster(1)));
        assertThat(one.ledger().forwards()).isEqualTo(1);
        Filled none = filled(how, MODEL, FillRequest.of(KNOWN, List.of(), Order.raster(0)));
        assertThat(none.ledger().forwards()).isZero();
        assertThat(none.canvas()).isEqualTo(KNOWN);
    }

    /// A guess and the target's law are then the same: a round writes the guesses and one more.
    @Test
    void allGuessesAtIndependentVariablesAreRight() {
        JointModel independent = new JointModel(LAYOUT, _ -> 1);
        FillRequest all = FillRequest.of(new Canvas(LAYOUT), ALL, Order.raster(PLACES));
        for (int seed = 0; seed < 50; seed++) {
            Filled filled =
                    filled(
                            new AnySubset(Draft.SELF, 4, new Chain()),
                            independent,
                            all.withSeed(seed));
            assertThat(filled.ledger().acceptedLengths()).containsExactly(4);
            assertThat(filled.ledger().forwards()).isEqualTo(2);
        }
    }

    @Test
    void underTheLawOfKeyedNoiseTheSeedAloneMakesTheText() {
        List<AnySubset> ways = new ArrayList<>(drafting(new Gumbel(), 1, 2, 5, 15));
        for (int seed = 0; seed < 300; seed++) {
            FillRequest request = REQUEST.withSeed(seed);
            Canvas plain = filled(AnySubset.oneByOne(), MODEL, request).canvas();
            for (AnySubset how : ways) {
                assertThat(filled(how, MODEL, request).canvas()).as("%s", how).isEqualTo(plain);
            }
        }
    }

    private static Tokens line(Canvas canvas) {
        return Tokens.of(
                ALL.stream().mapToInt(at -> canvas.codes(at).orElseThrow().get(0)).toArray());
    }

    /// With nothing known but a beginning, filling goes on from it as writing does.
    @Test
    void behindABeginningItIsWritingFromLeftToRight() {
        TableModel table = TableModel.random(CODES, 2, 4);
        JointModel joint =
                new JointModel(
                        LAYOUT,
                        canvas -> {
                            double product = 1;
                            Tokens line = line(canvas);
                            for (int i = 0; i < PLACES; i++) {
                                product *= table.law(line.slice(0, i)).probability(line.get(i));
                            }
                            return product;
                        });
        Canvas begun = new Canvas(LAYOUT).observe(ALL.getFirst(), 1);
        FillRequest request =
                FillRequest.of(begun, ALL.subList(1, PLACES), Order.raster(PLACES - 1));
        ExactLaw<Tokens> written =
                ExactLaw.of(
                        new Sequential(),
                        table,
                        Request.of(Tokens.of(1))
                                .withSampling(Sampling.PLAIN)
                                .withMaxNewTokens(PLACES - 1));
        Map<Tokens, Double> filled = new HashMap<>();
        AnySubset how = new AnySubset(Draft.SELF, 3, new Chain());
        ExactLaw.of(chance -> filled(how, joint, request.withChance(chance)).canvas())
                .probabilities()
                .forEach(
                        (canvas, probability) ->
                                filled.put(line(canvas).slice(1, PLACES), probability));
        assertThat(written.probabilities()).hasSize(81);
        assertThat(new ExactLaw<>(filled, 81).error(written)).isLessThan(SINGLE);
    }

    @Test
    void anOrderOfTogetherIsFollowedAsFillFollowsIt() {
        FillRequest request = REQUEST.withOrder(Order.blocks(4, 2));
        ExactLaw<Canvas> fill =
                ExactLaw.of(
                        chance -> {
                            try (Context context = DirectContext.open(MODEL)) {
                                return new Fill()
                                        .fill(context, request.withChance(chance), _ -> true)
                                        .canvas();
                            }
                        });
        AnySubset how = new AnySubset(Draft.SELF, 3, new Chain());
        ExactLaw<Canvas> written = law(how, request);
        assertThat(written.error(fill)).isLessThan(ROUNDING);
        assertThat(written.error(law(how, REQUEST))).isGreaterThan(1e-3); // the negative control
    }

    @Test
    void theJointDensityTakesOnePassAndIsTheLawOfWhatIsWritten() {
        ExactLaw<Canvas> plain = law(AnySubset.oneByOne(), REQUEST);
        plain.probabilities()
                .forEach(
                        (world, probability) -> {
                            List<Element> values =
                                    MISSING.stream()
                                            .map(
                                                    at ->
                                                            new Element(
                                                                    at,
                                                                    world.codes(at).orElseThrow()))
                                            .toList();
                            try (Context context = DirectContext.open(MODEL)) {
                                List<Double> logs =
                                        AnySubset.logProbabilities(context, KNOWN, values);
                                assertThat(context.ledger().forwards()).isEqualTo(1);
                                assertThat(logs).hasSize(values.size());
                                double sum = logs.stream().mapToDouble(Double::doubleValue).sum();
                                assertThat(Math.exp(sum)).isCloseTo(probability, within(ROUNDING));
                            }
                        });
    }

    @Test
    void whatIsReportedOfEachVariableIsTheModelsOwnLaw() {
        Filled filled = filled(new AnySubset(Draft.SELF, 3, new Chain()), MODEL, REQUEST);
        try (Context context = DirectContext.open(MODEL)) {
            List<Element> values = filled.written().stream().map(Filled.Written::element).toList();
            List<Double> expected = AnySubset.logProbabilities(context, KNOWN, values);
            assertThat(filled.written().stream().map(w -> w.logProbabilities().getFirst()))
                    .containsExactlyElementsOf(expected);
        }
    }

    @Test
    void throughAnEngineItIsTheSame() {
        AnySubset how = new AnySubset(Draft.SELF, 3, new Chain());
        try (Engine engine = new Engine(MODEL)) {
            for (int seed = 0; seed < 50; seed++) {
                FillRequest request = REQUEST.withSeed(seed);
                Canvas alone = filled(how, MODEL, request).canvas();
                Canvas shared =
                        engine.call(context -> how.fill(context, request, _ -> true).canvas());
                assertThat(shared).isEqualTo(alone);
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefusedInWords() {
        assertThatThrownBy(() -> new AnySubset(Draft.SELF, 0, new Chain()))
                .hasMessageContaining("draft_length is 0; it must lie between 1 and 256");
        assertThatThrownBy(() -> new AnySubset(Draft.SELF, 3, new Match()))
                .hasMessageContaining("law match")
                .hasMessageContaining("chain, block or gumbel");
        Layout fine = Layout.EMPTY.plus("patch", 1, 2, List.of(2, 2), Moment.ALWAYS);
        JointModel patches = new JointModel(fine, _ -> 1);
        FillRequest request = FillRequest.of(new Canvas(fine), fine.addresses(), Order.raster(2));
        assertThatThrownBy(() -> filled(AnySubset.oneByOne(), patches, request))
                .hasMessageContaining("type patch has 2 code levels");
        TableModel leftToRight = TableModel.of(4, _ -> Categorical.ofWeights(1, 1, 1, 1));
        try (Context context = DirectContext.open(leftToRight)) {
            assertThatThrownBy(() -> AnySubset.oneByOne().fill(context, REQUEST, _ -> true))
                    .isInstanceOf(CapabilityException.class)
                    .hasMessageContaining("decoder infill needs prediction in any order");
        }
        try (Context context = DirectContext.open(MODEL)) {
            assertThatThrownBy(
                            () ->
                                    AnySubset.logProbabilities(
                                            context,
                                            KNOWN,
                                            List.of(new Element(ALL.get(2), Tokens.of(0)))))
                    .hasMessageContaining("is known already");
        }
    }
}
