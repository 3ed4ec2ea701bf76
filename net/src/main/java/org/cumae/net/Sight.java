package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

/// Which rows of a pass look at which, and where the keys and values of earlier rows stand.
sealed interface Sight
        permits Cached, Batch, Striped, Watched, Recorded, Behind, Past.Following, Parts {
    /// Each row mixes the values of the rows that it sees.
    ///
    /// @param by the layer that looks
    /// @param q `[tokens, heads, headDim]`
    /// @param k `[tokens, keyHeads, headDim]`
    /// @param v same
    /// @return `[tokens, heads * headDim]`
    Tensor mix(Attention by, Tensor q, Tensor k, Tensor v);

    /// Each row is rolled on from the row before it.
    ///
    /// @param by the layer that rolls
    /// @param x `[tokens, channels]`
    /// @param rounding what the last bits of a row may depend on
    /// @return `[tokens, channels out]`
    Tensor roll(Recurrent by, Tensor x, Rounding rounding);
}
