package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

/// Brings rows to one size.
sealed interface Norm {
    /// The same shape.
    Tensor forward(Tensor x);

    /// By the root mean square.
    ///
    /// @param weight `[width]`
    record Rms(Tensor weight, double epsilon) implements Norm {
        @Override
        public Tensor forward(Tensor x) {
            return Ops.rmsNorm(x, weight, epsilon);
        }
    }

    /// By mean and variance, and no more.
    record Bare(double epsilon) implements Norm {
        @Override
        public Tensor forward(Tensor x) {
            return Ops.layerNorm(x, epsilon);
        }
    }

    /// By mean and variance.
    ///
    /// @param weight `[width]`
    /// @param bias `[width]`
    record Layer(Tensor weight, Tensor bias, double epsilon) implements Norm {
        @Override
        public Tensor forward(Tensor x) {
            return Ops.layerNorm(x, weight, bias, epsilon);
        }
    }
}
