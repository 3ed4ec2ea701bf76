package org.cumae.net.picture;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/// Brings groups of channels of a picture to mean 0 and deviation 1.
///
/// @param groups how many
/// @param scale `[channels]`
/// @param shift same
/// @see <a href="https://arxiv.org/abs/1803.08494">Wu and He 2018, group normalisation</a>
record GroupNorm(long groups, Tensor scale, Tensor shift) {
    private static final long MOST_GROUPS = 32;
    private static final long LEAST_CHANNELS = 4; // of a group
    private static final double EPSILON = 1e-6;

    static GroupNorm of(Supply supply, String name, long channels) {
        return new GroupNorm(
                Math.clamp(channels / LEAST_CHANNELS, 1, MOST_GROUPS),
                supply.scale(name + ".weight", channels),
                supply.shift(name + ".bias", channels));
    }

    Tensor forward(Tensor x) {
        return torch.group_norm(
                x, groups, new TensorOptional(scale), new TensorOptional(shift), EPSILON, false);
    }
}
