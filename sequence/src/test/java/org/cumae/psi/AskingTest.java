package org.cumae.psi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Layout;
import org.cumae.canvas.Moment;
import org.cumae.decode.FillRequest;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.exact.ChiSquare;
import org.cumae.exact.ExactLaw;
import org.cumae.exact.JointModel;
import org.cumae.model.DirectContext;
import org.cumae.model.PooledContext.Pooling;
import org.cumae.model.Tokens;
import org.cumae.noise.Noise;
import org.cumae.order.Order;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Observing, asking and writing: tests 3, 4, 5, 7 and 8 of the method's card.
class AskingTest {
    private static final OracleWorlds.Oracle ORACLE = OracleWorlds.movingObject(2);
    private static final World WORLD = ORACLE.world();
    private static final FillRequest.Samplings PLAIN = (_, _) -> Sampling.PLAIN;

    @AfterAll
    static void close() {
        ORACLE.close();
    }

    /// Two cells of two levels each, with a law of chance.
    private static final Layout PAIR = Layout.EMPTY.plus("v", 1, 2, List.of(2, 3), Moment.ALWAYS);

    private static JointModel joint(Layout layout) {
        return new JointModel(
                layout,
                canvas -> 0.1 + Noise.of(canvas.elements().toString().hashCode(), 0).uniform(0));
    }

    @Test
    void alonesAnswerIsThatOfManyAndTheOrderOfTellingDoesNotMatter() {
        Scenes scene = Scenes.of(ORACLE, 1);
        List<Element> told =
                new ArrayList<>(WORLD.elements(scene.truth(), World.RGB, Scenes.FIRST));
        List<Address> asked = WORLD.cells(World.RGB, Scenes.SECOND);
        List<Categorical> many = WORLD.ask(belief -> belief.observe(told).laws(asked));
        for (int i = 0; i < asked.size(); i += 9) {
            Address one = asked.get(i);
            Categorical alone =
                    WORLD.ask(belief -> belief.observe(told).laws(List.of(one)).getFirst());
            assertThat(many.get(i).distance(alone)).isLessThan(1e-6);
        }
        List<Element> shuffled =
                Order.random(told.size(), Noise.of(1, 1)).line().stream().map(told::get).toList();
        List<Categorical> other = WORLD.ask(belief -> belief.observe(shuffled).laws(asked));
        for (int i = 0; i < asked.size(); i++) {
            assertThat(many.get(i).distance(other.get(i))).isLessThan(1e-5);
        }
    }

    @Test
    void questionsLeaveNothingBehindAndBranchesLiveTheirOwnLives() {
        Scenes scene = Scenes.of(ORACLE, 2);
        List<Element> first = WORLD.elements(scene.truth(), World.RGB, Scenes.FIRST);
        List<Element> flow = WORLD.elements(scene.truth(), World.FLOW, Scenes.NEXT);
        List<Address> asked = WORLD.cells(World.RGB, Scenes.SECOND);
        WORLD.ask(
                belief -> {
                    belief.observe(first);
                    double before = belief.laws(asked).get(44).entropy();
                    long fed = belief.cost().rows();
                    try (Belief branch = belief.branch()) {
                        branch.observe(flow);
                        assertThat(branch.laws(asked).get(44).entropy()).isNotEqualTo(before);
                        assertThat(belief.known().codes(flow.getFirst().address())).isEmpty();
                    }
                    // the branch fed the motion and its questions, and not the frame again
                    assertThat(belief.cost().rows() - fed).isEqualTo(2 * 100 + 100);
                    assertThat(belief.laws(asked).get(44).entropy()).isEqualTo(before);
                    return before;
                });
    }

    @Test
    void newTypesLeaveOldConditionalsBitForBit() {
        Layout more = PAIR.plus("w", 1, 1, List.of(2), Moment.ALWAYS);
        Address asked = Address.of("v", 1);
        Element known = new Element(Address.of("v", 0), Tokens.of(1, 3));
        JointModel old = joint(PAIR);
        JointModel extended =
                new JointModel(
                        more,
                        canvas -> {
                            Canvas part = new Canvas(PAIR);
                            canvas.elements().stream()
                                    .filter(each -> each.address().type().equals("v"))
                                    .forEach(part::observe);
                            return 0.1
                                    + Noise.of(part.elements().toString().hashCode(), 0).uniform(0);
                        });
        try (Belief before = Belief.open(PAIR, DirectContext.open(old));
                Belief after = Belief.open(more, DirectContext.open(extended))) {
            Categorical one = before.observe(known).laws(List.of(asked)).getFirst();
            Categorical other = after.observe(known).laws(List.of(asked)).getFirst();
            assertThat(other.size()).isEqualTo(2);
            assertThat(other.probabilities()).containsExactly(one.probabilities(), within(1e-7));
            assertThat(more.pointer(asked)).isEqualTo(PAIR.pointer(asked));
            assertThat(more.position(asked, 1)).isEqualTo(PAIR.position(asked, 1));
        }
    }

    @Test
    void oneAfterTheOtherIsTheJointLawAndAtOnceTheProductOfMarginals() {
        JointModel model = joint(PAIR);
        List<Address> targets = PAIR.addresses();
        ExactLaw<List<Element>> joint = law(model, targets, Order.raster(2));
        ExactLaw<List<Element>> turned = law(model, targets, Order.given(List.of(1, 0)));
        ExactLaw<List<Element>> apart = law(model, targets, Order.together(2));
        assertThat(joint.error(turned)).isLessThan(1e-6);
        assertThat(joint.error(apart)).isGreaterThan(1e-3);
        assertThat(law(model, targets, Order.raster(2).thenTogether(2)).error(joint))
                .isLessThan(1e-12);
        assertThat(law(model, targets, Order.raster(2).thenTogether(0)).error(apart))
                .isLessThan(1e-12);
        for (Element element : List.of(new Element(targets.get(0), Tokens.of(0, 2)))) {
            double marginal = joint.map(List::getFirst).probability(element);
            assertThat(apart.map(List::getFirst).probability(element))
                    .isCloseTo(marginal, within(1e-6));
            try (Belief belief = Belief.open(PAIR, DirectContext.open(model))) {
                assertThat(belief.logProbabilities(List.of(element)).getFirst())
                        .isCloseTo(Math.log(marginal), within(1e-6));
            }
        }
    }

    private static ExactLaw<List<Element>> law(
            JointModel model, List<Address> targets, Order order) {
        return ExactLaw.of(
                chance -> {
                    try (Belief belief = Belief.open(PAIR, DirectContext.open(model))) {
                        belief.write(targets, order, PLAIN, chance);
                        return targets.stream()
                                .map(at -> new Element(at, belief.known().codes(at).orElseThrow()))
                                .toList();
                    }
                });
    }

    /// Counts of how often two neighbouring cells of the object keep their colours together.
    @Test
    void drawsFailTheTestOfTheJointLawAtOnceAndPassItOneAfterTheOther() {
        Scenes scene = Scenes.of(ORACLE, 0);
        List<Element> first = WORLD.elements(scene.truth(), World.RGB, Scenes.FIRST);
        List<Address> pair = WORLD.cells(World.RGB, Scenes.SECOND).subList(44, 46);
        double[] law = new double[36];
        WORLD.ask(
                belief -> {
                    belief.observe(first);
                    for (int i = 0; i < 36; i++) {
                        List<Element> both =
                                List.of(
                                        new Element(pair.get(0), Tokens.of(i / 6)),
                                        new Element(pair.get(1), Tokens.of(i % 6)));
                        law[i] =
                                Math.exp(
                                        belief.logProbabilities(both).stream()
                                                .mapToDouble(Double::doubleValue)
                                                .sum());
                    }
                    return law;
                });
        assertThat(falseAlarm(first, pair, law, Order.raster(2))).isGreaterThan(1e-3);
        assertThat(falseAlarm(first, pair, law, Order.together(2))).isLessThan(1e-6);
    }

    private static double falseAlarm(
            List<Element> first, List<Address> pair, double[] law, Order order) {
        long[] counts = new long[36];
        WORLD.ask(
                belief -> {
                    belief.observe(first);
                    for (int draw = 0; draw < 1500; draw++) {
                        try (Belief branch = belief.branch()) {
                            branch.write(pair, order, PLAIN, KeyedChance.of(4, draw));
                            int one = branch.known().codes(pair.get(0)).orElseThrow().get(0);
                            int other = branch.known().codes(pair.get(1)).orElseThrow().get(0);
                            counts[6 * one + other]++;
                        }
                    }
                    return counts;
                });
        return ChiSquare.falseAlarm(counts, law);
    }

    @Test
    void whatIsDrawnOneAfterTheOtherResolvesWhatPatchesHaveInCommon() {
        int worlds = 40;
        double[] sums = new double[4];
        int[] steps = {0, 8, 32, 100};
        for (int seed = 0; seed < worlds; seed++) {
            Canvas truth = ORACLE.scene(seed);
            for (int i = 0; i < steps.length; i++) {
                String prompt = "rgb0->rgb1:s2p=" + steps[i];
                sums[i] += Inquiry.of(WORLD, prompt, truth, seed).surprise(truth) / worlds;
            }
        }
        // the card's numbers less its 28.72 of the joint law, a low draw of one of about 30
        assertThat(sums[0] - sums[3]).isCloseTo(35.1, within(2.5));
        assertThat(sums[1] - sums[3]).isCloseTo(12.95, within(2.5));
        assertThat(sums[2] - sums[3]).isCloseTo(0.0, within(0.8));
        assertThat(sums[3]).isCloseTo(30.0, within(4.0));
    }

    @Test
    void aPoolOfMasksIsTheMeanAndGuidanceTheDifferenceOfLogits() {
        Scenes scene = Scenes.of(ORACLE, 2);
        List<Element> first = WORLD.elements(scene.truth(), World.RGB, Scenes.FIRST);
        List<Element> second = WORLD.elements(scene.truth(), World.RGB, Scenes.SECOND);
        List<Address> asked = WORLD.cells(World.RGB, Scenes.SECOND).subList(60, 70);
        WORLD.ask(
                belief -> {
                    belief.observe(first);
                    Belief one = belief.branch().observe(second.subList(0, 5));
                    Belief other = belief.branch().observe(second.subList(20, 25));
                    List<List<Categorical>> laws =
                            Belief.laws(List.of(one, other), List.of(asked, asked));
                    try (Belief pool = Belief.pooled(List.of(one, other), new Pooling.Mean())) {
                        List<Categorical> means = pool.laws(asked);
                        for (int i = 0; i < asked.size(); i++) {
                            for (int id = 0; id < 6; id++) {
                                double mean =
                                        (laws.get(0).get(i).probability(id)
                                                        + laws.get(1).get(i).probability(id))
                                                / 2;
                                assertThat(means.get(i).probability(id))
                                        .isCloseTo(mean, within(1e-6));
                            }
                        }
                        pool.write(asked, Order.raster(10), PLAIN, KeyedChance.of(0, 0));
                        assertThat(pool.known().codes(asked.get(9))).isPresent();
                    }
                    Belief with = belief.branch();
                    Belief without = Belief.open(WORLD.layout(), WORLD.engine().open());
                    List<Categorical> given = with.laws(asked);
                    List<Categorical> free = without.laws(asked);
                    try (Belief guided =
                            Belief.pooled(
                                    List.of(with, without),
                                    new Pooling.Logits(List.of(1.5, -0.5)))) {
                        List<Categorical> mixed = guided.laws(asked);
                        for (int i = 0; i < asked.size(); i++) {
                            double[] weights = new double[6];
                            for (int id = 0; id < 6; id++) {
                                weights[id] =
                                        Math.pow(given.get(i).probability(id), 1.5)
                                                / Math.pow(free.get(i).probability(id), 0.5);
                            }
                            assertThat(mixed.get(i).distance(Categorical.ofWeights(weights)))
                                    .isLessThan(1e-5);
                        }
                    }
                    return 0;
                });
    }

    @Test
    void aRolloutShowsFrameAfterFrameAndKeepsItsSeed() {
        try (OracleWorlds.Oracle three = OracleWorlds.movingObject(3)) {
            Canvas scene = three.scene(4);
            Inquiry inquiry = Inquiry.of(three.world(), "rgb0,rgb1->rgb2:s2p=20", scene, 7);
            Inquiry.Outcome outcome = inquiry.run();
            assertThat(outcome.written()).hasSize(100);
            assertThat(outcome.exact()).isFalse();
            assertThat(outcome.ways()).containsExactly("rgb2 20 sequential, then parallel");
            assertThat(inquiry.run().canvas()).isEqualTo(outcome.canvas());
            Inquiry.Outcome exact =
                    Inquiry.of(three.world(), "rgb0,rgb1->f01[0,0]", scene, 7).run();
            assertThat(exact.exact()).isTrue();
            assertThat(exact.cost().forwards()).isLessThanOrEqualTo(2);
            assertThat(inquiry.explain()).contains("given   rgb0", "wanted  rgb2:s2p=20", "in all");
        }
    }

    @Test
    void whatMakesNoSenseIsTold() {
        Canvas scene = ORACLE.scene(0);
        Canvas nothing = new Canvas(WORLD.layout());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Inquiry.of(WORLD, "rgb0->rgb1", nothing, 0).run())
                .withMessageContaining("rgb0(0, 0) is given and has no value");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Inquiry.of(WORLD, "rgb0,f01->f01", scene, 0).run())
                .withMessageContaining("all of f01 is given already");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Inquiry.of(WORLD, "rgb0[thing]->rgb1", scene, 0).run())
                .withMessageContaining("no mask 'thing'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Inquiry.of(WORLD, "rgb0:par->rgb1", scene, 0).run())
                .withMessageContaining("behind the arrow");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                WORLD.ask(
                                        belief ->
                                                belief.observe(scene.elements().getFirst())
                                                        .laws(
                                                                List.of(
                                                                        scene.elements()
                                                                                .getFirst()
                                                                                .address()))))
                .withMessageContaining("is known");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new World("w", WORLD.layout(), Map.of(), ORACLE.model()))
                .withMessageContaining("has no book");
    }
}
