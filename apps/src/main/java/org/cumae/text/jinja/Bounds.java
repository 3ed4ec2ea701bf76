package org.cumae.text.jinja;

import org.cumae.Check;

import java.time.Duration;

/// How much a template may cost.
///
/// @param steps expressions and statements evaluated
/// @param length characters of output, and of any text made on the way
/// @param time from begin to end
public record Bounds(long steps, int length, Duration time) {
    /// More than any honest template needs: a conversation of hundreds of turns takes thousands of
    /// steps and a millisecond.
    public static final Bounds DEFAULT = new Bounds(2_000_000, 16 << 20, Duration.ofSeconds(2));

    /// Checks the ranges.
    public Bounds {
        Check.argument(steps > 0, "steps is %d; it must be 1 or more", steps);
        Check.argument(length > 0, "length is %d; it must be 1 or more", length);
        Check.argument(time.isPositive(), "time is %s; it must be positive", time);
    }
}
