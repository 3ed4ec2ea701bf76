package org.cumae.model;

import java.time.Duration;

/// How long a model that costs nothing pretends to be busy, so that accounts and schedules can be
/// tested against closed forms.
///
/// @param perPass of each pass
/// @param perRow of each row in it
public record Cost(Duration perPass, Duration perRow) {
    /// Costs nothing.
    public static final Cost NONE = new Cost(Duration.ZERO, Duration.ZERO);

    /// Keeps the thread busy, as a real pass does.
    void spend(int rows) {
        long end = System.nanoTime() + perPass.toNanos() + rows * perRow.toNanos();
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
