package org.cumae.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
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
        double[] expected = {0.297575, 0.29167, 0.291362};
        int[] steps = {10, 25, 50};
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
                    new Solver.Ancestral(20, new Width.Chosen(wide))
                            .solve(SolverTest::velocity, NOISE, start);
            double mean = Arrays.stream(made).average().orElseThrow();
            double square =
                    Arrays.stream(made).map(x -> (x - mean) * (x - mean)).sum() / (count - 1);
            double expected = walked(20, _ -> wide);
            assertThat(mean).isCloseTo(MEAN, within(3 * DEVIATION / Math.sqrt(count)));
            assertThat(Math.sqrt(square))
                    .isCloseTo(expected, within(3 * expected / Math.sqrt(2.0 * count)));
        }
        // the two between which MAR learns to be
        assertThat(walked(100, _ -> 0)).isCloseTo(0.284137, within(1e-6));
        assertThat(walked(100, _ -> 1)).isCloseTo(0.305631, within(1e-6));
        assertThat(new Solver.Ancestral(100, new Width.Chosen(0)).times())
                .hasSize(101)
                .isSortedAccordingTo(Comparator.reverseOrder());
    }

    /// What cannot be known of the law's velocity widens each step as far as is best, so that few
    /// steps keep its deviation, where the least noise narrows it by a third and the most widens it
    /// by a quarter.
    @Test
    void theBestWidthsKeepTheLawInFewSteps() {
        assertThat(walked(10, _ -> 0)).isCloseTo(0.208849, within(1e-6));
        assertThat(walked(10, _ -> 1)).isCloseTo(0.367325, within(1e-6));
        for (int steps : new int[] {5, 10, 20}) {
            Diffusion some = Diffusion.cosine(1000).respaced(steps);
            assertThat(walked(steps, step -> best(some, step))).isCloseTo(DEVIATION, within(1e-4));
            keeps(steps, some, DEVIATION);
        }
    }

    /// What is best for each of 1,000 steps, which is what a model learns, is too little for each
    /// of few, and still better than either end.
    @Test
    void widthsOfAllStepsAreNearerThanEitherEndInFew() {
        Diffusion all = Diffusion.cosine(1000);
        List<Integer> ten = all.some(10);
        double learned = walked(10, step -> best(all, ten.get(step)));
        assertThat(learned).isCloseTo(0.253267, within(1e-6));
        keeps(10, all, learned);
        List<Integer> hundred = all.some(100);
        assertThat(walked(100, step -> best(all, hundred.get(step))))
                .isCloseTo(0.299674, within(1e-6));
    }

    /// Three standard errors of 50,000 draws, with the true velocity and the best widths of the
    /// steps of a diffusion.
    private static void keeps(int steps, Diffusion widths, double deviation) {
        int count = 50_000;
        double[] start = IntStream.range(0, count).mapToDouble(Noise.of(2, 4)::gaussian).toArray();
        double[] made =
                new Solver.Ancestral(steps, new Width.Learned()).solve(known(widths), NOISE, start);
        assertThat(deviation(made))
                .isCloseTo(deviation, within(1e-4 + 3 * deviation / Math.sqrt(2.0 * count)));
    }

    private static double deviation(double... made) {
        double mean = Arrays.stream(made).average().orElseThrow();
        return Math.sqrt(
                Arrays.stream(made).map(x -> (x - mean) * (x - mean)).sum() / (made.length - 1));
    }

    private static int stepAt(Diffusion diffusion, double time) {
        return IntStream.range(0, diffusion.steps())
                .filter(step -> diffusion.time(step) == time)
                .findFirst()
                .orElseThrow();
    }

    /// How wide a step is best, which does not depend on where a point is.
    private static double best(Diffusion diffusion, int step) {
        double variance = DEVIATION * DEVIATION;
        double time = diffusion.time(step);
        double along = time - (1 - time) * variance; // of a velocity and where it is
        double at = (1 - time) * (1 - time) * variance + time * time;
        double missed = 1 + variance - along * along / at;
        return Math.log1p(diffusion.shift(step) * missed) / diffusion.room(step);
    }

    /// The true velocity, with the best widths; what is said of the last step does not matter.
    private static Velocity known(Diffusion diffusion) {
        return said(
                time -> {
                    int step = stepAt(diffusion, time);
                    return step == 0 ? Double.NaN : best(diffusion, step);
                });
    }

    /// The true velocity with widths that go by the time.
    private static Velocity said(DoubleUnaryOperator width) {
        return new Velocity() {
            @Override
            public double[] at(double time, double... values) {
                return velocity(time, values);
            }

            @Override
            public Wide wide(double time, double... values) {
                double[] wide = new double[values.length];
                Arrays.fill(wide, width.applyAsDouble(time));
                return new Wide(velocity(time, values), wide);
            }
        };
    }

    /// Each number is as wide as is said of it, and what was chosen is what is said of all.
    @Test
    void widthsAreThoseOfEachNumber() {
        double[] start = IntStream.range(0, 1000).mapToDouble(Noise.of(2, 5)::gaussian).toArray();
        Velocity odd =
                new Velocity() {
                    @Override
                    public double[] at(double time, double... values) {
                        return velocity(time, values);
                    }

                    @Override
                    public Wide wide(double time, double... values) {
                        return new Wide(
                                velocity(time, values),
                                IntStream.range(0, values.length)
                                        .mapToDouble(i -> i % 2)
                                        .toArray());
                    }
                };
        double[] made = new Solver.Ancestral(8, new Width.Learned()).solve(odd, NOISE, start);
        double[][] chosen = new double[2][];
        for (int wide = 0; wide < 2; wide++) {
            chosen[wide] =
                    new Solver.Ancestral(8, new Width.Chosen(wide))
                            .solve(SolverTest::velocity, NOISE, start);
        }
        for (int i = 0; i < made.length; i++) {
            assertThat(made[i]).isEqualTo(chosen[i % 2][i]).isNotEqualTo(chosen[1 - i % 2][i]);
        }
    }

    /// A velocity that says nothing of widths is refused before a step is made; the other solvers
    /// ask for none.
    @Test
    void widthsAreAskedForWhereTheyWereLearnedAndOnlyThere() {
        Solver learned = new Solver.Ancestral(5, new Width.Learned());
        assertThat(learned.asksWidths()).isTrue();
        assertThatIllegalStateException()
                .isThrownBy(() -> learned.solve(SolverTest::velocity, NOISE, 1))
                .withMessageContaining("choose a width");
        for (Solver solver :
                List.of(
                        Solver.Euler.even(4),
                        Solver.Euler.late(5),
                        new Solver.AdamsBashforth(List.of(1.0, 0.5, 0.0), true),
                        new Solver.Wandering(4),
                        new Solver.Ancestral(4, new Width.Chosen(0.5)))) {
            assertThat(solver.asksWidths()).isFalse();
            Velocity wide = said(_ -> Double.NaN);
            assertThat(solver.solve(wide, NOISE, 1, 2))
                    .containsExactly(solver.solve(SolverTest::velocity, NOISE, 1, 2));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Width.Chosen(1.5))
                .withMessageContaining("noise is wide by 1.5; take [0, 1]");
    }

    /// The deviation that is left, by the mean of the noise given a point.
    ///
    /// @param wide of each step
    private static double walked(int steps, IntToDoubleFunction wide) {
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
                    i == 0
                            ? 0
                            : Math.exp(
                                    wide.applyAsDouble(i) * Math.log(beta)
                                            + (1 - wide.applyAsDouble(i)) * Math.log(low));
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
