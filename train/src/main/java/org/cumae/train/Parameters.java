package org.cumae.train;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

import java.util.ArrayList;
import java.util.List;

/// The weights of a learner, laid side by side in one stretch of memory, and their gradients in
/// another: what an optimiser does to all of them is a handful of calls, whatever their number.
///
/// Matrices come first: `[0, matrices)` is what weight decay shrinks, biases and norms are left.
final class Parameters implements AutoCloseable {
    private final Tensor values; // [count]
    private final Tensor gradients; // [count]
    private final long matrices;

    /// Moves the tensors into the common memory; they stay usable where they are used.
    Parameters(List<Tensor> leaves) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            List<Tensor> ordered =
                    new ArrayList<>(leaves.stream().filter(t -> t.dim() > 1).toList());
            matrices = ordered.stream().mapToLong(Tensor::numel).sum();
            leaves.stream().filter(t -> t.dim() <= 1).forEach(ordered::add);
            long count = ordered.stream().mapToLong(Tensor::numel).sum();
            values = torch.empty(count);
            gradients = torch.zeros(count);
            long from = 0;
            for (Tensor leaf : ordered) {
                Tensor place = values.narrow(0, from, leaf.numel()).view_as(leaf);
                place.copy_(leaf);
                leaf.set_(place);
                leaf.requires_grad_(true);
                leaf.mutable_grad().put(gradients.narrow(0, from, leaf.numel()).view_as(leaf));
                from += leaf.numel();
            }
            values.retainReference();
            gradients.retainReference();
        }
    }

    /// How many weights.
    long count() {
        return values.numel();
    }

    /// All weights, `[count]`.
    Tensor values() {
        return values;
    }

    /// Their gradients, `[count]`, which a backward pass adds to.
    Tensor gradients() {
        return gradients;
    }

    /// Those weights that belong to matrices. Needs an open scope.
    Tensor decayed() {
        return values.narrow(0, 0, matrices);
    }

    @Override
    public void close() {
        values.close();
        gradients.close();
    }
}
