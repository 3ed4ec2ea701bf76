package org.cumae.train;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

/// An exponential average of the weights: it wavers less than they do, and is what is evaluated and
/// saved where a run keeps one.
final class Average implements AutoCloseable {
    private final double decay;
    private final Parameters parameters;
    private final Tensor values; // [count]

    Average(double decay, Parameters parameters) {
        this.decay = decay;
        this.parameters = parameters;
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            values = parameters.values().clone().retainReference();
        }
    }

    /// Follows the weights. Early on it follows faster, so that it forgets where they began.
    ///
    /// @param step how many steps there are, from 1
    void follow(long step) {
        double kept = Math.min(decay, (1.0 + step) / (10.0 + step));
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            values.lerp_(parameters.values(), Ops.scalar(1 - kept));
        }
    }

    /// The average and the weights change places.
    void swap() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor kept = parameters.values().clone();
            parameters.values().copy_(values);
            values.copy_(kept);
        }
    }

    Tensor values() {
        return values;
    }

    @Override
    public void close() {
        values.close();
    }
}
