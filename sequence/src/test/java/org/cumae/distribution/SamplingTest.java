package org.cumae.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/// Every transform against a naive twin on vocabularies of five.
class SamplingTest {
    private static final int VOCABULARY = 5;
    private static final int CASES = 2000;
    private static final double EXACT = 1e-12; // double rounding
    private static final double SINGLE = 1e-5; // changed logits are rounded to float
    private static final History NOTHING = new History();

    private final Random random = new Random(1);

    private float[] logits() {
        float[] logits = new float[VOCABULARY];
        for (int i = 0; i < VOCABULARY; i++) {
            logits[i] = (float) (3 * random.nextGaussian());
        }
        return logits;
    }

    private static double[] softmax(double[] logits) {
        double max = Arrays.stream(logits).max().orElseThrow();
        double[] p = Arrays.stream(logits).map(x -> Math.exp(x - max)).toArray();
        double sum = Arrays.stream(p).sum();
        return Arrays.stream(p).map(x -> x / sum).toArray();
    }

    private static double[] doubles(float[] values) {
        return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
    }

    private static double[] probabilities(Categorical law) {
        return IntStream.range(0, VOCABULARY).mapToDouble(law::probability).toArray();
    }

    /// Keeps what stands first in an order until the sum is reached.
    private static double[] reach(double[] p, Comparator<Integer> order, double mass) {
        double[] kept = new double[p.length];
        double sum = 0;
        for (int i : IntStream.range(0, p.length).boxed().sorted(order).toList()) {
            if (sum < mass) {
                kept[i] = p[i];
                sum += p[i];
            }
        }
        double all = sum;
        return Arrays.stream(kept).map(x -> x / all).toArray();
    }

    private static Comparator<Integer> bestFirst(double[] p) {
        return Comparator.comparingDouble((Integer i) -> -p[i]).thenComparing(i -> i);
    }

    private static double entropy(double[] p) {
        return -Arrays.stream(p).filter(x -> x > 0).map(x -> x * Math.log(x)).sum();
    }

    private static double[] minP(double[] p, double least) {
        double max = Arrays.stream(p).max().orElseThrow();
        double[] kept = Arrays.stream(p).map(x -> x >= least * max ? x : 0).toArray();
        double sum = Arrays.stream(kept).sum();
        return Arrays.stream(kept).map(x -> x / sum).toArray();
    }

    private static double[] topK(double[] p, int k) {
        List<Integer> best =
                IntStream.range(0, p.length).boxed().sorted(bestFirst(p)).limit(k).toList();
        double sum = best.stream().mapToDouble(i -> p[i]).sum();
        return IntStream.range(0, p.length)
                .mapToDouble(i -> best.contains(i) ? p[i] / sum : 0)
                .toArray();
    }

    private static double[] typical(double[] p, double mass) {
        double h = entropy(p);
        return reach(
                p,
                Comparator.comparingDouble(
                        (Integer i) ->
                                p[i] == 0 ? Double.MAX_VALUE : Math.abs(-Math.log(p[i]) - h)),
                mass);
    }

    @Test
    void temperatureDividesTheLogits() {
        for (int i = 0; i < CASES; i++) {
            float[] logits = logits();
            double t = 0.05 + 3 * random.nextDouble();
            double[] expected = softmax(Arrays.stream(doubles(logits)).map(x -> x / t).toArray());
            Categorical law =
                    Sampling.PLAIN.withTemperature(t).law(Categorical.of(logits), NOTHING);
            assertThat(probabilities(law)).containsExactly(expected, within(EXACT));
        }
    }

    @Test
    void eachFilterKeepsWhatItsNaiveTwinKeeps() {
        for (int i = 0; i < CASES; i++) {
            float[] logits = logits();
            double[] p = softmax(doubles(logits));
            Categorical raw = Categorical.of(logits);
            int k = 1 + random.nextInt(VOCABULARY);
            double share = 0.05 + 0.9 * random.nextDouble();
            assertThat(probabilities(Sampling.PLAIN.withTopK(k).law(raw, NOTHING)))
                    .containsExactly(topK(p, k), within(EXACT));
            assertThat(probabilities(Sampling.PLAIN.withTopP(share).law(raw, NOTHING)))
                    .containsExactly(reach(p, bestFirst(p), share), within(EXACT));
            assertThat(probabilities(Sampling.PLAIN.withMinP(share).law(raw, NOTHING)))
                    .containsExactly(minP(p, share), within(EXACT));
            assertThat(probabilities(Sampling.PLAIN.withTypicalP(share).law(raw, NOTHING)))
                    .containsExactly(typical(p, share), within(EXACT));
        }
    }

    @Test
    void filtersFollowEachOtherInTheStatedOrder() {
        for (int i = 0; i < CASES; i++) {
            float[] logits = logits();
            double t = 0.5 + random.nextDouble();
            int k = 2 + random.nextInt(VOCABULARY - 1);
            double p = 0.3 + 0.7 * random.nextDouble();
            double least = 0.3 * random.nextDouble();
            double mass = 0.3 + 0.7 * random.nextDouble();
            double[] law = softmax(Arrays.stream(doubles(logits)).map(x -> x / t).toArray());
            law = topK(law, k);
            law = reach(law, bestFirst(law), p);
            law = minP(law, least);
            law = typical(law, mass);
            Sampling sampling =
                    new Sampling(
                            t,
                            k,
                            p,
                            least,
                            mass,
                            1,
                            0,
                            0,
                            Map.of(),
                            Set.of(),
                            List.of(),
                            Optional.empty());
            assertThat(probabilities(sampling.law(Categorical.of(logits), NOTHING)))
                    .containsExactly(law, within(EXACT));
        }
    }

    @Test
    void biasComesBeforePenaltiesAndPenaltiesCountAsInVllm() {
        for (int i = 0; i < CASES; i++) {
            float[] logits = logits();
            History history = new History(0, 0, 1);
            int[] written = {1, 2, 2};
            Arrays.stream(written).forEach(history::add);
            double repetition = 0.5 + random.nextDouble();
            double presence = 2 * random.nextDouble();
            double frequency = 2 * random.nextDouble() - 1;
            double bias = 4 * random.nextGaussian();
            double[] x = doubles(logits);
            x[1] += bias;
            for (int id : new int[] {0, 1, 2}) {
                x[id] = x[id] > 0 ? x[id] / repetition : x[id] * repetition;
            }
            x[1] -= frequency + presence;
            x[2] -= 2 * frequency + presence;
            Sampling sampling =
                    Sampling.PLAIN
                            .withRepetitionPenalty(repetition)
                            .withPresencePenalty(presence)
                            .withFrequencyPenalty(frequency)
                            .withLogitBias(Map.of(1, bias));
            assertThat(probabilities(sampling.law(Categorical.of(logits), history)))
                    .containsExactly(softmax(x), within(SINGLE));
        }
    }

    @Test
    void temperatureZeroAndTinyTemperaturesAreTheArgMax() {
        for (int i = 0; i < CASES; i++) {
            Categorical raw = Categorical.of(logits());
            for (double t : new double[] {0, Double.MIN_VALUE, 1e-300, 1e-9}) {
                Categorical law = Sampling.PLAIN.withTemperature(t).law(raw, NOTHING);
                assertThat(law.probability(raw.argMax())).isEqualTo(1);
            }
            // above the threshold the law itself is as sharp
            Categorical law = Sampling.PLAIN.withTemperature(1.1e-5).law(raw, NOTHING);
            assertThat(law.argMax()).isEqualTo(raw.argMax());
            assertThat(KeyedChance.of(i, 0).draw(law, 0)).isEqualTo(raw.argMax());
        }
        Sampling hot = Sampling.PLAIN.withTemperature(1e300);
        assertThat(probabilities(hot.law(Categorical.of(logits()), NOTHING)))
                .containsExactly(new double[] {.2, .2, .2, .2, .2}, within(EXACT));
    }

    @Test
    void tiesGoToTheSmallerId() {
        Categorical flat = Categorical.of(1, 2, 2, 2, 0);
        assertThat(flat.argMax()).isEqualTo(1);
        assertThat(probabilities(Sampling.PLAIN.withTopK(2).law(flat, NOTHING)))
                .containsExactly(new double[] {0, .5, .5, 0, 0}, within(EXACT));
        assertThat(Sampling.PLAIN.withTopP(1e-9).law(flat, NOTHING).probability(1)).isEqualTo(1);
        assertThat(flat.top(4).entries()).extracting(Excerpt.Entry::id).containsExactly(1, 2, 3, 0);
    }

    @Test
    void bansHoldAndAFullBanIsRefusedInWords() {
        Categorical raw = Categorical.of(5, 1, 1, 1, 1);
        Sampling banned =
                Sampling.PLAIN.withLogitBias(Map.of(0, Double.NEGATIVE_INFINITY, 1, -100.0));
        Categorical law = banned.law(raw, NOTHING);
        assertThat(law.probability(0)).isZero();
        for (int i = 0; i < 100_000; i++) {
            assertThat(KeyedChance.of(3, 0).draw(law, i)).isGreaterThan(1);
        }
        assertThat(Sampling.GREEDY.withAllowed(Set.of(3, 4)).law(raw, NOTHING).argMax())
                .isEqualTo(3);
        assertThatThrownBy(
                        () ->
                                Sampling.PLAIN
                                        .withAllowed(Set.of(0))
                                        .withBanned(List.of(List.of(0)))
                                        .law(raw, NOTHING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leave none of 5 tokens");
    }

    @Test
    void aBannedSequenceIsNeverCompleted() {
        Sampling sampling = Sampling.PLAIN.withBanned(List.of(List.of(1, 2, 3)));
        History history = new History(1);
        history.add(2);
        Categorical raw = Categorical.of(0, 0, 0, 9, 0);
        assertThat(sampling.law(raw, history).probability(3)).isZero();
        history.add(2);
        assertThat(sampling.law(raw, history).probability(3)).isGreaterThan(0.9);
        history.truncate(1);
        assertThat(sampling.law(raw, history).probability(3)).isZero();
    }

    @Test
    void theBestFewIdsAreEnoughWhereItSaysSo() {
        assertThat(Sampling.GREEDY.enough()).isEqualTo(1);
        assertThat(Sampling.PLAIN.enough()).isZero();
        assertThat(Sampling.PLAIN.withTopK(7).enough()).isEqualTo(7);
        assertThat(Sampling.GREEDY.withLogitBias(Map.of(1, 1.0)).enough()).isZero();
        assertThat(Sampling.GREEDY.withRepetitionPenalty(1.1).enough()).isZero();
        for (int i = 0; i < CASES; i++) {
            Categorical raw = Categorical.of(logits());
            Sampling sampling = Sampling.PLAIN.withTopK(3).withTopP(0.8).withTypicalP(0.9);
            Categorical excerpt = Categorical.among(raw.top(3));
            assertThat(probabilities(sampling.law(excerpt, NOTHING)))
                    .containsExactly(probabilities(sampling.law(raw, NOTHING)), within(SINGLE));
        }
    }

    @Test
    void valuesOutOfRangeAreRefusedWithTheRange() {
        assertThatThrownBy(() -> Sampling.PLAIN.withTemperature(Double.NaN))
                .hasMessageContaining("temperature is NaN");
        assertThatThrownBy(() -> Sampling.PLAIN.withTopP(0)).hasMessageContaining("(0, 1]");
        assertThatThrownBy(() -> Sampling.PLAIN.withTopK(-1)).hasMessageContaining("topK is -1");
        assertThatThrownBy(() -> Sampling.PLAIN.withMinP(1.5)).hasMessageContaining("[0, 1]");
        assertThatThrownBy(() -> Sampling.PLAIN.withTypicalP(Double.NaN))
                .hasMessageContaining("typicalP is NaN");
        assertThatThrownBy(() -> Sampling.PLAIN.withRepetitionPenalty(0))
                .hasMessageContaining("positive");
    }
}
