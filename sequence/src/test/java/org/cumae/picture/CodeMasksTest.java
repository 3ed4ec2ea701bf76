package org.cumae.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.distribution.Categorical;
import org.cumae.distribution.Chance;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.exact.ChiSquare;
import org.cumae.exact.ExactLaw;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Model;
import org.cumae.noise.Noise;
import org.cumae.picture.GridModel.Numbered;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/// Tests 8 and 9 of ELM's card, and of MaskGIT's drawing against an account of it by enumeration.
class CodeMasksTest {
    private static final double ROUNDING = 1e-5; // of logits in float32
    private static final int LABEL = 1;

    /// Any law: no two grids are equally likely, and classes differ.
    private static double weight(int label, int... codes) {
        Noise noise = Noise.of(3, label);
        for (int code : codes) {
            noise = noise.at(code);
        }
        return noise.exponential(0);
    }

    private static Draw draw(CodeMasks manner, Chance chance, List<Integer> given) {
        return new Draw(
                manner, 2, OptionalInt.of(LABEL), Guidance.NONE, Sampling.PLAIN, chance, given);
    }

    private static List<Integer> drawn(Model model, CodeMasks manner, Chance chance) {
        try (Context context = DirectContext.open(model)) {
            return IntStream.of(
                            draw(manner, chance, List.of())
                                    .draw(context, Draw.Onlooker.NONE)
                                    .codes())
                    .boxed()
                    .toList();
        }
    }

    private static ExactLaw<List<Integer>> law(CodeMasks manner, boolean heeds) {
        Model model = new GridModel(manner, CodeMasksTest::weight, heeds);
        return ExactLaw.of(chance -> drawn(model, manner, chance));
    }

    /// The same law as an account of every guess and every choice. The surest stay; or the least
    /// sure, for a control.
    private static final class Account {
        final Map<List<Integer>, Double> law = new HashMap<>();
        private final CodeMasks manner;
        private final GridModel model;
        private final boolean surest;

        Account(CodeMasks manner, boolean surest) {
            this.manner = manner;
            this.model = new GridModel(manner, CodeMasksTest::weight, true);
            this.surest = surest;
            int[] nothing = new int[manner.code().length()];
            Arrays.fill(nothing, PictureCode.UNKNOWN);
            step(0, 1, nothing);
        }

        private void step(int step, double mass, int... known) {
            List<Integer> open =
                    IntStream.range(0, known.length).filter(i -> known[i] < 0).boxed().toList();
            if (open.isEmpty()) {
                law.merge(Arrays.stream(known).boxed().toList(), mass, Double::sum);
                return;
            }
            guess(step, mass, known, open, 0, known.clone(), new double[known.length]);
        }

        private void guess(
                int step,
                double mass,
                int[] known,
                List<Integer> open,
                int next,
                int[] guessed,
                double[] logs) {
            if (next == open.size()) {
                choose(step, mass, known, guessed, logs);
                return;
            }
            int place = open.get(next);
            Categorical said = model.law(LABEL, place, known);
            for (int i = 0; i < said.size(); i++) {
                int[] more = guessed.clone();
                double[] moreLogs = logs.clone();
                more[place] = said.id(i);
                moreLogs[place] = said.logProbabilityOf(i);
                guess(step, mass * said.probabilityOf(i), known, open, next + 1, more, moreLogs);
            }
        }

        private void choose(int step, double mass, int[] known, int[] guessed, double[] logs) {
            int each = manner.code().perCell();
            List<Integer> cells = new ArrayList<>();
            for (int cell = 0; cell < known.length / each; cell++) {
                if (known[cell * each] < 0) {
                    cells.add(cell);
                }
            }
            int all = known.length / each;
            double share = (step + 1.0) / manner.steps();
            int masked =
                    Math.min(
                            cells.size() - 1,
                            (int) Math.floor(all * Math.cos(Math.PI * share / 2)));
            double[] sure = new double[all];
            for (int place = 0; place < known.length; place++) {
                sure[place / each] += logs[place] / each * (surest ? 1 : -1);
            }
            keep(
                    step,
                    mass,
                    known,
                    guessed,
                    sure,
                    cells,
                    cells.size() - Math.max(masked, 0),
                    manner.choice() * (1 - share));
        }

        /// One after the other, as Gumbel noise would have it.
        private void keep(
                int step,
                double mass,
                int[] known,
                int[] guessed,
                double[] sure,
                List<Integer> cells,
                int count,
                double temperature) {
            if (count == 0) {
                step(step + 1, mass, known);
                return;
            }
            int best = cells.getFirst();
            double total = 0;
            for (int cell : cells) {
                best = sure[cell] > sure[best] ? cell : best;
                total += temperature > 0 ? Math.exp(sure[cell] / temperature) : 0;
            }
            for (int cell : cells) {
                double share =
                        temperature > 0
                                ? Math.exp(sure[cell] / temperature) / total
                                : cell == best ? 1 : 0;
                if (share > 0) {
                    int each = manner.code().perCell();
                    int[] more = known.clone();
                    System.arraycopy(guessed, cell * each, more, cell * each, each);
                    List<Integer> others = new ArrayList<>(cells);
                    others.removeIf(other -> other == cell);
                    keep(step, mass * share, more, guessed, sure, others, count - 1, temperature);
                }
            }
        }

        double error(ExactLaw<List<Integer>> other) {
            Set<List<Integer>> all = new HashSet<>(law.keySet());
            all.addAll(other.probabilities().keySet());
            return all.stream()
                    .mapToDouble(
                            codes ->
                                    Math.abs(
                                            law.getOrDefault(codes, 0.0)
                                                    - other.probability(codes)))
                    .max()
                    .orElseThrow();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3, 1, 3, 0",
        "3, 1, 2, 0",
        "3, 1, 3, 2.5",
        "3, 1, 2, 1",
        "3, 1, 1, 9",
        "2, 2, 2, 1.5"
    })
    void whatIsDrawnHasTheLawOfAnAccountOfIt(int cells, int each, int steps, double choice) {
        CodeMasks manner = new CodeMasks(new Numbered(cells, each, 2 * each), steps, choice);
        ExactLaw<List<Integer>> law = law(manner, true);
        assertThat(law.total()).isCloseTo(1, within(1e-9));
        assertThat(new Account(manner, true).error(law)).isLessThan(ROUNDING);
    }

    /// The control of the test above: a model that does not heed what is known, and a drawing that
    /// keeps what it is least sure of, are not taken for it.
    @Test
    void anAccountTellsFaults() {
        CodeMasks manner = new CodeMasks(new Numbered(3, 1, 2), 3, 0);
        assertThat(new Account(manner, true).error(law(manner, false))).isGreaterThan(0.01);
        assertThat(new Account(manner, false).error(law(manner, true))).isGreaterThan(0.01);
    }

    /// In one step nothing is known of anything: cells are drawn by their own laws.
    @Test
    void oneStepDrawsCellsByThemselves() {
        CodeMasks manner = new CodeMasks(new Numbered(3, 1, 2), 1, 4.5);
        GridModel model = new GridModel(manner, CodeMasksTest::weight, true);
        ExactLaw<List<Integer>> law = law(manner, true);
        for (List<Integer> codes : law.probabilities().keySet()) {
            double product = 1;
            for (int place = 0; place < 3; place++) {
                product *= model.law(LABEL, place, -1, -1, -1).probability(codes.get(place));
            }
            assertThat(law.probability(codes)).isCloseTo(product, within(ROUNDING));
        }
    }

    @ParameterizedTest
    @CsvSource({"5, 5, 0", "5, 5, 3", "7, 7, 0"})
    void asManyStepsAsCellsShowOneAStep(int cells, int steps, double choice) {
        CodeMasks manner = new CodeMasks(new Numbered(cells, 1, 2), steps, choice);
        List<Integer> known = new ArrayList<>();
        try (Context context =
                DirectContext.open(new GridModel(manner, CodeMasksTest::weight, true))) {
            Draw.Drawn drawn =
                    draw(manner, KeyedChance.of(1, 1), List.of())
                            .draw(
                                    context,
                                    (_, codes) ->
                                            known.add(
                                                    (int)
                                                            Arrays.stream(codes)
                                                                    .filter(code -> code >= 0)
                                                                    .count()));
            assertThat(known).isEqualTo(IntStream.rangeClosed(1, cells).boxed().toList());
            assertThat(drawn.whole()).isTrue();
            assertThat(drawn.ledger().forwards()).isEqualTo(1 + steps); // the condition's
            assertThat(context.length()).isEqualTo(1);
        }
    }

    /// Test 9 of the card: strictly, to none, and as many as the cosine says.
    @Test
    void masksFallStrictlyToNone() {
        for (int cells = 1; cells <= 60; cells++) {
            for (int steps = 1; steps <= cells; steps++) {
                CodeMasks manner = new CodeMasks(new Numbered(cells, 1, 2), steps, 0);
                int left = cells;
                for (int step = 0; step < steps; step++) {
                    int next = manner.left(step, cells, left);
                    double cosine = cells * Math.cos(Math.PI / 2 * (step + 1) / steps) + 1e-9;
                    assertThat(next).isLessThan(left).isLessThanOrEqualTo((int) cosine);
                    assertThat(next == 0).isEqualTo(step + 1 == steps);
                    left = next;
                }
            }
        }
    }

    @Test
    void tiesMaskNoMoreThanAsked() {
        CodeMasks manner = new CodeMasks(new Numbered(9, 1, 2), 3, 0);
        Chance chance = KeyedChance.of(1, 1);
        assertThat(manner.staying(0, 9, new double[9], chance)).containsExactly(0, 1); // 9 to 7
        CodeMasks noisy = new CodeMasks(new Numbered(9, 1, 2), 3, 2);
        assertThat(noisy.staying(0, 9, new double[9], chance)).hasSize(2).doesNotHaveDuplicates();
        double[] sure = {-3, -1, -1, -2, -1, -9, -9, -9, -9};
        assertThat(manner.staying(1, 9, sure, chance)).containsExactly(0, 1, 2, 3, 4);
    }

    /// The largest of numbers with Gumbel noise: 20,000 draws of each, and one false alarm in a
    /// million.
    @Test
    void whatStaysIsDrawnAsByGumbelNoise() {
        CodeMasks manner = new CodeMasks(new Numbered(4, 1, 2), 4, 2);
        double[] sure = {-0.5, -2, -1, -4};
        double temperature = 2 * 0.75;
        long[] counts = new long[4];
        double[] law = new double[4];
        for (int i = 0; i < 20_000; i++) {
            counts[manner.staying(0, 4, sure, KeyedChance.of(5, i)).getFirst()]++;
            Noise noise = Noise.of(6, i);
            int best = 0;
            double most = Double.NEGATIVE_INFINITY;
            for (int cell = 0; cell < 4; cell++) {
                double with = sure[cell] - temperature * Math.log(noise.exponential(cell));
                best = with > most ? cell : best;
                most = Math.max(with, most);
            }
            law[best] += 1 / 20_000.0;
        }
        double total = 0;
        for (double each : sure) {
            total += Math.exp(each / temperature);
        }
        for (int cell = 0; cell < 4; cell++) {
            assertThat(law[cell])
                    .isCloseTo(Math.exp(sure[cell] / temperature) / total, within(0.02));
            law[cell] = Math.exp(sure[cell] / temperature) / total;
        }
        assertThat(ChiSquare.falseAlarm(counts, law)).isGreaterThan(1e-6);
    }

    /// A cell is known or hidden as a whole, and a mask is like no code.
    @Test
    void aMaskHidesAllCodesOfACell() {
        CodeMasks pairs = new CodeMasks(new Numbered(2, 2, 6), 2, 0);
        assertThat(pairs.vectors(-1, -1, 2, 5)).isDeepEqualTo(new float[][] {{0, 0, 1}, {2, 5, 0}});
        assertThat(pairs.ids(-1, -1, 2, 5)).isEmpty();
        assertThat(pairs.firstCondition()).isEqualTo(6);
        CodeMasks single = new CodeMasks(new Numbered(2, 1, 6), 2, 0);
        assertThat(single.ids(-1, 5)).containsExactly(6, 5);
        assertThat(single.vectors(-1, 5)).isEmpty();
        assertThat(single.firstCondition()).isEqualTo(7);
        assertThat(pairs.drawn(0, -1, -1, 2, 5)).containsExactly(0, 1);
    }

    @Test
    void givenCellsStay() {
        CodeMasks manner = new CodeMasks(new Numbered(3, 2, 6), 3, 2);
        List<Integer> steps = new ArrayList<>();
        try (Context context =
                DirectContext.open(new GridModel(manner, CodeMasksTest::weight, true))) {
            Draw.Drawn drawn =
                    draw(manner, KeyedChance.of(1, 1), List.of(2, 3))
                            .draw(context, (step, codes) -> codes[1] == 3 && steps.add(step));
            assertThat(drawn.codes()).startsWith(2, 3).doesNotContain(-1);
            assertThat(steps).containsExactly(0, 1); // two cells need no third
            assertThat(drawn.whole()).isTrue();
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> draw(manner, KeyedChance.of(1, 1), List.of(2, 3, 0)))
                .withMessageContaining("3 codes are given and a cell has 2");
    }

    @Test
    void whatDoesNotFitIsRefusedInWords() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CodeMasks(new Numbered(3, 1, 2), 4, 0))
                .withMessageContaining("3 cells are drawn in 4 steps; take [1, 3]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CodeMasks(new Numbered(3, 1, 2), 3, -1))
                .withMessageContaining("at temperature -1.0");
    }

    /// Test 8 of the card, of the two courses that there are.
    @Test
    void guidanceEndsWhereItShould() {
        CodeMasks manner = new CodeMasks(new Numbered(12, 1, 2), 10, 0);
        Guidance growing = new Guidance.Linear(3);
        for (int step = 0; step < 10; step++) {
            assertThat(growing.weight(manner.progress(step), 0))
                    .isCloseTo(1 + 3 * (step + 1) / 10.0, within(1e-12));
            assertThat(new Guidance.Constant(4).weight(manner.progress(step), 0)).isEqualTo(4);
        }
        assertThat(manner.progress(9)).isEqualTo(1);
    }
}
