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
/// @param skips which feed-forward parts are left out
record Pass(
        Sight sight,
        Gate gate,
        Optional<Rotation> rotation,
        Optional<Dropout> dropout,
        Optional<Modulation.Conditions> conditions,
        Rounding rounding,
        Optional<Skips> skips) {
    /// With every part.
    Pass(
            Sight sight,
            Gate gate,
            Optional<Rotation> rotation,
            Optional<Dropout> dropout,
            Optional<Modulation.Conditions> conditions,
            Rounding rounding) {
        this(sight, gate, rotation, dropout, conditions, rounding, Optional.empty());
    }

    /// The same where parts are left out.
    Pass skipping(Optional<Skips> which) {
        return new Pass(sight, gate, rotation, dropout, conditions, rounding, which);
    }

    /// What a part of a block adds to the residual stream.
    Tensor thinned(Tensor x) {
        return dropout.map(losing -> losing.thinned(x)).orElse(x);
    }
}
