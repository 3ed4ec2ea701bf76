package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

import java.util.List;
import java.util.Optional;

/// What a transformer learned.
///
/// @param embedding `[vocab, width]`
/// @param positions `[maxLength, width]`, where positions are learned
/// @param norm before the head
/// @param head from `width` to `vocab`
/// @param owned all of it, to save and to free
record Weights(
        Tensor embedding,
        Optional<Tensor> positions,
        List<Block> blocks,
        Norm norm,
        Linear head,
        Owned owned) {}
