package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;
import org.cumae.weights.WeightFile;
import org.cumae.weights.WeightFileException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Takes the tensors that a model needs out of a file and remembers what is wrong.
///
/// After the first problem it reads no more and gives stand-ins of the right shapes, so that
/// [#finish] can tell all problems at once. Needs an open scope.
final class Checkpoint implements Source {
    private final WeightFile file;
    private final Set<String> used = new HashSet<>();
    private final List<String> problems = new ArrayList<>();
    private final List<Stored> given = new ArrayList<>();

    Checkpoint(WeightFile file) {
        this.file = file;
    }

    boolean has(String name) {
        return file.has(name);
    }

    @Override
    public Tensor table(String name, long count, long width) {
        return give(Stored.whole(name, read(name, count, width)));
    }

    @Override
    public Linear stacked(List<Part> parts, boolean biased, long in) {
        List<Tensor> weights = new ArrayList<>();
        List<Tensor> biases = new ArrayList<>();
        for (Part part : parts) {
            weights.add(read(part.name() + ".weight", part.out(), in));
            if (biased) {
                biases.add(read(part.name() + ".bias", part.out()));
            }
        }
        Tensor weight = give(new Stored(Ops.cat(weights, 0), Part.slices(parts, ".weight"), false));
        return new Linear(
                weight,
                biased
                        ? Optional.of(
                                give(
                                        new Stored(
                                                Ops.cat(biases, 0),
                                                Part.slices(parts, ".bias"),
                                                false)))
                        : Optional.empty());
    }

    @Override
    public Linear turned(String name, long out, long in) {
        List<Stored.Slice> whole = List.of(new Stored.Slice(name + ".weight", out));
        Tensor weight = give(new Stored(read(name + ".weight", in, out).t(), whole, true));
        Tensor bias = give(Stored.whole(name + ".bias", read(name + ".bias", out)));
        return new Linear(weight, Optional.of(bias));
    }

    @Override
    public Norm norm(TransformerConfig config, String name, long width) {
        Tensor weight = give(Stored.whole(name + ".weight", read(name + ".weight", width)));
        return switch (config.norm()) {
            case RMS -> new Norm.Rms(weight, config.epsilon());
            case LAYER ->
                    new Norm.Layer(
                            weight,
                            give(Stored.whole(name + ".bias", read(name + ".bias", width))),
                            config.epsilon());
        };
    }

    /// A tensor as float32.
    private Tensor read(String name, long... shape) {
        used.add(name);
        if (!file.has(name)) {
            problems.add("%s %s is missing".formatted(name, Arrays.toString(shape)));
        } else if (!Arrays.equals(file.info(name).sizes(), shape)) {
            problems.add(
                    "%s is %s and should be %s"
                            .formatted(
                                    name,
                                    Arrays.toString(file.info(name).sizes()),
                                    Arrays.toString(shape)));
        }
        return problems.isEmpty() ? Ops.read(file, name) : torch.zeros(1).expand(shape);
    }

    private Tensor give(Stored stored) {
        given.add(stored);
        return stored.tensor();
    }

    /// @throws WeightFileException naming every tensor that is missing, misshapen or surplus
    @Override
    public List<Stored> finish(Predicate<String> ignored) {
        for (String name : file.names()) {
            if (!used.contains(name) && !ignored.test(name)) {
                problems.add(
                        "%s %s is not part of such a model"
                                .formatted(name, Arrays.toString(file.info(name).sizes())));
            }
        }
        if (!problems.isEmpty()) {
            throw new WeightFileException(
                    file.path(), "does not fit its configuration: %s", String.join("; ", problems));
        }
        given.forEach(stored -> stored.tensor().retainReference());
        return List.copyOf(given);
    }
}
