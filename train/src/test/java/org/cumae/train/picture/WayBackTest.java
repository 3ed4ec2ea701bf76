package org.cumae.train.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cumae.flow.Diffusion;
import org.cumae.flow.Solver;
import org.cumae.net.Ways;
import org.cumae.torch.Ops;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Section 7 of the common visual card: the term of MAR's loss that its variances are learned by.
class WayBackTest {
    private static final Diffusion ALL = Solver.Ancestral.ALL;
    private static final int[] STEPS = {1, 2, 40, 500, 998};
    private static final float[] VALUES = {0.5f, -0.2f, 0.1f, 2, -1, 0.3f, 0.7f, 0, 1.5f, -0.6f};
    private static final float[] SAID = {0.4f, -1.1f, 0.9f, 0.2f, 2, -0.3f, 1.2f, 0.6f, -2, 0.1f};
    private static final float[] WIDTHS = {0.5f, 0, 1, 0.3f, 0.9f, 1.2f, -0.1f, 0.5f, 0.7f, 0.2f};

    private static Tensor matrix(float[] numbers) {
        return Tensor.create(numbers, numbers.length / 2, 2);
    }

    /// The divergence of the law of a step back as it is with the value known from the one that is
    /// said, both normal, written as textbooks have it and in points of the diffusion.
    private static double nats(int step, double value, double at, double said, double width) {
        double share = ALL.kept().get(step);
        double before = ALL.kept().get(step - 1);
        double beta = 1 - share / before;
        double left = beta * (1 - before) / (1 - share);
        double time = ALL.time(step);
        double size = Math.sqrt(share) + Math.sqrt(1 - share);
        double guess = at - time * said; // of the value
        double[] means = new double[2];
        for (int i = 0; i < 2; i++) {
            means[i] =
                    (Math.sqrt(before) * beta * (i == 0 ? value : guess)
                                    + Math.sqrt(1 - beta) * (1 - before) * at * size)
                            / (1 - share);
        }
        double variance = Math.exp(width * Math.log(beta) + (1 - width) * Math.log(left));
        double off = means[0] - means[1];
        return 0.5 * (Math.log(variance / left) - 1 + left / variance + off * off / variance);
    }

    /// What a width misses more than a half, weighed by the room that widths have.
    private static double missed(int step, double value, double at, double said, double width) {
        double room = Math.log(ALL.added(step) / ALL.left(step));
        return (nats(step, value, at, said, width) - nats(step, value, at, said, 0.5))
                / (room * room);
    }

    @Test
    void whatIsMissedIsTheDivergenceOfTwoNormalLaws() {
        try (var _ = new PointerScope()) {
            WayBack back = WayBack.of(matrix(VALUES), STEPS, Ops.generator(5));
            float[] at = Ops.floats(back.way().noised());
            double expected = 0;
            for (int i = 0; i < at.length; i++) {
                expected += missed(STEPS[i / 2], VALUES[i], at[i], SAID[i], WIDTHS[i]) / 2;
            }
            Ways said = new Ways(matrix(SAID), Optional.of(matrix(WIDTHS)));
            assertThat(back.missed(said).item_double())
                    .isCloseTo(expected, within(1e-4 * Math.abs(expected)));
        }
    }

    /// Where there is little room, by a quarter of the square by which they are off, but for what
    /// cannot be helped.
    @Test
    void widthsAreMissedByAQuarterOfTheirSquare() {
        int step = 900;
        double best = ALL.shift(step) / ALL.room(step); // of a velocity that is off by 1
        try (var _ = new PointerScope()) {
            WayBack back =
                    WayBack.of(
                            Tensor.create(new float[1], 1, 1), new int[] {step}, Ops.generator(5));
            Tensor velocity = back.way().velocity().add(Ops.scalar(1));
            for (float width : new float[] {0, 0.3f, 1, 1.4f}) {
                Ways said =
                        new Ways(velocity, Optional.of(Tensor.create(new float[] {width}, 1, 1)));
                assertThat(back.missed(said).item_double())
                        .isCloseTo(
                                (Math.pow(width - best, 2) - Math.pow(0.5 - best, 2)) / 4,
                                within(1e-3));
            }
        }
    }

    /// Values stand where the diffusion has them, on the straight way at its times.
    @Test
    void valuesStandBehindTheirSteps() {
        try (var _ = new PointerScope()) {
            WayBack back = WayBack.of(matrix(VALUES), STEPS, Ops.generator(5));
            float[] at = Ops.floats(back.way().noised());
            float[] velocity = Ops.floats(back.way().velocity());
            for (int i = 0; i < at.length; i++) {
                double share = ALL.kept().get(STEPS[i / 2]);
                double size = Math.sqrt(share) + Math.sqrt(1 - share);
                double noise = velocity[i] + VALUES[i];
                assertThat(at[i] * size)
                        .isCloseTo(
                                Math.sqrt(share) * VALUES[i] + Math.sqrt(1 - share) * noise,
                                within(1e-5));
            }
        }
    }

    @Test
    void allStepsButTheFirstAreAsLikely() {
        try (var _ = new PointerScope()) {
            int[] steps = WayBack.steps(200_000, Ops.generator(6));
            long[] counts = new long[1000];
            IntStream.of(steps).forEach(step -> counts[step]++);
            assertThat(counts[0]).isZero();
            double each = steps.length / 999.0;
            // the largest of 999 deviations is above 5 one time in 2,000
            assertThat(Arrays.stream(counts).skip(1))
                    .allSatisfy(
                            count ->
                                    assertThat((double) count)
                                            .isCloseTo(each, within(5 * Math.sqrt(each))));
        }
    }

    /// Widths are pulled at, and velocities not at all.
    @Test
    void velocitiesLearnNothingOfWidths() {
        try (var _ = new PointerScope()) {
            WayBack back = WayBack.of(matrix(VALUES), STEPS, Ops.generator(5));
            Tensor said = Ops.cat(List.of(matrix(SAID), matrix(WIDTHS)), 1).requires_grad_(true);
            List<Tensor> halves = Ops.split(said, 1, 2, 2);
            Ways ways = new Ways(halves.getFirst(), Optional.of(halves.getLast()));
            Tensor gradient = Ops.gradients(back.missed(ways), List.of(said)).getFirst();
            List<Tensor> pulls = Ops.split(gradient, 1, 2, 2);
            assertThat(Ops.floats(pulls.getFirst())).containsOnly(0);
            for (float pull : Ops.floats(pulls.getLast())) {
                assertThat(pull).isNotZero();
            }
            // as a loss of velocities does
            Tensor other =
                    Ops.gradients(back.way().missed(ways.velocities()), List.of(said)).getFirst();
            assertThat(Ops.floats(Ops.split(other, 1, 2, 2).getFirst())).doesNotContain(0);
        }
    }
}
