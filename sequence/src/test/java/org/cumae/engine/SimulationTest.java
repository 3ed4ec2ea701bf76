package org.cumae.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// The scheduler on a virtual clock, against what queueing theory and other simulators say.
class SimulationTest {
    private static final double MILLI = 1e6;
    private static final EngineLimits LIMITS =
            EngineLimits.DEFAULT.withMaxRunning(100_000).withReuse(false);

    private static List<Simulation.Arrival> poisson(
            int requests, double gapMillis, int tokens, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Simulation.Arrival> arrivals = new ArrayList<>();
        double now = 0;
        for (int i = 0; i < requests; i++) {
            arrivals.add(new Simulation.Arrival((long) now, 1, tokens));
            now -= MILLI * gapMillis * Math.log(1 - random.nextDouble());
        }
        return arrivals;
    }

    /// Means and deviations of 32 requests of 512 tokens on the machine of Flover's table, from a
    /// simulation that was written apart from this one.
    @ParameterizedTest
    @CsvSource({
        "20, 564, 7",
        "100, 781, 61",
        "500, 1803, 228",
        "1000, 3248, 447",
        "3000, 7375, 799",
        "5000, 9792, 876"
    })
    void iterationsAreThoseOfAnotherSimulator(double gap, double mean, double deviation) {
        double step = 5800.0 / 512;
        Simulation machine =
                new Simulation(
                        LIMITS, Simulation.Cost.linear((step - 0.06) * MILLI, 0.06 * MILLI), 0);
        int runs = 16;
        double sum =
                IntStream.range(0, runs)
                        .mapToLong(seed -> machine.run(poisson(32, gap, 512, seed)).passes())
                        .sum();
        // 4 deviations of a mean of 16: false alarm 6e-5 each
        assertThat(sum / runs).isCloseTo(mean, within(4 * deviation / Math.sqrt(runs)));
    }

    /// Processor sharing: a request takes 1 / (1 - load) of what it takes alone.
    @ParameterizedTest
    @CsvSource({"0.1, 1.12", "0.3, 1.42", "0.6, 2.49"})
    void timesGrowWithTheLoadAsSharingSays(double load, double expected) {
        double once = 1.5;
        double each = 0.3;
        int tokens = 60;
        double alone = tokens * (once + each);
        Simulation machine =
                new Simulation(LIMITS, Simulation.Cost.linear(once * MILLI, each * MILLI), 0);
        List<Simulation.Served> served =
                machine.run(poisson(6000, tokens * each / load, tokens, 3)).served();
        double mean =
                served.stream()
                        .skip(500)
                        .mapToDouble(one -> (one.last() - one.arrival().nanos()) / MILLI)
                        .average()
                        .orElseThrow();
        assertThat(mean / alone).isCloseTo(expected, within(0.08 * expected));
    }

    @Test
    void everyRequestIsServedOrFailsAndMemoryIsKeptTo() {
        int rowBytes = 100;
        EngineLimits small = LIMITS.withMaxBytes(300L * rowBytes);
        Simulation machine =
                new Simulation(small, Simulation.Cost.linear(MILLI, MILLI / 10), rowBytes);
        List<Simulation.Arrival> arrivals = new ArrayList<>(poisson(200, 20, 60, 4));
        arrivals.add(new Simulation.Arrival(50, 400, 5)); // more than there is in all
        Simulation.Outcome outcome = machine.run(arrivals);
        assertThat(outcome.served()).hasSize(200);
        assertThat(outcome.failed()).isEqualTo(1);
        assertThat(outcome.preemptions()).isPositive();
        assertThat(outcome.rows()).isGreaterThan(200 * 60);
        Simulation.Outcome free =
                new Simulation(LIMITS, Simulation.Cost.linear(MILLI, MILLI / 10), rowBytes)
                        .run(arrivals.subList(0, 200));
        assertThat(free.rows()).isEqualTo(200 * 60); // nothing is fed twice
        assertThat(waited(outcome)).isGreaterThan(waited(free));
    }

    private static long waited(Simulation.Outcome outcome) {
        return outcome.served().stream().mapToLong(one -> one.last() - one.arrival().nanos()).sum();
    }
}
