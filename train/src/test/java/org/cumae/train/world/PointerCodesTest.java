package org.cumae.train.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cumae.canvas.Address;
import org.cumae.canvas.Canvas;
import org.cumae.canvas.Element;
import org.cumae.canvas.Field;
import org.cumae.canvas.Layout;
import org.cumae.canvas.Moment;
import org.cumae.canvas.Span;
import org.cumae.model.DirectContext;
import org.cumae.model.Tokens;
import org.cumae.net.Backbone;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.Transformer;
import org.cumae.net.TransformerConfig;
import org.cumae.noise.Noise;
import org.cumae.psi.Belief;
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
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.LongStream;

/// What is learned after pointers is what a belief is told: tests 4 and 10 to 13 of PSI's card, on
/// a net.
class PointerCodesTest {
    private static final double SINGLE = 2e-4; // sums of float32 in another order
    private static final Moment.Frame FIRST = new Moment.Frame(0);
    private static final Moment.Frame SECOND = new Moment.Frame(1);
    private static final Moment.Pair NEXT = new Moment.Pair(0, 1);
    private static final Layout LAYOUT =
            Layout.EMPTY
                    .plus("rgb", 3, 3, List.of(5, 4), FIRST, SECOND)
                    .plus("f", 3, 3, List.of(6), NEXT)
                    .plus("c", 1, 1, List.of(3), NEXT);
    private static final Backbone BACKBONE = Backbone.fresh(config(LAYOUT.vocabulary()), 3);
    private static final Transformer MODEL = new Transformer(BACKBONE);

    @TempDir private Path folder;

    private static TransformerConfig config(int vocabulary) {
        return new TransformerConfig(
                "world",
                TransformerConfig.POINTERS,
                vocabulary,
                32,
                2,
                2,
                16,
                48,
                512,
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
        BACKBONE.close();
    }

    private static Canvas scene(long seed) {
        Canvas canvas = new Canvas(LAYOUT);
        Noise noise = Noise.of(seed, 1);
        int next = 0;
        for (Address at : LAYOUT.addresses()) {
            int[] codes =
                    LAYOUT.field(at).type().codes().stream()
                            .mapToInt(span -> span.from())
                            .toArray();
            for (int level = 0; level < codes.length; level++) {
                int size = LAYOUT.field(at).type().codes().get(level).size();
                codes[level] += (int) (noise.uniform(next++) * size);
            }
            canvas.observe(new Element(at, Tokens.of(codes)));
        }
        return canvas;
    }

    private static final Grammar SEES =
            Grammar.of(
                    Grammar.Part.of("rgb", FIRST, 0.5, 1),
                    Grammar.Part.of("c", NEXT, 1, 1),
                    new Grammar.Part("f", NEXT, 0, 1, 0.75, false),
                    Grammar.Part.of("rgb", SECOND, 1, 1));

    private static List<Element> row(long seed, int room) {
        return SEES.row(scene(seed), element -> element.codes().get(0) % 3, room, Noise.of(seed, 2))
                .patches();
    }

    private static double loss(List<List<Element>> rows, int length) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            return learner()
                    .loss(
                            new Packed(List.of(rows.stream().map(Row::of).toList()), length),
                            Optional.empty())
                    .total()
                    .item_double();
        }
    }

    private static PointerCodes learner() {
        return new PointerCodes(BACKBONE, LAYOUT, 0, TensorType.F32);
    }

    @Test
    void theLossIsWhatABeliefSaysOfEachPatchGivenThoseBefore() {
        for (int seed = 0; seed < 4; seed++) {
            List<Element> row = row(seed, 200);
            double told;
            try (Belief belief = Belief.open(LAYOUT, DirectContext.open(MODEL))) {
                belief.observe(row.getFirst());
                told =
                        belief.logProbabilities(row.subList(1, row.size())).stream()
                                .mapToDouble(Double::doubleValue)
                                .sum();
            }
            assertThat(loss(List.of(row), 200)).isCloseTo(-told, within(SINGLE * row.size()));
        }
    }

    @Test
    void packedRowsLoseWhatTheyLoseAloneAndDoNotSeeEachOther() {
        List<Element> one = row(1, 60);
        List<Element> other = row(2, 60);
        List<Element> third = row(3, 60);
        double alone = loss(List.of(one), 60);
        assertThat(loss(List.of(one, other), 140))
                .isCloseTo(alone + loss(List.of(other), 60), within(1e-3));
        assertThat(loss(List.of(third, one), 140) - loss(List.of(third), 60))
                .isCloseTo(alone, within(1e-3));
    }

    @Test
    void whatIsGivenIsNotLearned() {
        Grammar sees = Grammar.parse("rgb0 c01 | f01 rgb1", LAYOUT);
        assertThat(sees.given()).isEqualTo(2);
        assertThat(Grammar.parse(sees.toString(), LAYOUT)).isEqualTo(sees);
        Row row = sees.row(scene(4), _ -> 1, 200, Noise.of(4, 2));
        assertThat(row.given()).isEqualTo(9 + 1);
        double all = loss(List.of(row.patches()), 200);
        double given = loss(List.of(row.patches().subList(0, row.given())), 200);
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Learner.Loss loss =
                    learner().loss(new Packed(List.of(List.of(row)), 200), Optional.empty());
            assertThat(loss.total().item_double()).isCloseTo(all - given, within(1e-3));
            assertThat(loss.terms()).isEqualTo(9 + 9 * 2);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Grammar.parse("rgb0 c01 |", LAYOUT))
                .withMessageContaining("2 of 2 parts are given");
    }

    @Test
    void pointersAreToldAndNeverLearned() {
        try (Backbone fresh = Backbone.fresh(config(LAYOUT.vocabulary()), 4);
                var _ = new PointerScope()) {
            fresh.tensors().forEach(tensor -> tensor.requires_grad_(true));
            List<Element> row = row(5, 120);
            Learner.Loss loss =
                    new PointerCodes(fresh, LAYOUT, 0, TensorType.F32)
                            .loss(new Packed(List.of(List.of(Row.of(row))), 120), Optional.empty());
            int codes = row.stream().skip(1).mapToInt(each -> each.codes().size()).sum();
            assertThat(loss.terms()).isEqualTo(codes);
            loss.total().backward();
            // of the two tables of ids the head's has no gradient at pointers: nobody predicts them
            List<Double> pointers = new ArrayList<>();
            for (Tensor table : fresh.tensors()) {
                if (table.size(0) == LAYOUT.vocabulary()) {
                    double sum = 0;
                    for (Field field : LAYOUT.fields()) {
                        Span span = field.pointers();
                        Tensor part = table.grad().narrow(0, span.from(), span.size());
                        sum += part.abs().sum().item_double();
                    }
                    pointers.add(sum);
                    assertThat(table.grad().abs().sum().item_double()).isPositive();
                }
            }
            assertThat(pointers).hasSize(2).containsOnlyOnce(0.0);
        }
    }

    /// Frame 1 is frame 0.
    @Test
    void aWorldInWhichNothingMovesIsLearned() {
        Grammar grammar =
                Grammar.of(
                        Grammar.Part.of("rgb", FIRST, 1, 1), Grammar.Part.of("rgb", SECOND, 1, 1));
        Mixture mixture = new Mixture(List.of(new Mixture.Weighted(grammar, 1)), 54, 54);
        Batches<Packed> batches = mixture.of((_, noise) -> still(noise.bits(0)), _ -> 0, 16, 3);
        try (Backbone fresh = Backbone.fresh(config(LAYOUT.vocabulary()), 4)) {
            PointerCodes learner = new PointerCodes(fresh, LAYOUT, 0, TensorType.F32);
            double before = HeldOut.loss(learner, number -> batches.at(10_000 + number), 2);
            Path model = trained(learner, batches, 120);
            try (Backbone best = Backbone.load(model)) {
                PointerCodes after = new PointerCodes(best, LAYOUT, 0, TensorType.F32);
                double later = HeldOut.loss(after, number -> batches.at(10_000 + number), 2);
                assertThat(before).isBetween(1.2, 2.2); // about the logarithm of 4 to 5 codes
                assertThat(later)
                        .isLessThan(0.75 * before); // half of the codes stay as surprising as ever
            }
        }
    }

    private static Canvas still(long seed) {
        Canvas drawn = scene(seed);
        Canvas still = new Canvas(LAYOUT);
        for (Address at : LAYOUT.addresses()) {
            boolean second = at.moment().equals(SECOND);
            Address from = new Address(at.type(), second ? FIRST : at.moment(), at.y(), at.x());
            still.observe(new Element(at, drawn.codes(from).orElseThrow()));
        }
        return still;
    }

    private Path trained(Learner<Packed> learner, Batches<Packed> batches, long steps) {
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
        try (RunFolder run = RunFolder.open(folder.resolve("run"), false);
                Trainer<Packed> trainer =
                        new Trainer<>(learner, batches, batches, options, run, new Journal() {})) {
            trainer.run();
            return run.model();
        }
    }

    @Test
    void manyQuestionsAtOnceAreAnsweredAsAlone() {
        List<Element> given =
                row(7, 200).stream().filter(e -> !e.address().moment().equals(SECOND)).toList();
        List<Address> asked =
                LAYOUT.addresses().stream()
                        .filter(at -> at.type().equals("rgb") && at.moment().equals(SECOND))
                        .toList();
        try (Belief belief = Belief.open(LAYOUT, DirectContext.open(MODEL))) {
            belief.observe(given);
            var together = belief.laws(asked);
            for (int i = 0; i < asked.size(); i++) {
                var alone = belief.laws(List.of(asked.get(i))).getFirst();
                assertThat(together.get(i).distance(alone)).isLessThan(1e-5);
            }
        }
    }

    @Test
    void rowsFitTheirRoomShorteningTheLastPartFirst() {
        List<Element> whole = row(3, 1000);
        List<Element> cut = row(3, 40);
        assertThat(Row.tokens(cut)).isBetween(36, 40);
        assertThat(whole.subList(0, cut.size())).isEqualTo(cut);
        assertThat(row(3, 1)).isEmpty();
        assertThat(row(3, 1000)).isEqualTo(whole);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Packed(List.of(List.of(Row.of(whole))), 20))
                .withMessageContaining("sequence of 20");
    }

    @Test
    void motionIsChosenByHowMuchItMoves() {
        Grammar moving = Grammar.of(new Grammar.Part("f", NEXT, 0.34, 0.34, 1, false));
        int fast = 0;
        int all = 0;
        for (int seed = 0; seed < 200; seed++) {
            for (Element each :
                    moving.row(scene(0), e -> e.address().x() == 0 ? 10 : 1, 100, Noise.of(seed, 0))
                            .patches()) {
                fast += each.address().x() == 0 ? 1 : 0;
                all++;
            }
        }
        assertThat(all).isEqualTo(3 * 200);
        assertThat((double) fast / all).isGreaterThan(0.7); // a third, were it blind
    }

    @Test
    void grammarsAreWrittenInOneLine() {
        String text = "rgb0[50-100%] c01 f01[0-100%; 75% moving] rgb1";
        Grammar read = Grammar.parse(text, LAYOUT);
        assertThat(read).isEqualTo(SEES);
        assertThat(Grammar.parse(read.toString(), LAYOUT)).isEqualTo(read);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Grammar.parse("rgb0 d0", LAYOUT))
                .withMessageContaining("there is no d0; there are rgb0, rgb1, f01, c01");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Grammar.parse("rgb0 [5]", LAYOUT))
                .withMessageContaining("'[5]' is no part");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Grammar.parse("rgb0[90-20%]", LAYOUT))
                .withMessageContaining("the smaller one first");
    }

    @Test
    void whatIsToldMayBeLeftOutOfARow() {
        Grammar grammar = Grammar.parse("c01 rgb0 f01[50-50%] | rgb1", LAYOUT);
        Row row = grammar.row(scene(4), _ -> 1, 200, Noise.of(4, 2));
        Row untold = row.untold(Set.of("f", "d"));
        assertThat(untold.given()).isLessThan(row.given());
        assertThat(untold.patches().subList(0, untold.given()))
                .isEqualTo(
                        row.patches().subList(0, row.given()).stream()
                                .filter(each -> !each.address().type().equals("f"))
                                .toList());
        assertThat(untold.patches().subList(untold.given(), untold.patches().size()))
                .isEqualTo(row.patches().subList(row.given(), row.patches().size()));
        assertThat(row.untold(Set.of("d"))).isEqualTo(row);
    }

    /// A grammar of which nothing can be learned is refused; one token more, and something is.
    @ParameterizedTest
    @CsvSource({
        "c01 rgb0 | rgb1, 32",
        "c01 rgb0[50-90%] f01 | rgb1, 38",
        "within 2: rgb0 | rgb1, 15",
        "rgb0 f01 | rgb1 c01, 5"
    })
    void whatIsToldLeavesRoom(String text, int tokens) {
        Grammar grammar = Grammar.parse(text, LAYOUT);
        Mixture enough = new Mixture(List.of(new Mixture.Weighted(grammar, 1)), tokens, 1);
        enough.requireRoom(LAYOUT);
        assertThat(
                        LongStream.range(0, 20)
                                .mapToObj(
                                        n -> grammar.row(scene(5), _ -> 1, tokens, Noise.of(5, n)))
                                .anyMatch(Row::isLearned))
                .isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Mixture(enough.grammars(), tokens - 1, 1).requireRoom(LAYOUT))
                .withMessageContaining("takes %d tokens before anything".formatted(tokens));
        assertThat(
                        LongStream.range(0, 20)
                                .mapToObj(
                                        n ->
                                                grammar.row(
                                                        scene(5),
                                                        _ -> 1,
                                                        tokens - 1,
                                                        Noise.of(5, n)))
                                .anyMatch(Row::isLearned))
                .isFalse();
    }

    @Test
    void rowsMayShowAWindowOfAllFramesAlike() {
        String text = "within 2: c01 rgb0 | rgb1[50-50%; raster]";
        Grammar read = Grammar.parse(text, LAYOUT);
        assertThat(read.window()).hasValue(2);
        assertThat(Grammar.parse(read.toString(), LAYOUT)).isEqualTo(read);
        Set<List<Integer>> corners = new HashSet<>();
        for (int seed = 0; seed < 60; seed++) {
            List<Address> all =
                    read.row(scene(seed), _ -> 1, 1000, Noise.of(seed, 0)).patches().stream()
                            .map(Element::address)
                            .toList();
            assertThat(all.getFirst().type()).isEqualTo("c"); // one value a frame is always there
            List<Address> first = all.subList(1, 5);
            List<Address> second = all.subList(5, 7);
            int top = first.stream().mapToInt(Address::y).min().orElseThrow();
            int left = first.stream().mapToInt(Address::x).min().orElseThrow();
            assertThat(all.subList(1, 7))
                    .allMatch(at -> at.y() - top >= 0 && at.y() - top < 2)
                    .allMatch(at -> at.x() - left >= 0 && at.x() - left < 2);
            assertThat(3 * second.getFirst().y() + second.getFirst().x())
                    .isLessThan(3 * second.getLast().y() + second.getLast().x());
            corners.add(List.of(top, left));
        }
        assertThat(corners).hasSize(4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Grammar.parse("within 0: rgb0 rgb1", LAYOUT))
                .withMessageContaining("one or more");
    }

    @Test
    void mixturesPackWhatFitsAndGrowByNewGrammars() {
        Mixture mixture = new Mixture(List.of(new Mixture.Weighted(SEES, 1)), 150, 12);
        Packed batch = mixture.of((_, noise) -> scene(noise.bits(0)), _ -> 1, 3, 5).at(2);
        assertThat(batch)
                .isEqualTo(mixture.of((_, noise) -> scene(noise.bits(0)), _ -> 1, 3, 5).at(2));
        assertThat(batch.sequences()).hasSize(3);
        for (List<Row> rows : batch.sequences()) {
            int tokens = rows.stream().mapToInt(Row::tokens).sum();
            assertThat(tokens).isBetween(150 - 12, 150);
        }
        Mixture more =
                mixture.plus(
                        new Mixture.Weighted(Grammar.of(Grammar.Part.of("f", NEXT, 1, 1)), 1e9));
        List<Element> row =
                more.of((_, noise) -> scene(noise.bits(0)), _ -> 1, 1, 5)
                        .at(0)
                        .sequences()
                        .getFirst()
                        .getFirst()
                        .patches();
        assertThat(row).allMatch(each -> each.address().type().equals("f"));
    }

    @Test
    void aSavedModelIsAskedByPointersAgain() {
        learner().save(folder);
        try (Transformer again = Transformer.load(folder);
                Belief belief = Belief.open(LAYOUT, DirectContext.open(again));
                Belief same = Belief.open(LAYOUT, DirectContext.open(MODEL))) {
            List<Element> row = row(9, 100);
            assertThat(belief.logProbabilities(row).getLast())
                    .isCloseTo(same.logProbabilities(row).getLast(), within(SINGLE));
        }
        Backbone text =
                Backbone.fresh(
                        new TransformerConfig(
                                "t",
                                "llama",
                                99,
                                32,
                                2,
                                2,
                                16,
                                48,
                                64,
                                Mixing.attention(1),
                                TransformerConfig.NormKind.RMS,
                                1e-5,
                                new Positions.Rotary(
                                        10_000,
                                        Positions.Pairing.HALVES,
                                        new Positions.Scaling.None()),
                                TransformerConfig.Activation.SWIGLU,
                                Set.of(),
                                false,
                                false),
                        1);
        try (text) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new PointerCodes(text, LAYOUT, 0, TensorType.F32))
                    .withMessageContaining("family llama");
        }
        assertThat(
                        new ArrayList<>(
                                learner()
                                        .parts(
                                                new Packed(
                                                        List.of(List.of(), List.of(), List.of()),
                                                        4),
                                                2)))
                .hasSize(2);
    }
}
