package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

import java.util.ArrayList;
import java.util.List;

/// Whole sequences whose keys and values are remembered, for rows that look at them later.
///
/// @param keys by layer, `[size, keyHeads, length, headDim]`
/// @param values same
record Recorded(Batch batch, List<Tensor> keys, List<Tensor> values) implements Sight {
    Recorded(Batch batch) {
        this(batch, new ArrayList<>(), new ArrayList<>());
    }

    @Override
    public Tensor roll(Recurrent by, Tensor x, Rounding rounding) {
        return batch.roll(by, x, rounding);
    }

    @Override
    public Tensor mix(Attention by, Tensor q, Tensor k, Tensor v) {
        keys.add(batch.split(k));
        values.add(batch.split(v));
        return batch.mix(by, q, k, v);
    }
}
