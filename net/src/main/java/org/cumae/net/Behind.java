package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/// Groups of masks, each behind a place of its own in whole sequences: a mask sees its sequence up
/// to that place, the masks of its group before it, and itself.
///
/// @param before the sequences
/// @param rows masks behind each sequence, in all its groups
/// @param masks for each window of the model which columns a row sees, `[rows, length + rows] bool`
record Behind(Recorded before, int rows, Map<OptionalInt, Tensor> masks) implements Sight {
    @Override
    public Tensor mix(Attention by, Tensor q, Tensor k, Tensor v) {
        Batch own = new Batch(before.batch().size(), rows, Optional.empty());
        int group = by.heads() / by.keyHeads();
        Tensor keys = Ops.cat(List.of(before.keys().get(by.layer()), own.split(k)), 2);
        Tensor values = Ops.cat(List.of(before.values().get(by.layer()), own.split(v)), 2);
        Tensor mask = Objects.requireNonNull(masks.get(by.window()));
        Tensor mixed =
                Ops.attention(
                        own.split(q), // [size, heads, rows, headDim]
                        Batch.shared(keys, group), // [size, heads, length + rows, headDim]
                        Batch.shared(values, group),
                        Optional.of(mask));
        return own.joined(mixed);
    }
}
