package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.Optional;

/// What all blocks of one pass share.
///
/// @param gate which rows additions to layers act on
/// @param rotation where positions are turned
/// @param dropout the share of channels to lose on the way into the residual stream; 0 in use
record Pass(Sight sight, Gate gate, Optional<Rotation> rotation, double dropout) {
    /// What a part of a block adds to the residual stream.
    Tensor thinned(Tensor x) {
        return dropout == 0 ? x : torch.dropout(x, dropout, true);
    }
}
