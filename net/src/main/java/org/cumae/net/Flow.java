package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

/// What says which way vectors go on their way out of noise.
sealed interface Flow permits FlowHead, FlowOfRows {
    /// Of rows of the model's blocks, where they know theirs, and of values.
    Times times();

    /// To velocities.
    Linear output();

    /// Makes a fresh one say nothing, so that training begins at the velocity 0.
    default void begin() {
        if (output() instanceof Linear.Plain(Tensor weight, var _)) {
            weight.zero_();
        }
    }
}
