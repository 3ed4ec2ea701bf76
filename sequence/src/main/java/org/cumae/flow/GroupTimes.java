package org.cumae.flow;

import org.cumae.Check;

import java.util.List;
import java.util.stream.IntStream;

/// Which group of a line of codes is told on which part of the way out of noise: the first groups
/// while there is hardly anything, the last where only details are missing.
///
/// The way is walked in even parts of `u`, from 0 where all is noise to 1 where nothing is; the
/// time of this package is `1 - u / (u + beta (1 - u))`.
///
/// @param groups into how many a line is cut
/// @param beta how much longer the way stays near noise; 1 for not at all
/// @param rule which stretch of `u` a group is for
/// @see <a href="https://arxiv.org/abs/2505.23660">Gao and Shou 2025, D-AR, equation 5</a>
public record GroupTimes(int groups, double beta, Rule rule) {
    /// Which stretch of `u` a group is for.
    public enum Rule {
        /// Around `i / groups`, where it is told in use: half a stretch for the first group and one
        /// and a half for the last. As the paper's code has it.
        CENTRED,
        /// From `i / groups` to the next. As the paper has it.
        FORWARD
    }

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException naming the one out of range
    public GroupTimes {
        Check.argument(groups > 0, "codes are told in %d groups; take 1 or more", groups);
        Check.argument(beta > 0 && Double.isFinite(beta), "beta is %s; it must be above 0", beta);
    }

    /// As the paper's code has it, with beta 2.
    public static GroupTimes of(int groups) {
        return new GroupTimes(groups, 2, Rule.CENTRED);
    }

    /// The time at a part of the way.
    ///
    /// @param u in [0, 1]
    /// @return in [0, 1]; 1 is noise
    public double time(double u) {
        return 1 - u / (u + beta * (1 - u));
    }

    /// The part of the way at a time: the inverse of [#time].
    public double part(double time) {
        double made = 1 - time;
        return made / (made + time / beta);
    }

    /// The group that is told at a part of the way, from 0.
    public int group(double u) {
        double place = u * groups;
        return switch (rule) {
            case CENTRED -> Math.clamp((int) Math.floor(place + 0.5), 0, groups - 1);
            case FORWARD -> Math.clamp((int) Math.ceil(place) - 1, 0, groups - 1);
        };
    }

    /// The times of a way in steps of even `u`, from 1 down to 0.
    ///
    /// @param steps at least 1
    public List<Double> times(int steps) {
        Check.argument(steps > 0, "noise is left in %d steps; take 1 or more", steps);
        return IntStream.rangeClosed(0, steps)
                .mapToObj(step -> step == steps ? 0.0 : time((double) step / steps))
                .toList();
    }

    /// The group that a step of such a way is told: the one whose own part of the way begins
    /// nearest.
    public int told(int step, int steps) {
        return Math.clamp(Math.floorDiv(2L * step * groups + steps, 2L * steps), 0, groups - 1);
    }
}
