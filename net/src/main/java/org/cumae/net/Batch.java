package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

import java.util.Optional;

/// Whole sequences of one length, one after another, without a cache.
///
/// @param mask which rows of its sequence a row sees, `[length, length] bool` or `[size, 1, length,
///   length] bool`; without it itself and those before it
record Batch(int size, int length, Optional<Tensor> mask) implements Sight {
    @Override
    public Tensor mix(Attention by, Tensor q, Tensor k, Tensor v) {
        int group = by.heads() / by.keyHeads();
        Tensor queries = split(q); // [size, heads, length, headDim]
        Tensor keys = shared(split(k), group); // same
        Tensor values = shared(split(v), group); // same
        Optional<Tensor> seen = seen(by);
        Tensor mixed =
                seen.isEmpty()
                        ? Ops.causalAttention(queries, keys, values)
                        : Ops.attention(queries, keys, values, seen); // same
        return joined(mixed);
    }

    @Override
    public Tensor roll(Recurrent by, Tensor x, Rounding rounding) {
        return by.whole(x.unflatten(0, size, length)).flatten(0, 1);
    }

    /// `[size * length, heads * headDim]` from `[size, heads, length, headDim]`.
    Tensor joined(Tensor mixed) {
        return mixed.transpose(1, 2).reshape((long) size * length, -1);
    }

    /// `[size, heads, length, headDim]` from `[size * length, heads, headDim]`.
    Tensor split(Tensor x) {
        return x.unflatten(0, size, length).transpose(1, 2);
    }

    /// Each head of keys or values as often as query heads share it.
    static Tensor shared(Tensor x, int group) {
        return group == 1 ? x : Ops.repeat(x, group, 1);
    }

    private Optional<Tensor> seen(Attention by) {
        int window = by.window().orElse(length);
        if (window >= length) {
            return mask;
        }
        Tensor recent = Ops.recent(length, window);
        return Optional.of(mask.isEmpty() ? recent.tril() : recent.logical_and(mask.get()));
    }
}
