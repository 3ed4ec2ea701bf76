package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Rows of several contexts, packed; each row sees rows of its own context, cached ones too.
record Cached(List<Stretch> stretches) implements Sight {
    /// The query heads that share a key head lie side by side, so keys and values are only viewed
    /// that often.
    @Override
    public Tensor mix(Attention by, Tensor q, Tensor k, Tensor v) {
        long group = by.heads() / by.keyHeads();
        Tensor queries =
                q.unflatten(1, by.keyHeads(), group)
                        .permute(1, 2, 0, 3); // [keyHeads, group, tokens, headDim]
        Tensor added =
                Ops.stack(List.of(k, v), 0)
                        .transpose(1, 2)
                        .unsqueeze(2); // [2, keyHeads, 1, tokens, headDim]
        List<Tensor> mixed = new ArrayList<>();
        for (Stretch stretch : stretches) {
            long from = stretch.from();
            long rows = stretch.rows();
            stretch.cache().write(by.layer(), added.narrow(3, from, rows));
            mixed.add(mix(by, queries.narrow(2, from, rows), stretch));
        }
        return Ops.cat(mixed, 2).permute(2, 0, 1, 3).flatten(1, 3); // [tokens, heads * headDim]
    }

    private static Tensor mix(Attention by, Tensor queries, Stretch stretch) {
        Tensor held = stretch.cache().rows(by.layer(), stretch.columns());
        Tensor keys = held.select(0, 0); // [keyHeads, 1, columns, headDim]
        Tensor values = held.select(0, 1); // same
        long group = queries.size(1);
        if (group > 1) {
            long[] shape = {by.keyHeads(), group, stretch.columns(), by.headDim()};
            keys = keys.expand(shape);
            values = values.expand(shape);
        }
        Optional<Tensor> mask = stretch.masks().getOrDefault(by.window(), Optional.empty());
        return Ops.attention(queries, keys, values, mask); // [keyHeads, group, rows, headDim]
    }
}
