package org.cumae.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;

import java.util.List;

/// Section 7 of the common visual card: the schedule of MAR's diffusion.
class DiffusionTest {
    private static final Diffusion ALL = Diffusion.cosine(1000);

    @Test
    void theScheduleIsThatOfTheCard() {
        assertThat(ALL.added(0)).isCloseTo(4.12842e-5, within(1e-10));
        assertThat(ALL.added(499)).isCloseTo(3.145886e-3, within(1e-9));
        assertThat(ALL.added(998)).isCloseTo(0.749999, within(1e-6));
        assertThat(ALL.kept().get(0)).isCloseTo(0.99995872, within(1e-8));
        assertThat(ALL.kept().get(499)).isCloseTo(0.4938436, within(1e-7));
        assertThat(ALL.kept().get(999)).isCloseTo(2.42877e-9, within(1e-14));
    }

    @Test
    void someOfTheStepsAreThoseOfTheCard() {
        assertThat(ALL.some(100)).startsWith(0, 10, 20, 30, 40, 50, 61, 71).endsWith(989, 999);
        assertThat(ALL.some(250)).startsWith(0, 4, 8, 12).endsWith(995, 999);
        Diffusion some = ALL.respaced(100);
        assertThat(some.steps()).isEqualTo(100);
        assertThat(some.kept().get(6)).isEqualTo(ALL.kept().get(61));
        assertThat(1 - some.added(1))
                .isCloseTo(ALL.kept().get(10) / ALL.kept().get(0), within(1e-12));
        assertThat(some.left(0)).isZero();
    }

    @Test
    void theNoiseOfAStepBackLiesBetweenWhatIsLeftAndWhatWasAdded() {
        for (Diffusion diffusion : List.of(ALL, ALL.respaced(10))) {
            for (int step : new int[] {1, 5, diffusion.steps() - 1}) {
                double left = diffusion.left(step);
                double added = diffusion.added(step);
                assertThat(left).isLessThan(added);
                assertThat(diffusion.between(step, 0)).isCloseTo(left, withinPercentage(1e-9));
                assertThat(diffusion.between(step, 1)).isCloseTo(added, withinPercentage(1e-9));
                assertThat(diffusion.between(step, 0.5))
                        .isCloseTo(Math.sqrt(left * added), withinPercentage(1e-9));
            }
        }
        assertThat(ALL.room(1)).isCloseTo(0.750290, within(1e-6));
    }

    /// Of a normal law all is known: what comes before a step, given what is behind it, is as wide
    /// as the two points depend on each other; and so is what cannot be known of a velocity.
    @Test
    void whatCannotBeKnownOfAValueWidensAStepBack() {
        double law = 0.3 * 0.3;
        for (Diffusion diffusion : List.of(ALL, ALL.respaced(10))) {
            for (int step : new int[] {1, 2, 7, diffusion.steps() - 1}) {
                double share = diffusion.kept().get(step);
                double before = diffusion.kept().get(step - 1);
                double there = share * law + 1 - share;
                double here = before * law + 1 - before;
                double together = Math.sqrt(share / before) * here;
                double time = diffusion.time(step);
                double along = time - (1 - time) * law; // of a velocity and where it is
                double at = (1 - time) * (1 - time) * law + time * time;
                double missed = 1 + law - along * along / at;
                assertThat(diffusion.left(step) * (1 + diffusion.shift(step) * missed))
                        .isCloseTo(here - together * together / there, withinPercentage(1e-6));
            }
        }
    }

    /// On the straight way value and noise add up to one.
    @Test
    void aStepIsATime() {
        for (int step : new int[] {0, 300, 499, 999}) {
            double value = Math.sqrt(ALL.kept().get(step)) / ALL.size(step);
            assertThat(value + ALL.time(step)).isCloseTo(1, within(1e-12));
        }
        assertThat(ALL.time(999)).isCloseTo(1, within(1e-4));
    }

    @Test
    void sharesThatDoNotFallAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Diffusion(List.of(0.9, 0.9)))
                .withMessageContaining("must fall from 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ALL.some(1))
                .withMessageContaining("1 of 1000 steps are taken; take [2, 1000]");
    }
}
