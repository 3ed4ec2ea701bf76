package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

/// Attention, then the feed-forward part, each added to what came in.
record Block(Norm before, Attention attention, Norm between, Mlp mlp) {
    Tensor forward(Tensor x, Pass pass) {
        Tensor seen = x.add(pass.thinned(attention.forward(before.forward(x), pass))); // same
        return seen.add(pass.thinned(mlp.forward(between.forward(seen), pass))); // [tokens, width]
    }
}
