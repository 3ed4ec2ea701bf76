package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

import java.util.List;

/// The part of a block in which rows learn of each other.
sealed interface Mixer permits Attention, Recurrent {
    /// @param x `[tokens, width]`
    /// @return the same shape
    Tensor forward(Tensor x, Pass pass);

    /// All linear layers from and to the residual stream.
    List<Linear> layers();

    /// The layer that writes into the residual stream.
    Linear output();
}
