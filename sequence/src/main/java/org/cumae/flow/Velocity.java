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

    /// The velocity, and how wide the noise of a step back through a diffusion is from here.
    ///
    /// @param time as of [#at]
    /// @param values same
    /// @throws IllegalStateException if nothing is known of that
    default Wide wide(double time, double... values) {
        throw new IllegalStateException(
                "this velocity does not say how wide noise is; choose a width (Width.Chosen)");
    }

    /// A velocity with its widths.
    ///
    /// @param along the velocity, `[n]`
    /// @param wide as of [Width], each number its own, `[n]`; what was learned may lie beyond 0 and
    ///   1, as it must where values are wider than noise
    @SuppressWarnings("ArrayRecordComponent") // handed over
    record Wide(double[] along, double[] wide) {}
}
