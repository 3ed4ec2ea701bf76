package org.cumae.net;

import org.bytedeco.pytorch.Tensor;

/// A head that looks in a direction of its own: one more block, a norm, and a matrix.
record Branch(Block block, Norm norm, Linear head) {
    /// @param rows what its block made, `[rows, width]`
    /// @return `[rows, vocab]`
    Tensor logits(Tensor rows) {
        return head.forward(norm.forward(rows), Gate.CLOSED);
    }
}
