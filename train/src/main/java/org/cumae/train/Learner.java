package org.cumae.train;

import org.bytedeco.pytorch.Tensor;

import java.nio.file.Path;
import java.util.List;

/// Something with weights and a loss.
///
/// @param <B> what it learns from at a time
public interface Learner<B> {
    /// The weights to be changed, borrowed, always in the same order.
    List<Tensor> weights();

    /// The loss of a batch, with a graph back to the weights. Needs an open scope.
    ///
    /// @param training whether what only training does, such as dropout, is done; its chance comes
    ///   from libtorch's generator
    Loss loss(B batch, boolean training);

    /// Writes the model as it is to be used, into a directory.
    void save(Path folder);

    /// A loss as a sum, so that batches of unequal size can be added up.
    ///
    /// @param total `[]`, the sum over all terms
    /// @param terms how many variables were predicted
    record Loss(Tensor total, long terms) {}
}
