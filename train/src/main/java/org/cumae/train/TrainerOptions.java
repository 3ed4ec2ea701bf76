package org.cumae.train;

import org.cumae.Check;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// How a run goes.
///
/// @param steps how often the weights are changed
/// @param accumulate how many batches make a step
/// @param seed where all chance comes from
/// @param schedule the learning rate
/// @param optimizer how gradients become steps
/// @param clip the length to which longer gradients are cut
/// @param average how much of the average of weights stays in a step; empty to keep none
/// @param precision of the products
/// @param evaluateEvery steps between two looks at held-out data
/// @param evaluateBatches how many batches such a look takes
/// @param patience how many looks in a row may bring nothing better before the run stops
/// @param saveEvery steps between two checkpoints
/// @param keep how many checkpoints are kept, the newest first
/// @param logEvery steps between two lines of the log
/// @param longest when to stop and save, whatever the step
public record TrainerOptions(
        long steps,
        int accumulate,
        long seed,
        Schedule schedule,
        AdamWOptions optimizer,
        double clip,
        OptionalDouble average,
        Precision precision,
        long evaluateEvery,
        int evaluateBatches,
        OptionalInt patience,
        long saveEvery,
        int keep,
        long logEvery,
        Optional<Duration> longest) {
    /// The type of numbers that products are computed in; weights and their sums stay float32.
    public enum Precision {
        /// 32 bits.
        FLOAT32,
        /// 16 bits with the range of 32.
        BFLOAT16
    }

    /// A run whose last weights are taken: nothing is looked at or saved before its end.
    ///
    /// @param steps how often the weights are changed
    /// @param seed where all chance comes from
    /// @param clip the length to which longer gradients are cut
    public static TrainerOptions through(
            long steps, long seed, Schedule schedule, AdamWOptions optimizer, double clip) {
        return new TrainerOptions(
                steps,
                1,
                seed,
                schedule,
                optimizer,
                clip,
                OptionalDouble.empty(),
                Precision.FLOAT32,
                steps,
                1,
                OptionalInt.empty(),
                steps,
                1,
                steps,
                Optional.empty());
    }

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException naming the value and its range
    public TrainerOptions {
        positive("steps", steps);
        positive("accumulate", accumulate);
        positive("evaluate-every", evaluateEvery);
        positive("evaluate-batches", evaluateBatches);
        positive("patience", patience.orElse(1));
        positive("save-every", saveEvery);
        positive("keep", keep);
        positive("log-every", logEvery);
        Check.argument(clip > 0, "clip is %s; it must be above 0", clip);
        double kept = average.orElse(0);
        Check.argument(kept >= 0 && kept < 1, "the average keeps %s; it must be in [0, 1)", kept);
    }

    private static void positive(String what, long value) {
        Check.argument(value > 0, "%s is %d; it must be 1 or more", what, value);
    }
}
