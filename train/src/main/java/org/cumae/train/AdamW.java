package org.cumae.train;

import org.bytedeco.javacpp.PointerScope;
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

    /// Changes the weights as their gathered gradients say.
    ///
    /// @param share of the gradients
    /// @param rate the learning rate
    /// @param step how many steps there are with this one, from 1
    void step(double share, double rate, long step) {
        double meanShare = 1 - Math.pow(options.meanDecay(), (double) step);
        double squareShare = 1 - Math.pow(options.squareDecay(), (double) step);
        double newMean = share * (1 - options.meanDecay());
        double newSquare = share * share * (1 - options.squareDecay());
        // m / meanShare / (sqrt(v / squareShare) + epsilon), without a pass for each division
        double scale = Math.sqrt(squareShare);
        parameters.each(
                stretch -> {
                    Tensor gradient = stretch.of(parameters.gradients());
                    Tensor mean = stretch.of(this.mean);
                    Tensor square = stretch.of(this.square);
                    Tensor values = stretch.of(parameters.values());
                    mean.mul_(Ops.scalar(options.meanDecay())).add_(gradient, Ops.scalar(newMean));
                    square.mul_(Ops.scalar(options.squareDecay()))
                            .addcmul_(gradient, gradient, Ops.scalar(newSquare));
                    Tensor size = square.sqrt().add_(Ops.scalar(options.epsilon() * scale));
                    if (stretch.decays()) {
                        values.mul_(Ops.scalar(1 - rate * options.weightDecay()));
                    }
                    values.addcdiv_(mean, size, Ops.scalar(-rate * scale / meanShare));
                });
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
