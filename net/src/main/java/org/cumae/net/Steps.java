package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

/// Sizes of steps as they begin: from a thousandth to a tenth, their logarithms even.
final class Steps {
    private static final double LEAST = 1e-3;
    private static final double MOST = 0.1;

    private Steps() {}

    /// Gives logarithms of such sizes.
    static void beginLogarithms(Tensor logStep) {
        Ops.uniform(logStep, Math.log(LEAST), Math.log(MOST));
    }

    /// Gives a bias values whose softplus are such sizes.
    static void begin(Tensor bias) {
        beginLogarithms(bias);
        bias.exp_();
        // the inverse of softplus: d + log(1 - exp(-d))
        bias.add_(bias.neg().expm1().neg().log());
    }
}
