package org.cumae.train;

import org.cumae.Check;

/// How AdamW steps.
///
/// @param meanDecay how much of the mean stays, often called beta 1
/// @param squareDecay how much of the mean square stays, beta 2
/// @param epsilon what keeps from dividing by 0
/// @param weightDecay how much a matrix shrinks in a step, in parts of the learning rate
public record AdamWOptions(
        double meanDecay, double squareDecay, double epsilon, double weightDecay) {
    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException naming the value and its range
    public AdamWOptions {
        Check.argument(
                meanDecay >= 0 && meanDecay < 1 && squareDecay >= 0 && squareDecay < 1,
                "the betas are %s and %s; both must be in [0, 1)",
                meanDecay,
                squareDecay);
        Check.argument(epsilon > 0, "epsilon is %s; it must be above 0", epsilon);
        Check.argument(
                weightDecay >= 0, "the weight decay is %s; it must be 0 or more", weightDecay);
    }
}
