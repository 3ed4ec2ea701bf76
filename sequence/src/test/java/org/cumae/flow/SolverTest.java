package org.cumae.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Section 8 of the common visual card: what solvers make of noise with the exact velocity of a
/// normal law, N(0.5, 0.3 squared), whose outcome can be worked out.
class SolverTest {
    private static final double MEAN = 0.5;
    private static final double DEVIATION = 0.3;
    private static final Noise NOISE = Noise.of(1, 1);

    private static double[] velocity(double time, double... values) {
        double variance = DEVIATION * DEVIATION;
        double left = 1 - time;
        double k = (time - left * variance) / (left * left * variance + time * time);
        return Arrays.stream(values).map(x -> k * (x - left * MEAN) - MEAN).toArray();
    }

    /// Without chance a solver is an affine map: the images of 0 and 1 say all.
    private static void holds(Solver solver, double deviation) {
        double[] images = solver.solve(SolverTest::velocity, NOISE, 0, 1);
        assertThat(images[0]).isCloseTo(MEAN, within(1e-9));
        assertThat(images[1] - images[0]).isCloseTo(deviation, within(1e-6));
    }

    @Test
    void evenStepsNarrowTheLaw() {
        holds(Solver.Euler.even(10), 0.246865);
        holds(Solver.Euler.even(25), 0.277708);
        holds(Solver.Euler.even(50), 0.288654);
        holds(Solver.Euler.even(200), 0.297124);
    }

    @Test
    void lateStepsNarrowItLess() {
        Solver late = Solver.Euler.late(25);
        holds(late, 0.282529);
        assertThat(late.steps()).isEqualTo(24);
        assertThat(late.times().get(11)).isCloseTo(0.3, within(1e-12));
        assertThat(late.times().get(12)).isEqualTo(0.25);
        assertThat(late.times().getLast()).isZero();
    }

    /// Three standard errors of 200,000 draws.
    @Test
    void noiseOnTheWayKeepsItsWidth() {
        int count = 200_000;
        double[] start = IntStream.range(0, count).mapToDouble(Noise.of(2, 2)::gaussian).toArray();
        double[] expected = {0.297575, 0.29167};
        int[] steps = {10, 25};
        for (int i = 0; i < steps.length; i++) {
            double[] made =
                    new Solver.Wandering(steps[i]).solve(SolverTest::velocity, NOISE, start);
            double mean = Arrays.stream(made).average().orElseThrow();
            double square =
                    Arrays.stream(made).map(x -> (x - mean) * (x - mean)).sum() / (count - 1);
            assertThat(mean).isCloseTo(MEAN, within(3 * DEVIATION / Math.sqrt(count)));
            assertThat(Math.sqrt(square))
                    .isCloseTo(expected[i], within(3 * expected[i] / Math.sqrt(2.0 * count)));
        }
    }

    /// As many as the variances of normal laws say that are handed from step to step, in terms of
    /// noise and not of velocities; three standard errors of 50,000 draws.
    @Test
    void aDiffusionIsWalkedBackAsItsNoiseSays() {
        int count = 50_000;
        double[] start = IntStream.range(0, count).mapToDouble(Noise.of(2, 3)::gaussian).toArray();
        for (double wide : new double[] {0, 1}) {
            double[] made =
                    new Solver.Ancestral(20, wide).solve(SolverTest::velocity, NOISE, start);
            double mean = Arrays.stream(made).average().orElseThrow();
            double square =
                    Arrays.stream(made).map(x -> (x - mean) * (x - mean)).sum() / (count - 1);
            double expected = walked(20, wide);
            assertThat(mean).isCloseTo(MEAN, within(3 * DEVIATION / Math.sqrt(count)));
            assertThat(Math.sqrt(square))
                    .isCloseTo(expected, within(3 * expected / Math.sqrt(2.0 * count)));
        }
        // the two between which MAR learns to be
        assertThat(walked(100, 0)).isCloseTo(0.284137, within(1e-6));
        assertThat(walked(100, 1)).isCloseTo(0.305631, within(1e-6));
        assertThat(new Solver.Ancestral(100, 0).times())
                .hasSize(101)
                .isSortedAccordingTo(Comparator.reverseOrder());
    }

    /// The deviation that is left, by the mean of the noise given a point.
    private static double walked(int steps, double wide) {
        Diffusion all = Diffusion.cosine(1000);
        List<Integer> kept = all.some(steps);
        double variance = 1;
        for (int i = steps - 1; i >= 0; i--) {
            double share = all.kept().get(kept.get(i));
            double before = i == 0 ? 1 : all.kept().get(kept.get(i - 1));
            double beta = 1 - share / before;
            // the noise that is seen in a point, per unit of it
            double noise = Math.sqrt(1 - share) / (share * DEVIATION * DEVIATION + 1 - share);
            double step = (1 - beta / Math.sqrt(1 - share) * noise) / Math.sqrt(1 - beta);
            double low = beta * (1 - before) / (1 - share);
            double fresh =
                    i == 0 ? 0 : Math.exp(wide * Math.log(beta) + (1 - wide) * Math.log(low));
            variance = step * step * variance + fresh;
        }
        return Math.sqrt(variance);
    }

    @Test
    void theSameNoiseGivesTheSameValuesAndTheStartStays() {
        double[] start = {0.3, -1};
        Solver solver = new Solver.Wandering(5);
        double[] once = solver.solve(SolverTest::velocity, NOISE, start);
        assertThat(solver.solve(SolverTest::velocity, NOISE, start)).containsExactly(once);
        assertThat(solver.solve(SolverTest::velocity, Noise.of(2, 1), start)).isNotEqualTo(once);
        assertThat(start).containsExactly(0.3, -1);
        assertThat(solver.times()).hasSize(6);
    }

    @Test
    void timesThatDoNotFallAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Solver.Euler(List.of(1.0, 0.5, 0.5, 0.0)))
                .withMessageContaining("they must fall");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Solver.Euler(List.of(1.0, 0.5)))
                .withMessageContaining("from 1 to 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Solver.Euler.even(0))
                .withMessageContaining("take [1, 10000]");
    }
}
