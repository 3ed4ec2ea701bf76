package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Rows of several contexts, packed; each row sees rows of its own context, cached ones too.
record Cached(List<Stretch> stretches) implements Sight {
    @Override
    public Tensor mix(Attention by, Tensor q, Tensor k, Tensor v) {
        List<Tensor> mixed = new ArrayList<>();
        for (Stretch stretch : stretches) {
            mixed.add(mix(by, rows(q, stretch), rows(k, stretch), rows(v, stretch), stretch));
        }
        return Ops.cat(mixed, 0);
    }

    private static Tensor rows(Tensor x, Stretch stretch) {
        return x.narrow(0, stretch.from(), stretch.rows());
    }

    /// The query heads that share a key head lie side by side, so keys and values are only viewed
    /// that often.
    private static Tensor mix(Attention by, Tensor q, Tensor k, Tensor v, Stretch stretch) {
        KvCache cache = stretch.cache();
        cache.write(by.layer(), k, v);
        long group = by.heads() / by.keyHeads();
        long[] shape = {by.keyHeads(), group, stretch.columns(), by.headDim()};
        Tensor keys = cache.keys(by.layer(), stretch.columns()).unsqueeze(1).expand(shape);
        Tensor values = cache.values(by.layer(), stretch.columns()).unsqueeze(1).expand(shape);
        Tensor queries =
                q.unflatten(1, by.keyHeads(), group)
                        .permute(1, 2, 0, 3); // [keyHeads, group, rows, headDim]
        Optional<Tensor> mask = stretch.masks().getOrDefault(by.window(), Optional.empty());
        Tensor mixed = Ops.attention(queries, keys, values, mask); // same
        return mixed.permute(2, 0, 1, 3)
                .reshape(stretch.rows(), (long) by.heads() * by.headDim()); // [rows, heads*headDim]
    }
}
