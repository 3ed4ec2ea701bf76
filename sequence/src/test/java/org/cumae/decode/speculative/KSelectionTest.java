package org.cumae.decode.speculative;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.cumae.decode.speculative.Laws.P;
import static org.cumae.decode.speculative.Laws.Q;

import org.cumae.distribution.Categorical;
import org.cumae.exact.Coupling;
import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.stream.IntStream;

/// SpecTr's choice among independent candidates, against its published numbers and its optimum.
class KSelectionTest {
    private static final double SIX_DIGITS = 1e-6; // the reference values are given with six
    private static final double FLOATS = 1e-7; // a law's logits are float32

    private static double[] normalised(double[] weights) {
        double sum = Arrays.stream(weights).sum();
        return Arrays.stream(weights).map(w -> w / sum).toArray();
    }

    private static Categorical random(int vocabulary, Noise noise) {
        return Categorical.ofWeights(
                IntStream.range(0, vocabulary).mapToDouble(noise::exponential).toArray());
    }

    @Test
    void theExampleHasTheReferenceValues() {
        double[][] expected = {
            {1, 1, .63, .63},
            {2, 1.462256, .537744, .786319},
            {3, 1.823590, .463858, .845887},
            {4, 2.165239, .403290, .873219},
            {8, 3.084576, .306936, .946766}
        };
        for (double[] row : expected) {
            KSelection selection = KSelection.of(P, Q, (int) row[0]);
            assertThat(selection.rho()).isCloseTo(row[1], within(SIX_DIGITS));
            assertThat(selection.beta()).isCloseTo(row[2], within(SIX_DIGITS));
            assertThat(selection.acceptance()).isCloseTo(row[3], within(SIX_DIGITS));
        }
        assertThat(normalised(KSelection.of(P, Q, 1).residual()))
                .containsExactly(new double[] {0, .13514, .27027, 0, .59459}, within(1e-5));
        assertThat(normalised(KSelection.of(P, Q, 2).residual()))
                .containsExactly(new double[] {0, 0, .14349, 0, .85651}, within(1e-5));
        for (int k : new int[] {3, 4}) {
            assertThat(normalised(KSelection.of(P, Q, k).residual()))
                    .containsExactly(new double[] {0, 0, 0, 0, 1}, within(1e-5));
        }
        assertThat(KSelection.of(P, Q, 1).rho()).isEqualTo(1);
    }

    @Test
    void theOptimumHasTheReferenceValues() {
        double[] expected = {.63, .8536, .921312, .983607};
        for (int k = 1; k <= 4; k++) {
            assertThat(Coupling.optimum(P, Q, k)).isCloseTo(expected[k - 1], within(SIX_DIGITS));
            assertThat(Coupling.optimum(P, Q, k))
                    .isCloseTo(Coupling.optimumByFlow(P, Q, k), within(1e-12));
        }
        for (int i = 0; i < 50; i++) {
            Categorical p = random(3, Noise.of(1, i));
            Categorical q = random(3, Noise.of(2, i));
            assertThat(Coupling.optimum(p, q, 1)).isCloseTo(1 - p.distance(q), within(1e-12));
            assertThat(Coupling.optimum(p, q, 3))
                    .isCloseTo(Coupling.optimumByFlow(p, q, 3), within(1e-12));
        }
    }

    @Test
    void aThousandChoicesReachTheGuaranteedShareOfTheOptimum() {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < 1000; i++) {
            Noise noise = Noise.of(9, i);
            int vocabulary = 2 + i % 9;
            int k = 1 + i % 4;
            Categorical p = random(vocabulary, noise.at(0));
            Categorical q = random(vocabulary, noise.at(1));
            double accepted = KSelection.of(p, q, k).acceptance();
            double optimum = Coupling.optimum(p, q, k);
            double share = 1 - Math.pow(1 - 1.0 / k, k);
            assertThat(accepted).isLessThanOrEqualTo(optimum + FLOATS);
            assertThat(accepted).isGreaterThanOrEqualTo(share * optimum - FLOATS);
            least = k > 1 ? Math.min(least, accepted / (share * optimum)) : least;
        }
        assertThat(least).isGreaterThan(1); // the bound is not met with equality here
    }

    @Test
    void moreCandidatesAcceptMoreAndASmallerFactorIsRefused() {
        double before = 0;
        for (int k = 1; k <= 8; k++) {
            KSelection best = KSelection.of(P, Q, k);
            assertThat(best.acceptance()).isGreaterThan(before);
            before = best.acceptance();
            double[] largest = best.at(k).residual();
            assertThat(Arrays.stream(largest).sum())
                    .isCloseTo(1 - best.at(k).acceptance(), within(FLOATS));
            if (k > 1) {
                assertThatThrownBy(() -> best.at(best.rho() - 1e-3))
                        .hasMessageContaining("is the least");
            }
        }
    }

    /// One candidate after the other, by hand: what is accepted of each id, and the residual.
    @Test
    void everyFactorFromTheLeastOnWritesTheTargetsLaw() {
        for (int k = 1; k <= 4; k++) {
            KSelection best = KSelection.of(P, Q, k);
            for (double share : new double[] {0, .3, .7, 1}) {
                KSelection choice = best.at(best.rho() + share * (k - best.rho()));
                double[] written = new double[P.size()];
                double reached = 1;
                for (int trial = 0; trial < k; trial++) {
                    double rejected = reached;
                    for (int id = 0; id < written.length; id++) {
                        double q = Q.probability(id);
                        double a = Math.min(choice.acceptance(P.probability(id), q), 1);
                        double taken = reached * q * a;
                        written[id] += taken;
                        rejected -= taken;
                    }
                    reached = rejected;
                }
                double[] residual = normalised(choice.residual());
                for (int id = 0; id < written.length; id++) {
                    assertThat(written[id] + reached * residual[id])
                            .as("k %d, share %s, id %d", k, share, id)
                            .isCloseTo(P.probability(id), within(1e-12));
                }
            }
        }
    }

    @Test
    void equalLawsAreAlwaysAcceptedAndDisjointOnesNever() {
        for (int k = 1; k <= 4; k++) {
            KSelection equal = KSelection.of(P, P, k);
            assertThat(equal.rho()).isCloseTo(1, within(FLOATS));
            assertThat(equal.acceptance()).isCloseTo(1, within(FLOATS));
            Categorical left = Categorical.ofWeights(1, 3, 0, 0);
            Categorical right = Categorical.ofWeights(0, 0, 1, 1);
            KSelection disjoint = KSelection.of(left, right, k);
            assertThat(disjoint.acceptance()).isZero();
            assertThat(normalised(disjoint.residual()))
                    .containsExactly(new double[] {.25, .75, 0, 0}, within(FLOATS));
            KSelection certain = KSelection.of(P, Categorical.certain(1), k);
            assertThat(certain.beta()).isCloseTo(Math.min(1, .3 / certain.rho()), within(FLOATS));
        }
    }
}
