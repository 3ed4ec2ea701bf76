package org.cumae.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Layout;
import org.cumae.canvas.Moment;
import org.cumae.canvas.PointerRows;
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
import java.util.function.ToDoubleFunction;

class FillTest {
    /// Tables give weights in float, and each conditional is rounded to float once.
    private static final double SINGLE = 2e-6;

    /// A caption word, and a frame of 1 x 3 patches, the caption's law and the patches' entangled;
    /// patches have a coarse and a fine code.
    private static final Layout LAYOUT =
            Layout.EMPTY
                    .plus("word", 1, 1, List.of(3), Moment.ALWAYS)
                    .plus("patch", 1, 2, List.of(2, 2), new Moment.Frame(0));

    private static final List<Address> ALL = LAYOUT.addresses();

    private static final ToDoubleFunction<Canvas> ENTANGLED =
            canvas -> {
                Noise noise = Noise.of(8, 8);
                for (Address address : ALL) {
                    for (int code : canvas.codes(address).orElseThrow().toArray()) {
                        noise = noise.at(code);
                    }
                }
                return Math.pow(noise.exponential(0), 2);
            };

    private static final JointModel MODEL = new JointModel(LAYOUT, ENTANGLED);

    private static ExactLaw<Canvas> law(JointModel model, FillRequest request) {
        return ExactLaw.of(
                chance -> {
                    try (Context context = DirectContext.open(model)) {
                        return new Fill()
                                .fill(context, request.withChance(chance), _ -> true)
                                .canvas();
                    }
                });
    }

    private static List<Canvas> worlds(Canvas known, List<Address> left) {
        if (left.isEmpty()) {
            return List.of(known);
        }
        List<Canvas> all = new ArrayList<>();
        Address address = left.getFirst();
        List<Tokens> values = List.of(Tokens.NONE);
        for (var span : LAYOUT.field(address).type().codes()) {
            List<Tokens> longer = new ArrayList<>();
            for (Tokens value : values) {
                for (int code = span.from(); code < span.to(); code++) {
                    longer.add(value.plus(code));
                }
            }
            values = longer;
        }
        for (Tokens value : values) {
            Canvas more = known.copy().observe(address, value.toArray());
            all.addAll(worlds(more, left.subList(1, left.size())));
        }
        return all;
    }

    private static ExactLaw<Canvas> joint(ToDoubleFunction<Canvas> weight, Canvas known) {
        List<Canvas> worlds = worlds(known, known.unknown(ALL));
        double sum = worlds.stream().mapToDouble(weight).sum();
        Map<Canvas, Double> law = new HashMap<>();
        worlds.forEach(world -> law.put(world, weight.applyAsDouble(world) / sum));
        return new ExactLaw<>(law, worlds.size());
    }

    private static FillRequest everything(Order order) {
        return FillRequest.of(new Canvas(LAYOUT), ALL, order);
    }

    @Test
    void oneByOneInAnyOrderIsTheJointLaw() {
        ExactLaw<Canvas> joint = joint(ENTANGLED, new Canvas(LAYOUT));
        for (List<Integer> line :
                List.of(List.of(0, 1, 2), List.of(2, 1, 0), List.of(1, 0, 2), List.of(2, 0, 1))) {
            ExactLaw<Canvas> written = law(MODEL, everything(Order.given(line)));
            assertThat(written.total()).isCloseTo(1, within(1e-12));
            assertThat(written.error(joint)).isLessThan(SINGLE);
        }
    }

    @Test
    void whatIsKnownConditionsTheJointLaw() {
        Canvas known = new Canvas(LAYOUT).observe(ALL.get(1), 4, 7);
        FillRequest request =
                FillRequest.of(known, List.of(ALL.get(2), ALL.get(0)), Order.raster(2));
        assertThat(law(MODEL, request).error(joint(ENTANGLED, known))).isLessThan(SINGLE);
    }

    @Test
    void togetherIsTheProductOfMarginalsAndNotTheJointLaw() {
        ExactLaw<Canvas> written = law(MODEL, everything(Order.together(3)));
        ExactLaw<Canvas> joint = joint(ENTANGLED, new Canvas(LAYOUT));
        Map<Canvas, Double> product = new HashMap<>();
        for (Canvas world : joint.probabilities().keySet()) {
            double p = 1;
            for (Address address : ALL) {
                p *= joint.map(c -> c.codes(address)).probability(world.codes(address));
            }
            product.put(world, p);
        }
        assertThat(written.error(new ExactLaw<>(product, 0))).isLessThan(SINGLE);
        assertThat(written.error(joint)).isGreaterThan(0.01); // the negative control
    }

    @Test
    void independentVariablesHaveOneLawInAllWaysOfWriting() {
        ToDoubleFunction<Canvas> independent =
                canvas -> {
                    double p = 1;
                    for (Address address : ALL) {
                        p *=
                                Noise.of(1, canvas.codes(address).hashCode())
                                        .at(address.x())
                                        .uniform(0);
                    }
                    return p;
                };
        JointModel model = new JointModel(LAYOUT, independent);
        ExactLaw<Canvas> joint = joint(independent, new Canvas(LAYOUT));
        for (int careful = 0; careful <= 3; careful++) {
            Order order = Order.raster(3).thenTogether(careful);
            assertThat(law(model, everything(order)).error(joint)).isLessThan(SINGLE);
        }
    }

    @Test
    void aFewWrittenWithCareResolveWhatTheRestHaveInCommon() {
        ExactLaw<Canvas> joint = joint(ENTANGLED, new Canvas(LAYOUT));
        double before = Double.POSITIVE_INFINITY;
        for (int careful = 0; careful < 3; careful++) {
            ExactLaw<Canvas> written =
                    law(MODEL, everything(Order.raster(3).thenTogether(careful)));
            double excess =
                    joint.probabilities().entrySet().stream()
                            .mapToDouble(
                                    e ->
                                            e.getValue()
                                                    * Math.log(
                                                            e.getValue()
                                                                    / written.probability(
                                                                            e.getKey())))
                            .sum();
            assertThat(excess).isLessThan(before);
            before = excess;
        }
        assertThat(before).isCloseTo(0, within(1e-5)); // two with care leave one: exact
    }

    @Test
    void manyQuestionsAtOnceAreAnsweredAsEachAlone() {
        PointerRows many = new PointerRows(LAYOUT);
        many.known(new Element(ALL.get(0), Tokens.of(1)));
        many.ask(ALL.get(1), Tokens.NONE).ask(ALL.get(2), Tokens.of(5));
        PointerRows first = new PointerRows(LAYOUT);
        first.known(new Element(ALL.get(0), Tokens.of(1))).ask(ALL.get(1), Tokens.NONE);
        PointerRows second = new PointerRows(LAYOUT);
        second.known(new Element(ALL.get(0), Tokens.of(1))).ask(ALL.get(2), Tokens.of(5));
        try (Context context = DirectContext.open(MODEL)) {
            var together = context.ask(many.query());
            context.truncate(0);
            Categorical one = context.ask(first.query()).categorical();
            context.truncate(0);
            Categorical two = context.ask(second.query()).categorical();
            assertThat(together.categorical(0).logits()).isEqualTo(one.logits());
            assertThat(together.categorical(1).logits()).isEqualTo(two.logits());
        }
    }

    @Test
    void passesAreOneALevelWhateverTheNumberOfVariables() {
        try (Context context = DirectContext.open(MODEL)) {
            Filled filled = new Fill().fill(context, everything(Order.together(3)), _ -> true);
            assertThat(filled.ledger().forwards()).isEqualTo(2);
            assertThat(filled.written()).hasSize(3);
        }
        try (Context context = DirectContext.open(MODEL)) {
            Filled filled = new Fill().fill(context, everything(Order.raster(3)), _ -> true);
            assertThat(filled.ledger().forwards()).isEqualTo(1 + 2 + 2);
            assertThat(filled.ledger().rows()).isEqualTo(2 + 3 + 3 - 1); // the last code is not fed
        }
    }

    /// 10,000 canvases over 48 cells through the engine; false alarm 1e-6.
    @Test
    void keyedFillsThroughTheEngineFollowTheJointLaw() {
        ExactLaw<Canvas> joint = joint(ENTANGLED, new Canvas(LAYOUT));
        List<Canvas> cells =
                joint.probabilities().keySet().stream()
                        .filter(c -> joint.probability(c) > 5.0 / 10_000)
                        .toList();
        double[] p = new double[cells.size() + 1];
        long[] counts = new long[cells.size() + 1];
        double rest = 1;
        for (int i = 0; i < cells.size(); i++) {
            p[i] = joint.probability(cells.get(i));
            rest -= p[i];
        }
        p[cells.size()] = Math.max(rest, 1e-9);
        try (Engine engine = new Engine(MODEL)) {
            for (int i = 0; i < 10_000; i++) {
                Order order = Order.random(3, Noise.of(3, i));
                FillRequest request = everything(order).withSeed(i);
                Filled filled =
                        engine.call(context -> new Fill().fill(context, request, _ -> true));
                int cell = cells.indexOf(filled.canvas());
                counts[cell < 0 ? cells.size() : cell]++;
            }
        }
        assertThat(ChiSquare.falseAlarm(counts, p)).isGreaterThan(1e-6);
    }

    @Test
    void samplingHasItsSayAtEachTypeAndLevel() {
        FillRequest request =
                everything(Order.raster(3))
                        .withSamplings(
                                (type, level) ->
                                        type.name().equals("word")
                                                ? Sampling.PLAIN
                                                : Sampling.GREEDY);
        ExactLaw<Canvas> law = law(MODEL, request);
        assertThat(law.probabilities()).hasSize(3);
    }

    @Test
    void whatDoesNotFitIsRefusedInWords() {
        Canvas known = new Canvas(LAYOUT).observe(ALL.get(0), 1);
        assertThatThrownBy(() -> FillRequest.of(known, ALL, Order.raster(3)))
                .hasMessageContaining("known already");
        assertThatThrownBy(() -> FillRequest.of(new Canvas(LAYOUT), ALL, Order.raster(2)))
                .hasMessageContaining("3 targets");
        try (Context context = DirectContext.open(TableModel.random(20, 1, 1))) {
            assertThatThrownBy(
                            () -> new Fill().fill(context, everything(Order.raster(3)), _ -> true))
                    .isInstanceOf(CapabilityException.class)
                    .hasMessageContaining("prediction in any order");
        }
    }
}
