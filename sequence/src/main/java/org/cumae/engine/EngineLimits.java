package org.cumae.engine;

import org.cumae.Check;

import java.time.Duration;

/// How much an engine takes into one pass, and how long it waits for company.
///
/// @param maxRows the most rows of one pass; longer causal queries are fed in chunks, other longer
///   queries run in a pass of their own
/// @param maxGrace the longest that a waiting query is held back for decoders that are still
///   computing; the engine waits at most half the time of the last pass
public record EngineLimits(int maxRows, Duration maxGrace) {
    /// What suits most models on most machines.
    public static final EngineLimits DEFAULT = new EngineLimits(512, Duration.ofMillis(5));

    /// Checks the sizes.
    public EngineLimits {
        Check.argument(maxRows > 0, "maxRows is %d; a pass needs room for 1 row or more", maxRows);
        Check.argument(!maxGrace.isNegative(), "maxGrace is %s; it must be 0 or more", maxGrace);
    }
}
