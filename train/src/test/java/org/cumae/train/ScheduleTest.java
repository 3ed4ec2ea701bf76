package org.cumae.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/// Learning rates at points where their formulas are known.
class ScheduleTest {
    private static void goes(Schedule schedule, double... stepsAndRates) {
        for (int i = 0; i < stepsAndRates.length; i += 2) {
            assertThat(schedule.at((long) stepsAndRates[i]))
                    .as("step %s", stepsAndRates[i])
                    .isCloseTo(stepsAndRates[i + 1], within(1e-12));
        }
    }

    @Test
    void constant() {
        goes(new Schedule.Constant(2, 3), 0, 0.5, 1, 1, 2, 1.5, 3, 2, 99, 2);
    }

    @Test
    void linear() {
        goes(new Schedule.Linear(2, 1, 0, 10), 0, 2, 5, 1.5, 9, 1.1, 10, 1, 50, 1);
    }

    @Test
    void cosine() {
        goes(new Schedule.Cosine(3, 1, 2, 10), 0, 1, 1, 2, 2, 3, 6, 2, 10, 1, 20, 1);
    }

    @Test
    void wsd() {
        goes(new Schedule.Wsd(4, 0, 1, 4, 10), 0, 2, 1, 4, 6, 4, 8, 2, 10, 0, 11, 0);
    }

    @Test
    void oneCycle() {
        double last = 1e-4;
        goes(new Schedule.OneCycle(3, 1, 2, 10), 0, 1, 1, 2, 2, 3, 6, (3 + last) / 2, 10, last);
        goes(new Schedule.OneCycle(3, 1, 2, 10), 99, last);
    }

    @Test
    void inverseRoot() {
        goes(new Schedule.InverseRoot(4, 3), 0, 1, 3, 4, 15, 2, 63, 1, 255, 0.5);
    }

    @Test
    void aRateThatRisesIsRefused() {
        assertThatThrownBy(() -> new Schedule.Cosine(1, 2, 0, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1.0 to 2.0");
    }
}
