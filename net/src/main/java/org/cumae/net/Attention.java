package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

import java.util.Optional;
import java.util.OptionalInt;

/// Each row looks at rows that its pass lets it see.
///
/// @param layer where its keys and values stand in the caches
/// @param window how many of the last positions a row sees; empty for all
/// @param input queries, keys and values in one product, `[(heads + 2 keyHeads) headDim, width]`
record Attention(
        int layer,
        int heads,
        int keyHeads,
        int headDim,
        OptionalInt window,
        Linear input,
        Linear output,
        Optional<Norm> queryNorm,
        Optional<Norm> keyNorm) {
    Tensor forward(Tensor x, Pass pass) {
        Tensor all = input.forward(x).unflatten(1, -1, headDim); // [tokens, all heads, headDim]
        Tensor q = placed(all.narrow(1, 0, heads), queryNorm, pass); // [tokens, heads, headDim]
        Tensor k = placed(all.narrow(1, heads, keyHeads), keyNorm, pass); // [tokens, keyHeads, ...]
        Tensor v = all.narrow(1, heads + keyHeads, keyHeads); // same
        return output.forward(pass.sight().mix(this, q, k, v)); // [tokens, width]
    }

    private static Tensor placed(Tensor x, Optional<Norm> norm, Pass pass) {
        Tensor normed = norm.isPresent() ? norm.get().forward(x) : x;
        return pass.rotation().isPresent() ? pass.rotation().get().turn(normed) : normed;
    }
}
