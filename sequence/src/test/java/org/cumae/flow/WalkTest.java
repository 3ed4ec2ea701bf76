package org.cumae.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.util.List;

/// Tests 5 and 6 of D-AR's card.
class WalkTest {
    private static final Noise NONE = Noise.of(1, 1);
    private static final List<Double> UNEVEN = GroupTimes.of(8).times(8);
    private static final List<Double> EVEN = Solver.Euler.even(8).times();

    private static double solved(Solver solver, Velocity velocity) {
        return solver.solve(velocity, NONE, 0.7)[0];
    }

    @Test
    void anUnchangingVelocityIsFollowedExactly() {
        for (int steps : new int[] {1, 2, 5, 8}) {
            List<Double> times = GroupTimes.of(8).times(steps);
            for (Solver solver :
                    List.of(
                            new Solver.Euler(times),
                            new Solver.AdamsBashforth(times, true),
                            new Solver.AdamsBashforth(times, false))) {
                assertThat(solved(solver, (_, _) -> new double[] {2}))
                        .isCloseTo(-1.3, within(1e-12));
            }
        }
    }

    /// Where the velocity is 3 + 4 t the way goes from 0.7 to 0.7 - 3 - 2. Steps weighed by their
    /// length add no error to that of the first, which is Euler's; steps that grow and are weighed
    /// as if they did not end too low, by what the formula says.
    @Test
    void aVelocityThatChangesEvenlyIsFollowedExactlyByLength() {
        Velocity velocity = (time, _) -> new double[] {3 + 4 * time};
        double truth = 0.7 - 3 - 2;
        double first = UNEVEN.get(0) - UNEVEN.get(1);
        double begun = -2 * first * first; // 3 + 4 instead of the mean of the first step
        double byLength = solved(new Solver.AdamsBashforth(UNEVEN, true), velocity);
        assertThat(byLength - truth).isCloseTo(begun, within(1e-12));
        double even = solved(new Solver.AdamsBashforth(UNEVEN, false), velocity);
        double expected = begun;
        for (int i = 1; i < 8; i++) {
            double before = UNEVEN.get(i - 1) - UNEVEN.get(i);
            double by = UNEVEN.get(i) - UNEVEN.get(i + 1);
            expected += 2 * by * (before - by);
        }
        assertThat(even - truth).isCloseTo(expected, within(1e-12));
        assertThat(even).isLessThan(byLength - 0.01);
        double euler = solved(new Solver.Euler(UNEVEN), velocity);
        assertThat(Math.abs(euler - truth)).isGreaterThan(Math.abs(byLength - truth) + 0.1);
    }

    @Test
    void onEvenStepsBothWeightsAgree() {
        Velocity velocity = (time, x) -> new double[] {Math.sin(3 * time) - x[0] * time};
        double one = solved(new Solver.AdamsBashforth(EVEN, true), velocity);
        double other = solved(new Solver.AdamsBashforth(EVEN, false), velocity);
        assertThat(one).isCloseTo(other, within(1e-12));
        assertThat(one).isNotEqualTo(solved(new Solver.Euler(EVEN), velocity));
    }

    /// Of one picture only the exact velocity leads straight to it, and a jump from anywhere
    /// arrives.
    @Test
    void aJumpArrivesWhereThereIsOnePicture() {
        double picture = -0.4;
        Walk walk = new Solver.AdamsBashforth(UNEVEN, true).begin(1.9);
        while (!walk.isDone()) {
            double along = (walk.values()[0] - picture) / walk.time();
            assertThat(walk.jump(along)[0]).isCloseTo(picture, within(1e-12));
            walk.on(along);
        }
        assertThat(walk.values()[0]).isCloseTo(picture, within(1e-12));
        assertThat(walk.step()).isEqualTo(8);
        assertThatIllegalStateException()
                .isThrownBy(() -> walk.on(0))
                .withMessageContaining("has 8 steps, and all are made");
    }
}
