package org.cumae.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.cumae.flow.GroupTimes.Rule;
import org.cumae.noise.Noise;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

/// Test 4 of D-AR's card; its times count the other way.
class GroupTimesTest {
    @Test
    void theNodesAreThoseOfTheCard() {
        double[] made = {0, 0.0667, 0.1429, 0.2308, 0.3333, 0.4545, 0.6, 0.7778, 1};
        List<Double> times = GroupTimes.of(8).times(8);
        for (int i = 0; i < made.length; i++) {
            assertThat(1 - times.get(i)).isCloseTo(made[i], within(5e-5));
        }
        assertThat(times.getFirst()).isEqualTo(1);
        assertThat(times.getLast()).isZero();
    }

    @Test
    void timesAndPartsOfTheWayAreOneToOne() {
        for (double beta : new double[] {0.5, 1, 2, 4}) {
            GroupTimes times = new GroupTimes(8, beta, Rule.CENTRED);
            for (int i = 0; i <= 1000; i++) {
                double u = i / 1000.0;
                assertThat(times.part(times.time(u))).isCloseTo(u, within(1e-9));
                if (beta == 1) {
                    assertThat(times.time(u)).isCloseTo(1 - u, within(1e-12));
                }
            }
        }
    }

    /// How often groups come when parts of the way are drawn evenly, by chi-square with seven
    /// degrees of freedom: 24.3 is left one time in a thousand.
    @Test
    void groupsComeAsOftenAsTheirRuleSays() {
        double[] centred = {1, 2, 2, 2, 2, 2, 2, 3};
        double[] forward = {2, 2, 2, 2, 2, 2, 2, 2};
        assertThat(chiSquare(Rule.CENTRED, centred)).isLessThan(24.3);
        assertThat(chiSquare(Rule.FORWARD, forward)).isLessThan(24.3);
        assertThat(chiSquare(Rule.FORWARD, centred)).isGreaterThan(1000);
    }

    private static double chiSquare(Rule rule, double... sixteenths) {
        int draws = 100_000;
        Noise noise = Noise.of(3, 1);
        GroupTimes times = new GroupTimes(8, 2, rule);
        int[] counts = new int[8];
        for (int i = 0; i < draws; i++) {
            counts[times.group(noise.uniform(i))]++;
        }
        return IntStream.range(0, 8)
                .mapToDouble(
                        i -> {
                            double expected = draws * sixteenths[i] / 16;
                            return (counts[i] - expected) * (counts[i] - expected) / expected;
                        })
                .sum();
    }

    /// With as many steps as groups each step has its own; with others the nearest.
    @Test
    void stepsAreToldTheGroupOfTheirPart() {
        GroupTimes times = GroupTimes.of(4);
        assertThat(IntStream.range(0, 4).map(step -> times.told(step, 4)))
                .containsExactly(0, 1, 2, 3);
        assertThat(IntStream.range(0, 8).map(step -> times.told(step, 8)))
                .containsExactly(0, 1, 1, 2, 2, 3, 3, 3);
        assertThat(IntStream.range(0, 2).map(step -> times.told(step, 2))).containsExactly(0, 2);
        assertThat(IntStream.range(0, 5).map(step -> GroupTimes.of(1).told(step, 5)))
                .containsOnly(0);
        for (int step = 0; step < 8; step++) { // as training has it
            assertThat(times.told(step, 8)).isEqualTo(times.group(step / 8.0));
        }
    }

    @Test
    void whatDoesNotFitIsTold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GroupTimes(0, 2, Rule.CENTRED))
                .withMessageContaining("0 groups");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GroupTimes(8, 0, Rule.CENTRED))
                .withMessageContaining("beta is 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GroupTimes.of(8).times(0))
                .withMessageContaining("0 steps");
    }
}
