package org.cumae.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

class CategoricalTest {
    private static final float NONE = Float.NEGATIVE_INFINITY;

    @Test
    void probabilitiesSumToOneAndEqualTheSoftmax() {
        Random random = new Random(2);
        for (int size : new int[] {1, 2, 5, 511, 512, 513, 32_000}) {
            float[] logits = new float[size];
            for (int i = 0; i < size; i++) {
                logits[i] = (float) (20 * random.nextGaussian());
            }
            double max = -1e9;
            for (float x : logits) {
                max = Math.max(max, x);
            }
            double sum = 0;
            for (float x : logits) {
                sum += Math.exp(x - max);
            }
            Categorical law = Categorical.of(logits);
            double total = 0;
            for (int i = 0; i < size; i++) {
                assertThat(law.logProbabilityOf(i))
                        .isCloseTo(logits[i] - max - Math.log(sum), within(1e-11));
                total += law.probabilityOf(i);
            }
            assertThat(total).isCloseTo(1, within(1e-11));
        }
    }

    @Test
    void theBestFewAreThoseOfAFullSort() {
        Random random = new Random(3);
        for (int size : new int[] {1, 7, 1000, 32_000}) {
            for (double spread : new double[] {0, 1e-3, 1, 100}) {
                float[] logits = new float[size];
                for (int i = 0; i < size; i++) {
                    double gaussian = spread * random.nextGaussian();
                    logits[i] = random.nextInt(10) == 0 ? NONE : (float) gaussian;
                }
                logits[size / 2] = 0;
                Integer[] sorted = IntStream.range(0, size).boxed().toArray(Integer[]::new);
                Arrays.sort(
                        sorted,
                        Comparator.comparingDouble((Integer i) -> -(logits[i] + 0f))
                                .thenComparing(i -> i));
                Categorical law = Categorical.of(logits);
                for (int count : new int[] {1, 2, 40, size}) {
                    int[] best = law.best(count);
                    assertThat(best).hasSize(Math.min(count, size));
                    for (int i = 0; i < best.length; i++) {
                        assertThat(best[i]).isEqualTo(sorted[i]);
                    }
                }
                assertThat(law.argMax()).isEqualTo(sorted[0]);
            }
        }
    }

    @Test
    void logitsThatAreNoLawAreRefusedInWords() {
        assertThatThrownBy(() -> Categorical.of(1, Float.NaN)).hasMessageContaining("id 1 is NaN");
        assertThatThrownBy(() -> Categorical.of(Float.POSITIVE_INFINITY))
                .hasMessageContaining("id 0 is Infinity");
        assertThatThrownBy(() -> Categorical.of(NONE, NONE)).hasMessageContaining("all 2 logits");
        assertThatThrownBy(() -> Categorical.of()).hasMessageContaining("at least one id");
        assertThatThrownBy(() -> Categorical.listed(new int[] {2, 1}, new float[2]))
                .hasMessageContaining("must ascend");
    }

    @Test
    void aPartOfTheVocabularyIsTheLawGivenThatPart() {
        Categorical law = Categorical.ofWeights(1, 2, 3, 4);
        Categorical part = law.within(1, 3);
        assertThat(part.probability(1)).isCloseTo(0.4, within(1e-7));
        assertThat(part.probability(0)).isZero();
        assertThat(part.size()).isEqualTo(2);
        assertThat(law.keeping(3, 1).within(2, 4).probability(3)).isEqualTo(1);
        assertThatThrownBy(() -> law.within(4, 9)).hasMessageContaining("[4, 9)");
    }

    @Test
    void informationMeasuresAreThoseOfTheBooks() {
        Categorical p = Categorical.ofWeights(.10, .30, .25, .05, .30);
        Categorical q = Categorical.ofWeights(.40, .25, .15, .12, .08);
        assertThat(p.distance(q)).isCloseTo(0.37, within(1e-7));
        assertThat(p.distance(q)).isCloseTo(q.distance(p), within(1e-12));
        assertThat(p.divergence(p)).isZero();
        double divergence = 0;
        double entropy = 0;
        for (int i = 0; i < 5; i++) {
            divergence += p.probability(i) * Math.log(p.probability(i) / q.probability(i));
            entropy -= p.probability(i) * Math.log(p.probability(i));
        }
        assertThat(p.divergence(q)).isCloseTo(divergence, within(1e-12));
        assertThat(p.entropy()).isCloseTo(entropy, within(1e-12));
        assertThat(p.divergence(Categorical.certain(1))).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Categorical.certain(1).divergence(p)).isCloseTo(-Math.log(.3), within(1e-7));
    }

    @Test
    void allProbabilitiesAreThoseOfEachIndex() {
        Categorical law =
                Categorical.of(1.5f, Float.NEGATIVE_INFINITY, -3, 700, 699.25f, -20, 3)
                        .tempered(.7);
        double[] all = law.probabilities();
        for (int i = 0; i < law.size(); i++) {
            assertThat(all[i]).isCloseTo(law.probabilityOf(i), within(1e-15));
        }
        assertThat(all[1]).isZero();
        assertThat(Categorical.listed(new int[] {2, 5}, new float[] {0, 0}).probabilities())
                .containsExactly(.5, .5);
    }
}
