package org.cumae.train.series;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.Check;
import org.cumae.torch.Ops;

/// A price on weights that is steep at 0 and flat beyond: small weights vanish, large ones stay as
/// they are.
///
/// `R = mean over weights of 2 / (1 + exp(-steepness |w|^(1 / root))) - 1`, in [0, 1), at the rate
/// `strength (1 / share - 1)`.
///
/// @param share the expected share of lags that count, in (0, 1]; 1 is no price
/// @param strength of the price for values of deviation 1
/// @param steepness `c1` of the paper
/// @param root `c2` of the paper
/// @see <a href="https://arxiv.org/abs/1911.12436">Triebe, Laptev and Rajagopal 2019, AR-Net</a>
public record Sparsity(double share, double strength, double steepness, double root) {
    private static final double STRENGTH = 0.1;
    private static final double VALUES = 1000; // for which that is the strength
    private static final double NEAR_ZERO = 1e-9; // where the slope would be infinite

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException naming the value and its range
    public Sparsity {
        Check.argument(share > 0 && share <= 1, "sparsity is %s; it must lie in (0, 1]", share);
        Check.argument(
                strength >= 0 && steepness > 0 && root >= 1,
                "strength %s, steepness %s, root %s: they must be at least 0, above 0, at least 1",
                strength,
                steepness,
                root);
    }

    /// The paper's curve, for a series of a thousand values: a tenth of this strength, as printed
    /// there, is too little with this mean over weights.
    public static Sparsity of(double share) {
        return new Sparsity(share, STRENGTH, 3, 3);
    }

    /// The same for a series of so many values. What chance makes of a weight falls with the root
    /// of their number, and the price with it: more would pull at the weights that count.
    public static Sparsity of(double share, int values) {
        return new Sparsity(share, STRENGTH * Math.min(1, Math.sqrt(VALUES / values)), 3, 3);
    }

    /// No price.
    public static Sparsity none() {
        return of(1);
    }

    /// Per unit of [#price].
    public double rate() {
        return strength * (1 / share - 1);
    }

    /// What weights cost, `[]`. Needs an open scope.
    public Tensor price(Tensor weights) {
        Tensor size = weights.abs().clamp_min(Ops.scalar(NEAR_ZERO));
        Tensor steep = size.pow(Ops.scalar(1 / root)).mul(Ops.scalar(steepness / 2));
        Tensor each = torch.tanh(steep); // 2 sigmoid(x) - 1 = tanh(x / 2)
        return each.mul(size.gt(Ops.scalar(NEAR_ZERO))).mean(); // what is 0 is free
    }
}
