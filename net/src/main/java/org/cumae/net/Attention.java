package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

import java.util.List;
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
        Tensor placed = placed(all, pass); // [tokens, heads + keyHeads, headDim]
        Tensor q = placed.narrow(1, 0, heads); // [tokens, heads, headDim]
        Tensor k = placed.narrow(1, heads, keyHeads); // [tokens, keyHeads, headDim]
        Tensor v = all.narrow(1, heads + keyHeads, keyHeads); // same
        return output.forward(pass.sight().mix(this, q, k, v)); // [tokens, width]
    }

    /// Queries and keys, normed and turned.
    private Tensor placed(Tensor all, Pass pass) {
        Tensor both = all.narrow(1, 0, heads + keyHeads);
        if (queryNorm.isPresent() && keyNorm.isPresent()) {
            Tensor q = queryNorm.get().forward(both.narrow(1, 0, heads));
            Tensor k = keyNorm.get().forward(both.narrow(1, heads, keyHeads));
            both = Ops.cat(List.of(q, k), 1);
        }
        return pass.rotation().isPresent() ? pass.rotation().get().turn(both) : both;
    }
}
