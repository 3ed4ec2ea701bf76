package org.cumae.train;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Something with weights and a loss.
///
/// @param <B> what it learns from at a time
public interface Learner<B> {
    /// The weights to be changed, borrowed, always in the same order.
    List<Tensor> weights();

    /// Whether weight decay shrinks a weight: matrices, and not biases and norms.
    default boolean decays(Tensor weight) {
        return weight.dim() > 1;
    }

    /// The loss of a batch, with a graph back to the weights. Needs an open scope.
    ///
    /// @param chance for what only training does, such as dropout; without it that is not done
    Loss loss(B batch, Optional<Generator> chance);

    /// A batch in parts of about equal work whose losses add up to its own, to be computed side by
    /// side; one, where a learner does not say how to cut it.
    ///
    /// @param most how many there may be
    default List<B> parts(B batch, int most) {
        return List.of(batch);
    }

    /// A list in parts of about equal length.
    ///
    /// @param most how many there may be
    static <E> List<List<E>> cut(List<E> batch, int most) {
        int count = Math.min(most, batch.size());
        return IntStream.range(0, count)
                .mapToObj(
                        part ->
                                batch.subList(
                                        part * batch.size() / count,
                                        (part + 1) * batch.size() / count))
                .toList();
    }

    /// Writes the model as it is to be used, into a directory.
    void save(Path folder);

    /// A loss as a sum, so that batches of unequal size can be added up.
    ///
    /// @param total `[]`, the sum over all terms
    /// @param terms how many variables were predicted
    record Loss(Tensor total, long terms) {}
}
