package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

import java.util.List;
import java.util.Optional;

/// Attention, then the feed-forward part, each added to what came in.
record Block(Norm before, Attention attention, Norm between, Mlp mlp) {
    Tensor forward(Tensor x, Optional<Rotation> rotation, List<Stretch> stretches) {
        Tensor seen = x.add(attention.forward(before.forward(x), rotation, stretches)); // same
        return seen.add(mlp.forward(between.forward(seen))); // [tokens, width]
    }
}
