package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;
import org.cumae.torch.PackedMatrix;

import java.util.Optional;

/// A matrix and perhaps a bias.
sealed interface Linear {
    /// @param x `[tokens, in]`
    /// @return `[tokens, out]`
    Tensor forward(Tensor x);

    /// In float32, to be trained and saved as well.
    ///
    /// @param weight `[out, in]`
    /// @param bias `[out]`
    record Plain(Tensor weight, Optional<Tensor> bias) implements Linear {
        @Override
        public Tensor forward(Tensor x) {
            return Ops.linear(x, weight, bias);
        }
    }

    /// In fewer bits, to be served.
    record Packed(PackedMatrix matrix) implements Linear {
        @Override
        public Tensor forward(Tensor x) {
            return matrix.times(x);
        }
    }
}
