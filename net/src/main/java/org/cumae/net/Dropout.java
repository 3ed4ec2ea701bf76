package org.cumae.net;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

import java.util.Optional;

/// Sets channels to 0 by chance and scales the others up, so that the mean stays.
///
/// @param share how many are lost, in (0, 1)
/// @param chance of its own, so that passes at the same time do not draw from each other's
public record Dropout(double share, Generator chance) {
    /// That share of loss, if there is any and there is chance: in use there is none.
    public static Optional<Dropout> of(double share, Optional<Generator> chance) {
        return share == 0 ? Optional.empty() : chance.map(drawing -> new Dropout(share, drawing));
    }

    Tensor thinned(Tensor x) {
        return x.mul(Ops.coins(x, 1 - share, chance).div_(Ops.scalar(1 - share)));
    }
}
