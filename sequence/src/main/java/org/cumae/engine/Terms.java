package org.cumae.engine;

import org.cumae.Check;

import java.time.Duration;
import java.util.Optional;

/// On what terms a request is served.
///
/// @param priority smaller comes first, where the engine's [Policy] looks at it; 0 is ordinary
/// @param patience how long it may wait for its first pass, before it is refused with
///   [LateException]; without it as long as it takes
/// @param time how long it may take in all: at its end whatever it waits for is cancelled
/// @param reuse whether it may begin with rows that others have fed, and leave its own to others
/// @param salt only requests of the same salt share rows, so that one client cannot tell from the
///   time an answer takes what another has asked
public record Terms(
        int priority,
        Optional<Duration> patience,
        Optional<Duration> time,
        boolean reuse,
        String salt) {
    /// Ordinary, patient, and sharing with everybody.
    public static final Terms ORDINARY = new Terms(0, Optional.empty(), Optional.empty(), true, "");

    /// Checks the times.
    ///
    /// @throws IllegalArgumentException if one is negative
    public Terms {
        patience.ifPresent(wait -> check("patience", wait));
        time.ifPresent(limit -> check("time", limit));
    }

    private static void check(String what, Duration time) {
        Check.argument(!time.isNegative(), "%s is %s; it must be 0 or more", what, time);
    }

    /// The same with another priority.
    public Terms withPriority(int priority) {
        return new Terms(priority, patience, time, reuse, salt);
    }

    /// The same, refused when it has waited so long.
    public Terms withPatience(Duration patience) {
        return new Terms(priority, Optional.of(patience), time, reuse, salt);
    }

    /// The same, ended after a time.
    public Terms within(Duration time) {
        return new Terms(priority, patience, Optional.of(time), reuse, salt);
    }

    /// The same, sharing rows or not.
    public Terms withReuse(boolean reuse) {
        return new Terms(priority, patience, time, reuse, salt);
    }

    /// The same, sharing rows under a salt.
    public Terms withSalt(String salt) {
        return new Terms(priority, patience, time, reuse, salt);
    }
}
