package org.cumae.flow;

import org.cumae.Check;

import java.util.List;

/// A way out of noise that is walked step by step, and can be left between two steps: who walks
/// need not know at once what leads him.
///
/// For one thread.
public final class Walk {
    private final List<Double> times;
    private final Weights weights;
    private final double[] values;
    private double[] before = {}; // the velocity of the last step
    private int step;

    /// How the velocity of a step and of the one before it are mixed.
    public enum Weights {
        /// Only its own: Euler's steps.
        OWN,
        /// Three halves of its own less half of the one before, as if steps were equally long.
        EVEN,
        /// By how long the two steps are, so that a velocity that changes evenly is followed
        /// exactly.
        BY_LENGTH
    }

    /// @param times from 1 down to 0
    /// @param start `[n]`, noise; copied
    Walk(List<Double> times, Weights weights, double... start) {
        this.times = times;
        this.weights = weights;
        this.values = start.clone();
    }

    /// How many steps were made.
    public int step() {
        return step;
    }

    /// Whether it has arrived.
    public boolean isDone() {
        return step + 1 == times.size();
    }

    /// Where it is; 1 is noise.
    public double time() {
        return times.get(step);
    }

    /// What it has, `[n]`, a copy.
    public double[] values() {
        return values.clone();
    }

    /// What it would have if it went straight on to time 0.
    ///
    /// @param along the velocity where it is, `[n]`
    /// @return `[n]`
    public double[] jump(double... along) {
        double[] there = values.clone();
        for (int i = 0; i < there.length; i++) {
            there[i] -= time() * along[i];
        }
        return there;
    }

    /// Makes a step.
    ///
    /// @param along the velocity where it is, `[n]`
    /// @throws IllegalStateException if it has arrived
    public void on(double... along) {
        Check.state(!isDone(), "the way out of noise has %d steps, and all are made", step);
        double by = times.get(step + 1) - time();
        double last = last(by);
        for (int i = 0; i < values.length; i++) {
            double way = last == 0 ? along[i] : (1 + last) * along[i] - last * before[i];
            values[i] += by * way;
        }
        before = along.clone();
        step++;
    }

    /// How much of the velocity of the step before is taken off.
    private double last(double by) {
        if (step == 0) {
            return 0;
        }
        return switch (weights) {
            case OWN -> 0;
            case EVEN -> 0.5;
            case BY_LENGTH -> by / (time() - times.get(step - 1)) / 2;
        };
    }
}
