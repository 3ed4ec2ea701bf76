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

    /// Whether it asks [Velocity#wide], which not every velocity answers.
    default boolean asksWidths() {
        return false;
    }

    /// One that asks for one velocity after the other and for no chance but that of the start, so
    /// that its way can be left between two steps.
    sealed interface Stepwise extends Solver permits Euler, AdamsBashforth {
        /// Stands at the beginning of the way.
        ///
        /// @param start `[n]`, noise; copied
        Walk begin(double... start);

        @Override
        default double[] solve(Velocity velocity, Noise noise, double... start) {
            Walk walk = begin(start);
            while (!walk.isDone()) {
                walk.on(velocity.at(walk.time(), walk.values()));
            }
            return walk.values();
        }
    }

    /// Straight on with the velocity for as long as a step takes.
    ///
    /// @param times from 1 down to 0
    record Euler(List<Double> times) implements Stepwise {
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
        public Walk begin(double... start) {
            return new Walk(times, Walk.Weights.OWN, start);
        }
    }

    /// On with what the velocities of a step and of the one before it say together of the time
    /// between: Euler's first step, and then Adams' and Bashforth's of second order.
    ///
    /// @param times from 1 down to 0
    /// @param byLength whether steps are weighed by how long they are, which is exact where the
    ///   velocity changes evenly; or as if all were equally long, as the code of D-AR (arXiv
    ///   2505.23660) does on steps that are not
    record AdamsBashforth(List<Double> times, boolean byLength) implements Stepwise {
        /// Copies the list.
        ///
        /// @throws IllegalArgumentException if the times do not fall from 1 to 0
        public AdamsBashforth {
            times = List.copyOf(times);
            checkFall(times);
        }

        @Override
        public Walk begin(double... start) {
            return new Walk(times, byLength ? Walk.Weights.BY_LENGTH : Walk.Weights.EVEN, start);
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

    /// Back through some of the 1,000 steps of a cosine diffusion, each with fresh noise: MAR's
    /// way, which works for any velocity, since it says which noise a point has as well.
    ///
    /// With widths that were learned a model is asked at the times of all 1,000 steps and its
    /// widths are taken between what the steps that are walked left and added, as MAR does. So they
    /// are the best where all steps are walked: of few steps each has more that cannot be known
    /// than was learned (`SolverTest` has how much that costs).
    ///
    /// @param steps of the 1,000, at least 2; MAR takes 100
    /// @param width how wide the noise of a step is; MAR learns it
    /// @see <a href="https://arxiv.org/abs/2406.11838">Li et al. 2024, MAR</a>
    record Ancestral(int steps, Width width) implements Solver {
        /// All steps.
        public static final Diffusion ALL = Diffusion.cosine(1000);

        /// Checks the count.
        public Ancestral {
            Check.argument(
                    steps >= 2 && steps <= ALL.steps(),
                    "noise is left in %d steps; take [2, %d]",
                    steps,
                    ALL.steps());
        }

        @Override
        public boolean asksWidths() {
            return width instanceof Width.Learned;
        }

        @Override
        public List<Double> times() {
            Diffusion some = ALL.respaced(steps);
            return DoubleStream.concat(
                            IntStream.range(0, steps).mapToDouble(i -> some.time(steps - 1 - i)),
                            DoubleStream.of(0))
                    .boxed()
                    .toList();
        }

        @Override
        public double[] solve(Velocity velocity, Noise noise, double... start) {
            Diffusion some = ALL.respaced(steps);
            double[] values = start.clone();
            for (int i = 0; i < steps; i++) {
                int step = steps - 1 - i;
                double time = some.time(step);
                double size = some.size(step);
                double[] at = DoubleStream.of(values).map(x -> x / size).toArray();
                Velocity.Wide said = width.asked(velocity, time, at);
                Noise fresh = noise.at(i);
                for (int j = 0; j < values.length; j++) {
                    double value = at[j] - time * said.along()[j];
                    values[j] = some.mean(step, value, values[j]);
                    if (step > 0) { // nothing is left behind the last one
                        double variance = some.between(step, said.wide()[j]);
                        values[j] += Math.sqrt(variance) * fresh.gaussian(j);
                    }
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
