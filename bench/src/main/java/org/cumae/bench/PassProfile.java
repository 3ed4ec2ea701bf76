package org.cumae.bench;

import org.cumae.Check;
import org.cumae.engine.Simulation;

/// What a model's passes take: `once + row * rows + held * rows that the contexts held before`.
///
/// @param subject the model and the machine
/// @param once nanoseconds of any pass: reading the weights
/// @param row nanoseconds of each row that is fed
/// @param held nanoseconds of each row that a context in the pass held before
/// @param rowBytes memory that a row of a context takes
/// @param error how far measured passes lie from this, the median, as a share
public record PassProfile(
        String subject, double once, double row, double held, long rowBytes, double error) {
    /// Checks that nothing takes less than no time.
    public PassProfile {
        Check.argument(
                once >= 0 && row >= 0 && held >= 0 && once + row > 0,
                "a pass takes %s + %s rows + %s held nanoseconds; give numbers of 0 or more, not all"
                        + " of them 0",
                once,
                row,
                held);
        Check.argument(rowBytes > 0, "a row takes %d bytes; it must be 1 or more", rowBytes);
    }

    /// The time of a pass, in nanoseconds.
    public double nanos(double rows, double heldRows) {
        return once + row * rows + held * heldRows;
    }

    /// For the simulation.
    Simulation.Cost cost() {
        return (rows, heldRows) -> Math.round(nanos(rows, (double) heldRows));
    }

    /// A model so many times as large on the same machine: every time grows with its weights, the
    /// memory of a row with their two thirds (as width and depth do together).
    PassProfile larger(String subject, double times) {
        return new PassProfile(
                subject,
                once * times,
                row * times,
                held * Math.pow(times, 2.0 / 3),
                Math.round((double) rowBytes * Math.pow(times, 2.0 / 3)),
                error);
    }
}
