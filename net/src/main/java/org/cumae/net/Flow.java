package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

import java.util.Optional;

/// What says which way vectors go on their way out of noise.
sealed interface Flow permits FlowHead, FlowOfRows {
    /// Of rows of the model's blocks, where they know theirs, and of values.
    Times times();

    /// To velocities and, where they are learned, the widths of noise behind them: see [Ways].
    Linear output();

    /// Makes a fresh one say nothing, so that training begins at the velocity 0 and with noise half
    /// way between the widths that it may have.
    default void begin() {
        if (output() instanceof Linear.Plain(Tensor weight, var _)) {
            weight.zero_();
        }
        pivots().ifPresent(pivots -> pivots.phases().zero_());
    }

    /// What lets rows stand on several grids, where they do.
    Optional<Pivots> pivots();
}
