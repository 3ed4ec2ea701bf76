package org.cumae.flow;

import org.cumae.Check;
import org.cumae.noise.Noise;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// How values are brought from noise to data by a velocity.
public sealed interface Solver {
    /// The times it goes through, from 1 down to 0.
    List<Double> times();

    /// Brings values from noise to data, asking for one velocity a step.
    ///
    /// @param noise of what is left to chance on the way; step `i` reads its stream `i`
    /// @param start `[n]`, noise; left as it is
    /// @return `[n]`
    double[] solve(Velocity velocity, Noise noise, double... start);

    /// How many velocities are asked for.
    default int steps() {
        return times().size() - 1;
    }

    /// Straight on with the velocity for as long as a step takes: no chance but that of the start.
    ///
    /// @param times from 1 down to 0
    record Euler(List<Double> times) implements Solver {
        /// Copies the list.
        ///
        /// @throws IllegalArgumentException if the times do not fall from 1 to 0
        public Euler {
            times = List.copyOf(times);
            checkFall(times);
        }

        /// Steps of one length.
        ///
        /// @param steps at least 1
        public static Euler even(int steps) {
            checkCount(steps, 1);
            return new Euler(line(1, 0, steps + 1).boxed().toList());
        }

        /// Half of the points from 1 to 0.3 and half from 0.25 to 0: FlowAR's, where details are
        /// made by the last steps.
        ///
        /// @param points one more than steps, as the paper's code counts; at least 4
        /// @see <a href="https://arxiv.org/abs/2412.15205">FlowAR</a>
        public static Euler late(int points) {
            checkCount(points, 4);
            int half = points / 2;
            return new Euler(
                    DoubleStream.concat(line(1, 0.3, half), line(0.25, 0, points - half))
                            .boxed()
                            .toList());
        }

        @Override
        public double[] solve(Velocity velocity, Noise noise, double... start) {
            double[] values = start.clone();
            for (int i = 0; i + 1 < times.size(); i++) {
                double by = times.get(i + 1) - times.get(i);
                double[] along = velocity.at(times.get(i), values);
                for (int j = 0; j < values.length; j++) {
                    values[j] += by * along[j];
                }
            }
            return values;
        }
    }

    /// With fresh noise in each step and as much more drift to where values are likely, so that the
    /// laws on the way are the same; the last step, from 0.04, is without noise. Errors of early
    /// steps are forgotten.
    ///
    /// @param steps at least 2
    /// @see <a href="https://arxiv.org/abs/2401.08740">Ma et al. 2024, SiT: its Euler-Maruyama with
    ///   diffusion 2t</a>
    record Wandering(int steps) implements Solver {
        private static final double LAST = 0.04;

        /// Checks the count.
        public Wandering {
            checkCount(steps, 2);
        }

        @Override
        public List<Double> times() {
            return DoubleStream.concat(line(1, LAST, steps), DoubleStream.of(0)).boxed().toList();
        }

        @Override
        public double[] solve(Velocity velocity, Noise noise, double... start) {
            double[] values = start.clone();
            List<Double> times = times();
            for (int i = 0; i < steps; i++) {
                double time = times.get(i);
                double by = times.get(i + 1) - time;
                double spread = i + 1 < steps ? Math.sqrt(2 * time * -by) : 0;
                double[] along = velocity.at(time, values);
                Noise fresh = noise.at(i);
                for (int j = 0; j < values.length; j++) {
                    double score = (-(1 - time) * along[j] - values[j]) / time;
                    values[j] += by * (along[j] - time * score);
                    values[j] += spread == 0 ? 0 : spread * fresh.gaussian(j);
                }
            }
            return values;
        }
    }

    private static DoubleStream line(double from, double to, int points) {
        return IntStream.range(0, points)
                .mapToDouble(i -> points == 1 ? from : from + (to - from) * i / (points - 1));
    }

    private static void checkCount(int count, int least) {
        Check.argument(
                count >= least && count <= 10_000,
                "noise is left in %d steps; take [%d, 10000]",
                count,
                least);
    }

    private static void checkFall(List<Double> times) {
        Check.argument(
                times.size() > 1 && times.getFirst() == 1 && times.getLast() == 0,
                "times are %s; they must fall from 1 to 0",
                times);
        for (int i = 1; i < times.size(); i++) {
            Check.argument(times.get(i) < times.get(i - 1), "times are %s; they must fall", times);
        }
    }
}
