package org.cumae.flow;

/// Which way values go at a time: the mean of `e - x` over all values `x` and noises `e` that could
/// have led here.
@FunctionalInterface
public interface Velocity {
    /// The velocity.
    ///
    /// @param time in (0, 1]; 1 is noise
    /// @param values `[n]`, not to be written to
    /// @return `[n]`
    double[] at(double time, double... values);
}
