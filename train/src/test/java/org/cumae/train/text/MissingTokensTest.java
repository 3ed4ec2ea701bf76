package org.cumae.train.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Layout;
import org.cumae.canvas.OrderedRows;
import org.cumae.decode.FillRequest;
import org.cumae.decode.Filled;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.decode.speculative.AnySubset;
import org.cumae.decode.speculative.AnySubset.Draft;
import org.cumae.decode.speculative.Chain;
import org.cumae.decode.speculative.Gumbel;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.exact.JointModel;
import org.cumae.model.CapabilityException;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Model;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.net.Backbone;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.Transformer;
import org.cumae.net.TransformerConfig;
import org.cumae.noise.Noise;
import org.cumae.order.Order;
import org.cumae.train.AdamWOptions;
import org.cumae.train.Batches;
import org.cumae.train.HeldOut;
import org.cumae.train.Journal;
import org.cumae.train.Learner;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.train.TrainerOptions.Precision;
import org.cumae.train.text.Missing.MissingBatch;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.unit.Bytes;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/// What is learned in one pass over content and questions is what decodes, row by row, through a
/// cache.
class MissingTokensTest {
    private static final int CODES = 3;
    private static final int PLACES = 7;
    private static final double SINGLE = 1e-5; // sums of float32 in another order

    private static final Layout LAYOUT = Layout.line("text", PLACES, CODES);
    private static final List<Address> ALL = LAYOUT.addresses();
    private static final Backbone BACKBONE = Backbone.fresh(config(PLACES), 3);
    private static final Transformer MODEL = new Transformer(BACKBONE);

    @TempDir private Path folder;

    private static TransformerConfig config(int places) {
        return new TransformerConfig(
                "any",
                TransformerConfig.ANY_SUBSET,
                CODES + 1,
                32,
                2,
                2,
                16,
                48,
                2 * places,
                Mixing.attention(2),
                TransformerConfig.NormKind.RMS,
                1e-5,
                new Positions.Rotary(
                        10_000, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                TransformerConfig.Activation.SWIGLU,
                Set.of(),
                false,
                false);
    }

    @AfterAll
    static void close() {
        MODEL.close();
    }

    private static Element element(int place, int code) {
        return new Element(ALL.get(place), Tokens.of(code));
    }

    /// A canvas of which some places are known, and values of the others in order.
    private record Case(Canvas known, List<Element> values) {
        static Case of(int seed) {
            Noise noise = Noise.of(seed, 7);
            Canvas known = new Canvas(LAYOUT);
            List<Element> values = new ArrayList<>();
            for (int place = 0; place < PLACES; place++) {
                Element element = element(place, (int) (noise.uniform(place) * CODES));
                if (noise.uniform(100 + place) < 0.4) {
                    known.observe(element);
                } else {
                    values.add(element);
                }
            }
            return new Case(known, values);
        }

        List<Double> logProbabilities() {
            try (Context context = DirectContext.open(MODEL)) {
                return AnySubset.logProbabilities(context, known, values);
            }
        }

        /// The laws that the values are drawn from, each given those before it.
        List<Categorical> laws() {
            OrderedRows rows = new OrderedRows(LAYOUT);
            known.elements().forEach(e -> rows.content(e, 0));
            for (int i = 0; i < values.size(); i++) {
                rows.content(values.get(i), i + 1);
            }
            for (int i = 0; i < values.size(); i++) {
                rows.ask(values.get(i).address(), i + 1);
            }
            try (Context context = DirectContext.open(MODEL)) {
                return context.ask(rows.query()).findings().stream()
                        .map(finding -> (Categorical) finding)
                        .toList();
            }
        }

        List<Double> chances() {
            return laws().stream().map(law -> law.logProbability(0)).toList();
        }

        double logProbability() {
            return logProbabilities().stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    private static int[] window(Case one) {
        int[] ids = new int[PLACES + 1];
        one.known.elements().forEach(e -> ids[e.address().x()] = e.codes().get(0));
        one.values.forEach(e -> ids[e.address().x()] = e.codes().get(0));
        return ids;
    }

    private static MissingBatch batch(List<Case> cases) {
        int[] ids = cases.stream().flatMapToInt(one -> IntStream.of(window(one))).toArray();
        boolean[] missing = new boolean[cases.size() * PLACES];
        for (int row = 0; row < cases.size(); row++) {
            for (Element value : cases.get(row).values) {
                missing[row * PLACES + value.address().x()] = true;
            }
        }
        return new MissingBatch(
                new WindowBatch(ids, cases.size(), PLACES),
                missing,
                cases.getFirst().values.size());
    }

    private static double loss(List<Case> cases) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            return new MissingTokens(BACKBONE, Bytes.BYTES, true, 0, TensorType.F32)
                    .loss(batch(cases), Optional.empty())
                    .total()
                    .item_double();
        }
    }

    /// Windows of one batch know different places, and each gives what it gives alone.
    @Test
    void theLossIsTheJointLogProbabilityThatDecodingSees() {
        List<Case> cases =
                IntStream.range(0, 60)
                        .mapToObj(Case::of)
                        .filter(one -> one.values.size() == 4)
                        .limit(8)
                        .toList();
        assertThat(cases).hasSizeGreaterThan(3);
        double expected = -cases.stream().mapToDouble(Case::logProbability).sum();
        assertThat(loss(cases)).isCloseTo(expected, within(1e-4));
    }

    /// A value may be known to those behind it, and to nobody else: least of all to the question
    /// after itself.
    @Test
    void aConditionalDependsOnWhatIsKnownAndOnTheValuesBeforeIt() {
        for (int seed = 0; seed < 20; seed++) {
            Case one = Case.of(seed);
            List<Double> before = one.chances();
            for (int changed = 0; changed < one.values.size(); changed++) {
                List<Element> others = new ArrayList<>(one.values);
                Element old = others.get(changed);
                others.set(
                        changed,
                        new Element(old.address(), Tokens.of((old.codes().get(0) + 1) % CODES)));
                List<Double> after = new Case(one.known, others).chances();
                for (int i = 0; i < before.size(); i++) {
                    if (i <= changed) {
                        assertThat(after.get(i)).isEqualTo(before.get(i)); // to the last bit
                    } else {
                        assertThat(after.get(i)).isNotEqualTo(before.get(i));
                    }
                }
            }
        }
    }

    /// What is known is one set: it has no order, and everything in it knows everything.
    @Test
    void theOrderInWhichTheKnownIsToldDoesNotMatter() {
        Case one = Case.of(4);
        Canvas backwards = new Canvas(LAYOUT);
        one.known.elements().reversed().forEach(backwards::observe);
        List<Double> there = one.logProbabilities();
        List<Double> back = new Case(backwards, one.values).logProbabilities();
        assertThat(there).hasSizeBetween(2, PLACES - 2);
        for (int i = 0; i < there.size(); i++) {
            assertThat(back.get(i)).isCloseTo(there.get(i), within(SINGLE));
        }
    }

    @Test
    void allValuesTogetherHaveProbabilityOne() {
        Canvas known = new Canvas(LAYOUT).observe(ALL.get(1), 2).observe(ALL.get(4), 0);
        List<Integer> missing = List.of(0, 2, 3, 6);
        double sum = 0;
        for (int world = 0; world < Math.pow(CODES, missing.size()); world++) {
            List<Element> values = new ArrayList<>();
            int rest = world;
            for (int place : missing) {
                values.add(element(place, rest % CODES));
                rest /= CODES;
            }
            sum += Math.exp(new Case(known, values).logProbability());
        }
        assertThat(sum).isCloseTo(1, within(SINGLE));
    }

    private static Filled filled(AnySubset how, Case one, int seed) {
        List<Address> targets = one.values.stream().map(Element::address).toList();
        FillRequest request =
                FillRequest.of(one.known, targets, Order.raster(targets.size())).withSeed(seed);
        try (Context context = DirectContext.open(MODEL)) {
            return how.fill(context, request, _ -> true);
        }
    }

    /// Each variable is written from a context that grew by some rows at a time, from which guesses
    /// were taken back; one pass over everything says the same of it.
    @Test
    void withACacheThatGrowsAndShrinksTheLawsAreThoseOfOnePass() {
        for (int seed = 0; seed < 200; seed++) {
            Case one = Case.of(seed);
            if (one.values.isEmpty()) {
                continue;
            }
            AnySubset how = new AnySubset(Draft.values()[seed % 3], 1 + seed % 4, new Chain());
            Filled filled = filled(how, one, seed);
            List<Element> values = filled.written().stream().map(Filled.Written::element).toList();
            List<Double> expected = new Case(one.known, values).logProbabilities();
            for (int i = 0; i < expected.size(); i++) {
                assertThat(filled.written().get(i).logProbabilities().getFirst())
                        .as("%s, place %d of %s", how, i, one)
                        .isCloseTo(expected.get(i), within(SINGLE));
            }
        }
    }

    @Test
    void withKeyedNoiseANetWritesTheSameTextHoweverItGuesses() {
        for (int seed = 0; seed < 50; seed++) {
            Case one = Case.of(seed);
            Canvas plain = filled(AnySubset.oneByOne(), one, seed).canvas();
            for (int length : List.of(1, 2, 5)) {
                for (Draft draft : List.of(Draft.SELF, Draft.NGRAM)) {
                    AnySubset how = new AnySubset(draft, length, new Gumbel());
                    assertThat(filled(how, one, seed).canvas()).as("%s", how).isEqualTo(plain);
                }
            }
        }
    }

    /// Two requests that know different places, in one pass.
    @Test
    void neighboursInAPassDoNotMatter() {
        Case one = Case.of(4);
        Case other = Case.of(9);
        List<Model.Part> pass = new ArrayList<>();
        for (Case each : List.of(one, other)) {
            OrderedRows rows = new OrderedRows(LAYOUT);
            each.known.elements().forEach(e -> rows.content(e, 0));
            each.values.forEach(e -> rows.ask(e.address(), 1));
            pass.add(new Model.Part(MODEL.open(), rows.query()));
        }
        List<Double> shared = first(MODEL.forward(pass).getLast().categorical(0));
        List<Double> alone;
        try (State state = MODEL.open()) {
            List<Model.Part> single = List.of(new Model.Part(state, pass.getLast().query()));
            alone = first(MODEL.forward(single).getFirst().categorical(0));
        }
        pass.forEach(part -> part.state().close());
        for (int code = 0; code < CODES; code++) {
            assertThat(shared.get(code)).isCloseTo(alone.get(code), within(SINGLE));
        }
    }

    private static List<Double> first(Categorical law) {
        assertThat(law.size()).as("the question is no answer").isEqualTo(CODES);
        return IntStream.range(0, CODES).mapToObj(law::logProbability).toList();
    }

    private static Generation written(Engine engine, Request request) {
        AnySubset how = new AnySubset(Draft.SELF, 3, new Chain());
        return engine.call(context -> how.decode(context, request, Sink.NONE));
    }

    @Test
    void aTextIsWrittenBetweenItsEnds() {
        try (Engine engine = new Engine(new Transformer(Backbone.fresh(config(PLACES), 3)))) {
            Request request =
                    Request.of(Tokens.of(0, 1))
                            .withSampling(Sampling.PLAIN)
                            .withSuffix(Tokens.of(2, 2))
                            .withMaxNewTokens(3)
                            .withSeed(5);
            Generation between = written(engine, request);
            Canvas known =
                    new Canvas(LAYOUT)
                            .observe(ALL.get(0), 0)
                            .observe(ALL.get(1), 1)
                            .observe(ALL.get(5), 2)
                            .observe(ALL.get(6), 2);
            List<Element> values =
                    IntStream.range(0, 3)
                            .mapToObj(i -> element(2 + i, between.tokens().get(i)))
                            .toList();
            assertThat(between.tokens().size()).isEqualTo(3);
            assertThat(between.logProbability())
                    .isCloseTo(new Case(known, values).logProbability(), within(SINGLE));
            assertThat(between.ledger().exact()).isTrue();
            assertThatThrownBy(() -> written(engine, request.withMaxNewTokens(7)))
                    .hasMessageContaining("7 tokens are to be written before the suffix")
                    .hasMessageContaining("7 places")
                    .hasMessageContaining("max_tokens to 6 or less");
            assertThatThrownBy(
                            () ->
                                    engine.call(
                                            context ->
                                                    new Sequential()
                                                            .decode(context, request, Sink.NONE)))
                    .isInstanceOf(CapabilityException.class);
        }
    }

    /// Places move on when they are full, so that a text may be longer than they are.
    @Test
    void withoutASuffixATextGoesOnAsFarAsRowsAreHeld() {
        try (Engine engine = new Engine(new Transformer(Backbone.fresh(config(PLACES), 3)))) {
            Request request =
                    Request.of(Tokens.of(0, 1)).withSampling(Sampling.PLAIN).withMaxNewTokens(11);
            assertThat(written(engine, request).tokens().size()).isEqualTo(11);
        }
    }

    private Path trained(Learner<MissingBatch> learner, Batches<MissingBatch> batches, long steps) {
        TrainerOptions options =
                new TrainerOptions(
                        steps,
                        1,
                        1,
                        new Schedule.Constant(5e-3, 10),
                        new AdamWOptions(0.9, 0.99, 1e-8, 0.1),
                        1,
                        OptionalDouble.empty(),
                        Precision.FLOAT32,
                        steps,
                        2,
                        OptionalInt.empty(),
                        steps,
                        1,
                        steps,
                        Optional.empty());
        Path place = folder.resolve("run" + learner.hashCode());
        try (RunFolder run = RunFolder.open(place, false);
                Trainer<MissingBatch> trainer =
                        new Trainer<>(learner, batches, batches, options, run, new Journal() {})) {
            trainer.run();
            return run.model();
        }
    }

    /// What stands at a place is the sum of the two before it, modulo 3, from two numbers by
    /// chance.
    private static int[] sums(int count) {
        int[] tokens = new int[count];
        Noise noise = Noise.of(1, 1);
        for (int i = 0; i < count; i++) {
            tokens[i] =
                    i % 8 < 2 ? (int) (noise.uniform(i) * 3) : (tokens[i - 1] + tokens[i - 2]) % 3;
        }
        return tokens;
    }

    /// With little known, the joint law of [#sums] knows more than its marginals.
    @Test
    void theJointLossLearnsWhatMarginalsCannotTell() {
        int[] tokens = sums(4000);
        int length = 16;
        Missing missing = new Missing(0.6, 0.95, 0, 20);
        Batches<MissingBatch> batches = missing.of(Windows.shuffled(tokens, 8, length, 1), 1);
        Batches<MissingBatch> looks = Missing.share(0.9).of(Windows.inOrder(tokens, 8, length), 2);
        List<Double> losses = new ArrayList<>();
        for (boolean joint : List.of(true, false)) {
            Backbone fresh = Backbone.fresh(config(length), 5);
            MissingTokens learner = new MissingTokens(fresh, Bytes.BYTES, joint, 0, TensorType.F32);
            Path place = trained(learner, batches, 150);
            fresh.close();
            try (Backbone best = Backbone.load(place)) {
                assertThat(best.config().isAnySubset()).isTrue();
                MissingTokens held = new MissingTokens(best, Bytes.BYTES, true, 0, TensorType.F32);
                losses.add(HeldOut.loss(held, looks, 10));
            }
        }
        assertThat(losses.getFirst()).isLessThan(0.9 * Math.log(3));
        assertThat(losses.getFirst()).isLessThan(losses.getLast());
    }

    /// What a model says of one place, directly and over all that may stand at another first.
    private record TwoWays(double[] direct, double[] through) {
        static TwoWays of(Model model, Layout layout, Canvas known, int place, int other) {
            List<Address> places = layout.addresses();
            double[] direct = new double[CODES];
            double[] through = new double[CODES];
            for (int code = 0; code < CODES; code++) {
                Element asked = new Element(places.get(place), Tokens.of(code));
                direct[code] = probability(model, known, List.of(asked));
                for (int there = 0; there < CODES; there++) {
                    Element first = new Element(places.get(other), Tokens.of(there));
                    through[code] += probability(model, known, List.of(first, asked));
                }
            }
            return new TwoWays(direct, through);
        }

        private static double probability(Model model, Canvas known, List<Element> values) {
            try (Context context = DirectContext.open(model)) {
                return Math.exp(
                        AnySubset.logProbabilities(context, known, values).stream()
                                .mapToDouble(Double::doubleValue)
                                .sum());
            }
        }

        /// Total variation.
        double gap() {
            double sum = 0;
            for (int code = 0; code < CODES; code++) {
                sum += Math.abs(direct[code] - through[code]) / 2;
            }
            return sum;
        }

        /// How far the direct law is from knowing nothing.
        double told() {
            double sum = 0;
            for (double probability : direct) {
                sum += Math.abs(probability - 1.0 / CODES) / 2;
            }
            return sum;
        }
    }

    private static Canvas half(Layout layout, int[] tokens, int row, int... open) {
        Noise noise = Noise.of(row, 3);
        Canvas known = new Canvas(layout);
        for (int at = 0; at < layout.addresses().size(); at++) {
            int place = at;
            if (IntStream.of(open).noneMatch(hidden -> hidden == place)
                    && noise.uniform(place) < 0.5) {
                known.observe(layout.addresses().get(place), tokens[row * 8 + place]);
            }
        }
        return known;
    }

    private static double uneven(Canvas canvas) {
        Noise noise = Noise.of(2, 2);
        for (Address address : ALL) {
            noise = noise.at(canvas.codes(address).orElseThrow().get(0));
        }
        return noise.exponential(0);
    }

    /// A net that answers in any order is not one law: its answers in two orders differ, by far
    /// less than they tell. What it writes follows the law of the order in which it writes. A joint
    /// law's two ways are the same.
    @Test
    void ofANetTwoOrdersDifferALittleAndOfALawNotAtAll() {
        int length = 16;
        int[] tokens = sums(4000);
        Layout layout = Layout.line("text", length, CODES);
        Batches<MissingBatch> batches =
                new Missing(0.3, 0.95, 0, 20).of(Windows.shuffled(tokens, 8, length, 1), 1);
        Backbone fresh = Backbone.fresh(config(length), 5);
        // no guess sees another: then each place is learned with and without those before it
        MissingTokens learner = new MissingTokens(fresh, Bytes.BYTES, false, 0, TensorType.F32);
        Path place = trained(learner, batches, 200);
        fresh.close();
        double gap = 0;
        double told = 0;
        try (Transformer model = new Transformer(Backbone.load(place))) {
            for (int row = 0; row < 20; row++) {
                TwoWays ways = TwoWays.of(model, layout, half(layout, tokens, row, 4, 5), 4, 5);
                gap += ways.gap() / 20;
                told += ways.told() / 20;
            }
        }
        assertThat(gap).isBetween(1e-5, told / 3);
        JointModel law = new JointModel(LAYOUT, MissingTokensTest::uneven);
        Canvas known = new Canvas(LAYOUT).observe(ALL.get(1), 2);
        assertThat(TwoWays.of(law, LAYOUT, known, 2, 3).gap()).isLessThan(SINGLE);
    }

    @Test
    void asMuchIsMissingAsWasAskedFor() {
        int[] tokens = IntStream.range(0, 2000).map(i -> i % 3).toArray();
        Batches<WindowBatch> windows = Windows.shuffled(tokens, 4, 20, 1);
        Missing missing = new Missing(0.5, 0.9, 0.5, 10);
        Batches<MissingBatch> batches = missing.of(windows, 3);
        assertThat(batches.at(0).count()).isEqualTo(3); // 0.15 of 20
        double sum = 0;
        int together = 0;
        for (int number = 10; number < 210; number++) {
            MissingBatch batch = batches.at(number);
            sum += batch.count() / 20.0;
            assertThat(batch.count()).isBetween(10, 18);
            for (int row = 0; row < 4; row++) {
                List<Integer> places = new ArrayList<>();
                for (int place = 0; place < 20; place++) {
                    if (batch.isMissing(row, place)) {
                        places.add(place);
                    }
                }
                assertThat(places).hasSize(batch.count());
                together += places.getLast() - places.getFirst() + 1 == places.size() ? 1 : 0;
            }
        }
        assertThat(sum / 200).isCloseTo(0.7, within(0.01));
        assertThat(together / 800.0).isBetween(0.45, 0.65);
        assertThat(batches.at(7)).isEqualTo(missing.of(windows, 3).at(7));
        assertThat(batches.at(7)).isNotEqualTo(missing.of(windows, 4).at(7));
        assertThatThrownBy(() -> new Missing(0.9, 0.5, 0, 0))
                .hasMessageContaining("from 0.9 to 0.5; both must lie in (0, 1)");
    }
}
