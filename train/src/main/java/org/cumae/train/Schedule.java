package org.cumae.train;

import org.cumae.Check;

/// How the learning rate goes over the steps of a run. Each begins with a linear rise.
public sealed interface Schedule {
    /// The learning rate of a step.
    ///
    /// @param step from 0
    double at(long step);

    private static double rise(double peak, long warmup, long step) {
        return peak * (step + 1) / (warmup + 1);
    }

    private static void check(double peak, double floor, long warmup) {
        Check.argument(
                peak > 0 && floor >= 0 && floor <= peak,
                "the learning rate goes from %s to %s; it must be above 0 and not rise",
                peak,
                floor);
        Check.argument(warmup >= 0, "warmup is %d steps; it must be 0 or more", warmup);
    }

    /// Half a cosine up from the first rate to the peak, and half a cosine down to next to nothing.
    ///
    /// @param rise how many steps it goes up
    /// @see <a href="https://arxiv.org/abs/1708.07120">Smith and Topin 2018</a>
    record OneCycle(double peak, double first, long rise, long steps) implements Schedule {
        private static final double LAST = 1e-4; // of the first

        /// Checks the ranges.
        public OneCycle {
            check(peak, first, rise);
        }

        @Override
        public double at(long step) {
            if (step < rise) {
                return bent(first, peak, (double) step / rise);
            }
            return bent(peak, first * LAST, share(step, rise, steps));
        }

        private static double bent(double from, double to, double share) {
            return to + (from - to) * (1 + Math.cos(Math.PI * share)) / 2;
        }
    }

    /// The peak, for ever.
    record Constant(double peak, long warmup) implements Schedule {
        /// Checks the ranges.
        public Constant {
            check(peak, 0, warmup);
        }

        @Override
        public double at(long step) {
            return step < warmup ? rise(peak, warmup, step) : peak;
        }
    }

    /// Straight down from the peak to the floor.
    record Linear(double peak, double floor, long warmup, long steps) implements Schedule {
        /// Checks the ranges.
        public Linear {
            check(peak, floor, warmup);
        }

        @Override
        public double at(long step) {
            if (step < warmup) {
                return rise(peak, warmup, step);
            }
            return peak + (floor - peak) * share(step, warmup, steps);
        }
    }

    /// Half a cosine from the peak to the floor.
    ///
    /// @see <a href="https://arxiv.org/abs/1608.03983">Loshchilov and Hutter 2017</a>
    record Cosine(double peak, double floor, long warmup, long steps) implements Schedule {
        /// Checks the ranges.
        public Cosine {
            check(peak, floor, warmup);
        }

        @Override
        public double at(long step) {
            if (step < warmup) {
                return rise(peak, warmup, step);
            }
            double turn = Math.cos(Math.PI * share(step, warmup, steps));
            return floor + (peak - floor) * (1 + turn) / 2;
        }
    }

    /// Warm-up, a stable stretch at the peak, a decay at the end: a run that is to be longer goes
    /// on from any checkpoint of its stable stretch.
    ///
    /// @param decay how many steps before the end the rate begins to fall
    /// @see <a href="https://arxiv.org/abs/2404.06395">Hu et al. 2024</a>
    record Wsd(double peak, double floor, long warmup, long decay, long steps) implements Schedule {
        /// Checks the ranges.
        public Wsd {
            check(peak, floor, warmup);
            Check.argument(
                    decay >= 0 && decay <= steps,
                    "the decay takes %d of %d steps; it must be in [0, steps]",
                    decay,
                    steps);
        }

        @Override
        public double at(long step) {
            if (step < warmup) {
                return rise(peak, warmup, step);
            }
            return peak + (floor - peak) * share(step, steps - decay, steps);
        }
    }

    /// Falls with the root of the step.
    ///
    /// @see <a href="https://arxiv.org/abs/1706.03762">Vaswani et al. 2017, section 5.3</a>
    record InverseRoot(double peak, long warmup) implements Schedule {
        /// Checks the ranges.
        public InverseRoot {
            check(peak, 0, warmup);
        }

        @Override
        public double at(long step) {
            return step < warmup
                    ? rise(peak, warmup, step)
                    : peak * Math.sqrt((warmup + 1.0) / (step + 1.0));
        }
    }

    /// How much of a stretch of steps has passed, in [0, 1].
    private static double share(long step, long from, long to) {
        return to <= from ? 1 : Math.clamp((double) (step - from) / (to - from), 0, 1);
    }
}
