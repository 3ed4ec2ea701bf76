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
        List<Columns> seen = stretch.seen().get(by.window());
        if (seen == null) {
            Optional<Tensor> mask = stretch.masks().getOrDefault(by.window(), Optional.empty());
            return attention(by, queries, held, mask);
        }
        List<Tensor> rows = new ArrayList<>();
        for (int row = 0; row < seen.size(); row++) {
            Tensor columns = seen.get(row).of(held); // [2, keyHeads, 1, seen, headDim]
            rows.add(attention(by, queries.narrow(2, row, 1), columns, Optional.empty()));
        }
        return Ops.cat(rows, 2);
    }

    /// @param queries `[keyHeads, group, rows, headDim]`
    /// @param held keys, then values, `[2, keyHeads, 1, columns, headDim]`
    /// @return as the queries
    private static Tensor attention(
            Attention by, Tensor queries, Tensor held, Optional<Tensor> mask) {
        Tensor keys = held.select(0, 0); // [keyHeads, 1, columns, headDim]
        Tensor values = held.select(0, 1); // same
        long group = queries.size(1);
        if (group > 1) {
            long[] shape = {by.keyHeads(), group, held.size(3), by.headDim()};
            keys = keys.expand(shape);
            values = values.expand(shape);
        }
        return Ops.attention(queries, keys, values, mask);
    }
}
