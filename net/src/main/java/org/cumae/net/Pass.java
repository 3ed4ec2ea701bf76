package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

import java.util.Optional;

/// What all blocks of one pass share.
///
/// @param gate which rows additions to layers act on
/// @param rotation where positions are turned
/// @param dropout what is lost on the way into the residual stream in training
/// @param conditions of the rows, where blocks are modulated
/// @param rounding what the last bits of a row may depend on
record Pass(
        Sight sight,
        Gate gate,
        Optional<Rotation> rotation,
        Optional<Dropout> dropout,
        Optional<Modulation.Conditions> conditions,
        Rounding rounding) {
    /// What a part of a block adds to the residual stream.
    Tensor thinned(Tensor x) {
        return dropout.map(losing -> losing.thinned(x)).orElse(x);
    }
}
