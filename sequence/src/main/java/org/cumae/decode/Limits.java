package org.cumae.decode;

import org.cumae.Check;

import java.time.Duration;
import java.util.Optional;

/// How far a request goes. The end of the model's context is a limit of its own.
///
/// @param maxNewTokens the most tokens written; 0 writes none and runs no pass
/// @param minNewTokens stop tokens are not drawn, and stop strings not heeded, before so many
/// @param time how long it may take from its begin on; looked at after each pass
public record Limits(int maxNewTokens, int minNewTokens, Optional<Duration> time) {
    /// 256 tokens, in whatever time.
    public static final Limits DEFAULT = of(256);

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if a count is negative, the least is above the most, or the
    ///   time is negative
    public Limits {
        Check.argument(maxNewTokens >= 0, "maxNewTokens is %d; it must be 0 or more", maxNewTokens);
        Check.argument(
                minNewTokens >= 0 && minNewTokens <= maxNewTokens,
                "minNewTokens is %d; it must lie between 0 and maxNewTokens, which is %d",
                minNewTokens,
                maxNewTokens);
        time.ifPresent(
                limit ->
                        Check.argument(
                                !limit.isNegative(), "time is %s; it must be 0 or more", limit));
    }

    /// At most so many new tokens.
    public static Limits of(int maxNewTokens) {
        return new Limits(maxNewTokens, 0, Optional.empty());
    }

    /// The same with another most; the least follows down where it must.
    public Limits withMaxNewTokens(int maxNewTokens) {
        return new Limits(maxNewTokens, Math.min(minNewTokens, Math.max(maxNewTokens, 0)), time);
    }

    /// The same with another least.
    public Limits withMinNewTokens(int minNewTokens) {
        return new Limits(maxNewTokens, minNewTokens, time);
    }

    /// The same within a time.
    public Limits within(Duration time) {
        return new Limits(maxNewTokens, minNewTokens, Optional.of(time));
    }
}
