package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Weights by chance, to be trained: matrices are normal around 0, norms and biases do nothing yet.
///
/// Chance comes from libtorch's generator: seed it first.
final class Fresh implements Source {
    private static final double DEVIATION = 0.02; // as GPT-2 began

    private final List<Stored> given = new ArrayList<>();

    @Override
    public Tensor take(Role role, List<Stored.Slice> slices, boolean turned, long... shape) {
        Tensor tensor =
                switch (role) {
                    case MATRIX -> torch.randn(shape).mul_(Ops.scalar(DEVIATION));
                    case SCALE, RATE -> torch.ones(shape);
                    case SHIFT -> torch.zeros(shape);
                };
        given.add(new Stored(tensor, slices, turned, role));
        return tensor;
    }

    @Override
    public Owned finish(Predicate<String> ignored) {
        return Owned.of(given);
    }
}
