package org.cumae.engine;

import org.cumae.Check;

import java.time.Duration;

/// How much an engine takes on, and in which order.
///
/// @param maxRows the most rows of one pass; longer causal queries are fed in chunks, other longer
///   queries run in a pass of their own
/// @param maxGrace the longest that a waiting query is held back for decoders that are still
///   computing; the engine waits at most half the time of the last pass
/// @param maxStall about how long the chunk of a prompt may hold up those who are writing; the
///   engine measures what a row costs
/// @param maxRunning the most requests that take part in passes; the others wait in line
/// @param maxWaiting the most requests in the line; who comes then is refused with [BusyException]
/// @param maxBytes the most memory that the states of all contexts may own together, those kept for
///   later requests among them
/// @param maxLength the most rows of one context, where that is less than the model holds
/// @param reuse whether requests share the rows of common beginnings
/// @param policy who comes first
public record EngineLimits(
        int maxRows,
        Duration maxGrace,
        Duration maxStall,
        int maxRunning,
        int maxWaiting,
        long maxBytes,
        int maxLength,
        boolean reuse,
        Policy policy) {
    /// What suits most models on most machines.
    public static final EngineLimits DEFAULT =
            new EngineLimits(
                    512,
                    Duration.ofMillis(5),
                    Duration.ofMillis(100),
                    256,
                    1 << 20,
                    4L << 30,
                    Integer.MAX_VALUE,
                    true,
                    new Policy.FirstCome());

    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException naming the one that is out of range
    public EngineLimits {
        Check.argument(maxRows > 0, "maxRows is %d; a pass needs room for 1 row or more", maxRows);
        Check.argument(!maxGrace.isNegative(), "maxGrace is %s; it must be 0 or more", maxGrace);
        Check.argument(!maxStall.isNegative(), "maxStall is %s; it must be 0 or more", maxStall);
        Check.argument(maxRunning > 0, "maxRunning is %d; it must be 1 or more", maxRunning);
        Check.argument(maxWaiting >= 0, "maxWaiting is %d; it must be 0 or more", maxWaiting);
        Check.argument(maxLength > 0, "maxLength is %d; it must be 1 or more", maxLength);
        Check.argument(maxBytes > 0, "maxBytes is %d; it must be 1 or more", maxBytes);
    }

    /// The same with other passes.
    public EngineLimits withMaxRows(int maxRows) {
        return new EngineLimits(
                maxRows,
                maxGrace,
                maxStall,
                maxRunning,
                maxWaiting,
                maxBytes,
                maxLength,
                reuse,
                policy);
    }

    /// The same with another grace.
    public EngineLimits withMaxGrace(Duration maxGrace) {
        return new EngineLimits(
                maxRows,
                maxGrace,
                maxStall,
                maxRunning,
                maxWaiting,
                maxBytes,
                maxLength,
                reuse,
                policy);
    }

    /// The same with another stall.
    public EngineLimits withMaxStall(Duration maxStall) {
        return new EngineLimits(
                maxRows,
                maxGrace,
                maxStall,
                maxRunning,
                maxWaiting,
                maxBytes,
                maxLength,
                reuse,
                policy);
    }

    /// The same with so many at once.
    public EngineLimits withMaxRunning(int maxRunning) {
        return new EngineLimits(
                maxRows,
                maxGrace,
                maxStall,
                maxRunning,
                maxWaiting,
                maxBytes,
                maxLength,
                reuse,
                policy);
    }

    /// The same with so long a line.
    public EngineLimits withMaxWaiting(int maxWaiting) {
        return new EngineLimits(
                maxRows,
                maxGrace,
                maxStall,
                maxRunning,
                maxWaiting,
                maxBytes,
                maxLength,
                reuse,
                policy);
    }

    /// The same with so much memory.
    public EngineLimits withMaxBytes(long maxBytes) {
        return new EngineLimits(
                maxRows,
                maxGrace,
                maxStall,
                maxRunning,
                maxWaiting,
                maxBytes,
                maxLength,
                reuse,
                policy);
    }

    /// The same with contexts of at most so many rows.
    public EngineLimits withMaxLength(int maxLength) {
        return new EngineLimits(
                maxRows,
                maxGrace,
                maxStall,
                maxRunning,
                maxWaiting,
                maxBytes,
                maxLength,
                reuse,
                policy);
    }

    /// The same with common beginnings shared, or not.
    public EngineLimits withReuse(boolean reuse) {
        return new EngineLimits(
                maxRows,
                maxGrace,
                maxStall,
                maxRunning,
                maxWaiting,
                maxBytes,
                maxLength,
                reuse,
                policy);
    }

    /// The same in another order.
    public EngineLimits withPolicy(Policy policy) {
        return new EngineLimits(
                maxRows,
                maxGrace,
                maxStall,
                maxRunning,
                maxWaiting,
                maxBytes,
                maxLength,
                reuse,
                policy);
    }
}
