package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

import java.util.Optional;

/// A matrix and perhaps a bias.
///
/// @param weight `[out, in]`
/// @param bias `[out]`
record Linear(Tensor weight, Optional<Tensor> bias) {
    Tensor forward(Tensor x) { // [tokens, in]
        return Ops.linear(x, weight, bias); // [tokens, out]
    }
}
