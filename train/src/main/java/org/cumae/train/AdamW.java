package org.cumae.train;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

/// Adam with weight decay beside the gradient.
///
/// @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter 2019</a>
final class AdamW implements AutoCloseable {
    private final AdamWOptions options;
    private final Parameters parameters;
    private final Tensor mean; // [count], of gradients
    private final Tensor square; // [count], of their squares

    AdamW(AdamWOptions options, Parameters parameters) {
        this.options = options;
        this.parameters = parameters;
        try (var _ = new PointerScope()) {
            mean = torch.zeros(parameters.count()).retainReference();
            square = torch.zeros(parameters.count()).retainReference();
        }
    }

    /// Changes the weights.
    ///
    /// @param rate the learning rate
    /// @param step how many steps there are with this one, from 1
    void step(double rate, long step) {
        double meanShare = 1 - Math.pow(options.meanDecay(), (double) step);
        double squareShare = 1 - Math.pow(options.squareDecay(), (double) step);
        Tensor gradients = parameters.gradients();
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            mean.lerp_(gradients, Ops.scalar(1 - options.meanDecay()));
            square.mul_(Ops.scalar(options.squareDecay()))
                    .addcmul_(gradients, gradients, Ops.scalar(1 - options.squareDecay()));
            Tensor size =
                    square.sqrt()
                            .mul_(Ops.scalar(1 / Math.sqrt(squareShare)))
                            .add_(Ops.scalar(options.epsilon()));
            parameters.decayed().mul_(Ops.scalar(1 - rate * options.weightDecay()));
            parameters.values().addcdiv_(mean, size, Ops.scalar(-rate / meanShare));
        }
    }

    /// The running mean of gradients, `[count]`.
    Tensor mean() {
        return mean;
    }

    /// The running mean of squared gradients, `[count]`.
    Tensor square() {
        return square;
    }

    @Override
    public void close() {
        mean.close();
        square.close();
    }
}
