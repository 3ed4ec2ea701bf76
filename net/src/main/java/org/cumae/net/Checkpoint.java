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
final class Checkpoint {
    private final WeightFile file;
    private final Set<String> used = new HashSet<>();
    private final List<String> problems = new ArrayList<>();
    private final List<Tensor> owned = new ArrayList<>();

    Checkpoint(WeightFile file) {
        this.file = file;
    }

    boolean has(String name) {
        return file.has(name);
    }

    /// A tensor as float32, which the model will own.
    Tensor take(String name, long... shape) {
        return own(read(name, shape));
    }

    /// A tensor as float32, which is freed with the scope.
    Tensor read(String name, long... shape) {
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

    /// The model will own the tensor.
    Tensor own(Tensor tensor) {
        owned.add(tensor);
        return tensor;
    }

    /// A linear layer stored as `[out, in]`.
    ///
    /// @param name without `.weight` and `.bias`
    Linear linear(String name, boolean biased, long out, long in) {
        Tensor weight = take(name + ".weight", out, in);
        return new Linear(
                weight, biased ? Optional.of(take(name + ".bias", out)) : Optional.empty());
    }

    /// A norm.
    ///
    /// @param name without `.weight` and `.bias`
    Norm norm(TransformerConfig config, String name, long width) {
        Tensor weight = take(name + ".weight", width);
        return switch (config.norm()) {
            case RMS -> new Norm.Rms(weight, config.epsilon());
            case LAYER -> new Norm.Layer(weight, take(name + ".bias", width), config.epsilon());
        };
    }

    /// Keeps the owned tensors alive beyond the scope.
    ///
    /// @param ignored names of tensors that may stand in the file unused
    /// @throws WeightFileException naming every tensor that is missing, misshapen or surplus
    List<Tensor> finish(Predicate<String> ignored) {
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
        owned.forEach(Tensor::retainReference);
        return List.copyOf(owned);
    }
}
