package org.cumae.flow;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.List;

/// How noise takes the place of values step by step while their variance stays: in step `i` a value
/// `x` and noise `e` give `sqrt(kept) x + sqrt(1 - kept) e`. Divided by the sum of the two roots
/// that is a point on the straight way of this package, at [#time].
///
/// @param kept the share of the variance that is still the value's behind each step, falling
/// @see <a href="https://arxiv.org/abs/2102.09672">Nichol and Dhariwal 2021</a>
public record Diffusion(List<Double> kept) {
    private static final double OFFSET = 0.008; // so that the first steps are not too small
    private static final double MOST = 0.999; // that one step may add

    /// Copies the list.
    ///
    /// @throws IllegalArgumentException if the shares do not fall within (0, 1)
    public Diffusion {
        kept = List.copyOf(kept);
        double before = 1;
        for (double share : kept) {
            Check.argument(
                    share > 0 && share < before, "shares that are kept must fall from 1: %s", kept);
            before = share;
        }
    }

    /// Shares that fall as the square of a cosine.
    ///
    /// @param steps at least 1
    public static Diffusion cosine(int steps) {
        List<Double> kept = new ArrayList<>();
        double all = 1;
        for (int i = 0; i < steps; i++) {
            double added = 1 - wave((i + 1.0) / steps) / wave((double) i / steps);
            all *= 1 - Math.min(added, MOST);
            kept.add(all);
        }
        return new Diffusion(kept);
    }

    private static double wave(double share) {
        double root = Math.cos((share + OFFSET) / (1 + OFFSET) * Math.PI / 2);
        return root * root;
    }

    /// How many steps there are.
    public int steps() {
        return kept.size();
    }

    /// Some of the steps, the first and the last among them, evenly spaced.
    ///
    /// @param count at least 2
    /// @throws IllegalArgumentException if there are not so many
    public List<Integer> some(int count) {
        Check.argument(
                count >= 2 && count <= steps(),
                "%d of %d steps are taken; take [2, %d]",
                count,
                steps(),
                steps());
        List<Integer> some = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            some.add(Math.toIntExact(Math.round((double) i * (steps() - 1) / (count - 1))));
        }
        return some;
    }

    /// The same in some of the steps: each adds what those that are left out added as well.
    ///
    /// @param count as of [#some]
    public Diffusion respaced(int count) {
        return new Diffusion(some(count).stream().map(kept::get).toList());
    }

    /// The share that is kept behind all steps before one.
    private double before(int step) {
        return step == 0 ? 1 : kept.get(step - 1);
    }

    /// The variance of the noise that a step adds: beta.
    public double added(int step) {
        return 1 - kept.get(step) / before(step);
    }

    /// The variance of what came before a step, given what came behind it and the value.
    public double left(int step) {
        return added(step) * (1 - before(step)) / (1 - kept.get(step));
    }

    /// How much wider, by logarithm, what a step adds is than what is left to know: the room in
    /// which the variance of a step back lies, in nats.
    ///
    /// @param step from 1; behind the first one nothing is left
    public double room(int step) {
        return Math.log(added(step) / left(step));
    }

    /// The variance of the noise of a step back.
    ///
    /// @param step from 1
    /// @param wide as of [Width]
    public double between(int step, double wide) {
        return left(step) * Math.exp(wide * room(step));
    }

    /// By how much the mean of a step back is off where the velocity is off by 1: its square, in
    /// terms of what is left to know. So with a velocity that misses by a mean square `m` the best
    /// variance of the step is `left * (1 + shift * m)`.
    ///
    /// @param step from 1
    public double shift(int step) {
        double off = mean(step, time(step), 0);
        return off * off / left(step);
    }

    /// The time of a step in this package's convention.
    public double time(int step) {
        return Math.sqrt(1 - kept.get(step)) / size(step);
    }

    /// What a point behind a step is divided by to be on the straight way.
    double size(int step) {
        return Math.sqrt(kept.get(step)) + Math.sqrt(1 - kept.get(step));
    }

    /// The mean of what came before a step.
    ///
    /// @param value that is thought to be at the beginning
    /// @param at the point behind the step
    double mean(int step, double value, double at) {
        double share = kept.get(step);
        double before = before(step);
        double rest = 1 - share;
        return Math.sqrt(before) * added(step) / rest * value
                + Math.sqrt(share / before) * (1 - before) / rest * at;
    }
}
