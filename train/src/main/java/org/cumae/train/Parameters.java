package org.cumae.train;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Lanes;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.DoubleStream;

/// The weights of a learner, laid side by side in one stretch of memory, and their gradients in
/// another for each lane that computes some: what an optimiser does to all of them does not depend
/// on how many tensors they are.
///
/// Matrices come first: they are what weight decay shrinks, biases and norms are left.
final class Parameters implements AutoCloseable {
    private static final long STRETCH = 1 << 16;

    private final Lanes lanes;
    private final Tensor values; // [count]
    private final List<Tensor> leaves; // borrowed, in the order of the values
    private final List<Tensor> gradients = new ArrayList<>(); // [count], of each lane
    private final boolean[] learned; // whether a lane's gradients are of this step
    private final List<Stretch> stretches;

    /// Some of the weights, few enough to stay near the processor while an optimiser passes over
    /// them several times.
    ///
    /// @param number which, from 0
    /// @param from the first
    /// @param count how many
    /// @param decays whether weight decay shrinks them
    record Stretch(int number, long from, long count, boolean decays) {
        /// Those numbers of all weights' that belong to it. Needs an open scope.
        Tensor of(Tensor all) {
            return all.narrow(0, from, count);
        }
    }

    /// Moves the tensors into the common memory; they stay usable where they are used.
    ///
    /// @param decays whether weight decay shrinks one
    /// @param lanes who computes gradients at the same time, borrowed
    Parameters(List<Tensor> weights, Predicate<Tensor> decays, Lanes lanes) {
        this.lanes = lanes;
        this.learned = new boolean[lanes.count()];
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            List<Tensor> ordered = new ArrayList<>(weights.stream().filter(decays).toList());
            long matrices = ordered.stream().mapToLong(Tensor::numel).sum();
            weights.stream().filter(decays.negate()).forEach(ordered::add);
            leaves = List.copyOf(ordered);
            long count = ordered.stream().mapToLong(Tensor::numel).sum();
            values = torch.empty(count);
            for (int lane = 0; lane < lanes.count(); lane++) {
                gradients.add(torch.zeros(count).retainReference());
            }
            long from = 0;
            for (Tensor leaf : leaves) {
                Tensor place = values.narrow(0, from, leaf.numel()).view_as(leaf);
                place.copy_(leaf);
                leaf.set_(place);
                leaf.requires_grad_(true);
                from += leaf.numel();
            }
            values.retainReference();
            stretches = stretches(matrices, count);
        }
    }

    private static List<Stretch> stretches(long matrices, long count) {
        List<Stretch> stretches = new ArrayList<>();
        for (long from = 0; from < count; ) {
            boolean decays = from < matrices;
            long most = (decays ? matrices : count) - from;
            stretches.add(new Stretch(stretches.size(), from, Math.min(STRETCH, most), decays));
            from += stretches.getLast().count();
        }
        return List.copyOf(stretches);
    }

    /// How many weights.
    long count() {
        return values.numel();
    }

    /// All weights, `[count]`.
    Tensor values() {
        return values;
    }

    /// Works on all weights, stretch by stretch; the lanes share them.
    void each(Consumer<Stretch> work) {
        int shares = Math.min(lanes.count(), stretches.size());
        lanes.run(
                shares,
                lane -> {
                    for (int i = lane; i < stretches.size(); i += shares) {
                        try (var _ = new PointerScope();
                                var _ = new NoGradGuard()) {
                            work.accept(stretches.get(i));
                        }
                    }
                });
    }

    /// The gradients of all lanes are nothing.
    void forget() {
        Arrays.fill(learned, false);
    }

    /// Adds the gradients of a loss to those of a lane. Needs an open scope.
    void learn(int lane, Tensor loss) {
        List<Tensor> parts = Ops.gradients(loss, leaves);
        try (var _ = new NoGradGuard()) {
            long from = 0;
            for (int i = 0; i < leaves.size(); i++) {
                Tensor part = parts.get(i);
                long count = leaves.get(i).numel();
                Tensor place = gradients.get(lane).narrow(0, from, count);
                if (!part.defined()) {
                    if (!learned[lane]) {
                        place.zero_();
                    }
                } else if (learned[lane]) {
                    place.add_(part.reshape(-1));
                } else {
                    place.copy_(part.reshape(-1));
                }
                from += count;
            }
        }
        learned[lane] = true;
    }

    /// Adds the gradients of all lanes to the first one's, lane by lane.
    ///
    /// @return their norm
    double gather() {
        double[] squares = new double[stretches.size()];
        each(
                stretch -> {
                    Tensor sum = stretch.of(gradients());
                    for (int lane = 1; lane < learned.length; lane++) {
                        if (learned[lane]) {
                            sum.add_(stretch.of(gradients.get(lane)));
                        }
                    }
                    squares[stretch.number()] = sum.dot(sum).item_double();
                });
        return Math.sqrt(DoubleStream.of(squares).sum());
    }

    /// The gradients, `[count]`, once they are gathered.
    Tensor gradients() {
        return gradients.getFirst();
    }

    @Override
    public void close() {
        values.close();
        gradients.forEach(Tensor::close);
    }
}
