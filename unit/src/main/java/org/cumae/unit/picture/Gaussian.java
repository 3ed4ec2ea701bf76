package org.cumae.unit.picture;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

/// What pictures may be read as: each number of a grid by a normal law of its own. Needs an open
/// scope.
///
/// @param mean `[pictures, width, down, across]`
/// @param logVariance same
/// @see <a href="https://arxiv.org/abs/1312.6114">Kingma and Welling 2013, variational
///   autoencoders</a>
record Gaussian(Tensor mean, Tensor logVariance) {
    private static final double LEAST = -30; // of the logarithm: beyond, floats end
    private static final double MOST = 20;

    /// The laws that a network reads.
    ///
    /// @param read `[pictures, 2 * width, down, across]`, means and then logarithms of variances
    static Gaussian of(Tensor read) {
        long width = read.size(1) / 2;
        return new Gaussian(
                read.narrow(1, 0, width),
                read.narrow(1, width, width)
                        .clamp(
                                new ScalarOptional(Ops.scalar(LEAST)),
                                new ScalarOptional(Ops.scalar(MOST))));
    }

    /// One grid by chance, with gradients to both.
    Tensor drawn(Generator chance) {
        return drawn(torch.empty_like(mean).normal_(0, 1, new GeneratorOptional(chance)));
    }

    /// The grid that some noise decides.
    ///
    /// @param noise as the mean
    Tensor drawn(Tensor noise) {
        return mean.add(logVariance.mul(Ops.scalar(0.5)).exp().mul(noise));
    }

    /// How far the laws are from the standard normal one, in nats a picture, `[]`.
    Tensor divergence() {
        Tensor each = mean.square().add(logVariance.exp()).sub(logVariance).sub(Ops.scalar(1));
        return each.sum().mul(Ops.scalar(0.5 / mean.size(0)));
    }
}
