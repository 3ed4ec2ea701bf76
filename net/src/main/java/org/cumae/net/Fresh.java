package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Weights by chance, to be trained: matrices are normal around 0, norms and biases do nothing yet.
///
/// Chance comes from libtorch's generator: seed it first.
final class Fresh implements Source {
    private static final double DEVIATION = 0.02; // as GPT-2 began

    private final List<Stored> given = new ArrayList<>();

    @Override
    public Tensor table(String name, long count, long width) {
        return give(Stored.whole(name, normal(count, width)));
    }

    @Override
    public Linear stacked(List<Part> parts, boolean biased, long in) {
        return linear(parts, biased, in, false);
    }

    @Override
    public Linear turned(String name, long out, long in) {
        return linear(List.of(new Part(name, out)), true, in, true);
    }

    private Linear linear(List<Part> parts, boolean biased, long in, boolean turned) {
        long out = parts.stream().mapToLong(Part::out).sum();
        Tensor weight = give(new Stored(normal(out, in), Part.slices(parts, ".weight"), turned));
        return new Linear(
                weight,
                biased
                        ? Optional.of(
                                give(
                                        new Stored(
                                                torch.zeros(out),
                                                Part.slices(parts, ".bias"),
                                                false)))
                        : Optional.empty());
    }

    @Override
    public Norm norm(TransformerConfig config, String name, long width) {
        Tensor weight = give(Stored.whole(name + ".weight", torch.ones(width)));
        return switch (config.norm()) {
            case RMS -> new Norm.Rms(weight, config.epsilon());
            case LAYER ->
                    new Norm.Layer(
                            weight,
                            give(Stored.whole(name + ".bias", torch.zeros(width))),
                            config.epsilon());
        };
    }

    @Override
    public List<Stored> finish(Predicate<String> ignored) {
        given.forEach(stored -> stored.tensor().retainReference());
        return List.copyOf(given);
    }

    private static Tensor normal(long... shape) {
        return torch.randn(shape).mul_(Ops.scalar(DEVIATION));
    }

    private Tensor give(Stored stored) {
        given.add(stored);
        return stored.tensor();
    }
}
