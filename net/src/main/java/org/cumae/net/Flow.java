package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

/// What says which way vectors go on their way out of noise.
sealed interface Flow permits FlowHead, FlowOfRows {
    /// To velocities.
    Linear output();

    /// Makes a fresh one say nothing, so that training begins at the velocity 0.
    default void begin() {
        if (output() instanceof Linear.Plain(Tensor weight, var _)) {
            weight.zero_();
        }
    }
}
