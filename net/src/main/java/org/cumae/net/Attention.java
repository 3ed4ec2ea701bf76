package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Each row looks at rows of its own context.
///
/// @param layer where its keys and values stand in the caches
/// @param window how many of the last positions a row sees; empty for all
record Attention(
        int layer,
        int keyHeads,
        int headDim,
        OptionalInt window,
        Linear query,
        Linear key,
        Linear value,
        Linear output,
        Optional<Norm> queryNorm,
        Optional<Norm> keyNorm) {
    Tensor forward(Tensor x, Optional<Rotation> rotation, List<Stretch> stretches) {
        Tensor q = placed(heads(query, x), queryNorm, rotation); // [tokens, heads, headDim]
        Tensor k = placed(heads(key, x), keyNorm, rotation); // [tokens, keyHeads, headDim]
        Tensor v = heads(value, x); // same
        List<Tensor> mixed = new ArrayList<>();
        for (Stretch stretch : stretches) {
            mixed.add(mix(rows(q, stretch), rows(k, stretch), rows(v, stretch), stretch));
        }
        return output.forward(Ops.cat(mixed, 0)); // [tokens, width]
    }

    private Tensor heads(Linear linear, Tensor x) {
        return linear.forward(x).unflatten(1, -1, headDim);
    }

    private static Tensor placed(Tensor x, Optional<Norm> norm, Optional<Rotation> rotation) {
        Tensor normed = norm.isPresent() ? norm.get().forward(x) : x;
        return rotation.isPresent() ? rotation.get().turn(normed) : normed;
    }

    private static Tensor rows(Tensor x, Stretch stretch) {
        return x.narrow(0, stretch.from(), stretch.rows());
    }

    /// The query heads that share a key head lie side by side, so keys and values are only viewed
    /// that often.
    private Tensor mix(Tensor q, Tensor k, Tensor v, Stretch stretch) {
        KvCache cache = stretch.cache();
        cache.write(layer, k, v);
        long group = q.size(1) / keyHeads;
        long[] shape = {keyHeads, group, stretch.columns(), headDim};
        Tensor keys = cache.keys(layer, stretch.columns()).unsqueeze(1).expand(shape);
        Tensor values = cache.values(layer, stretch.columns()).unsqueeze(1).expand(shape);
        Tensor queries =
                q.unflatten(1, keyHeads, group)
                        .permute(1, 2, 0, 3); // [keyHeads, group, rows, headDim]
        Optional<Tensor> mask = stretch.masks().getOrDefault(window, Optional.empty());
        Tensor mixed = Ops.attention(queries, keys, values, mask); // same
        return mixed.permute(2, 0, 1, 3)
                .reshape(stretch.rows(), keyHeads * group * headDim); // [rows, heads*headDim]
    }
}
