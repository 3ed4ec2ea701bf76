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
    public Tensor take(Role role, List<Stored.Slice> slices, boolean turned, long... shape) {
        List<Tensor> parts = new ArrayList<>();
        for (Stored.Slice slice : slices) {
            long[] own = shape.clone();
            own[0] = slice.rows();
            parts.add(turned ? read(slice.name(), own[1], own[0]).t() : read(slice.name(), own));
        }
        // a stand-in takes no memory, whatever a damaged configuration says of its size
        Tensor tensor = problems.isEmpty() ? Ops.cat(parts, 0) : torch.zeros(1).expand(shape);
        given.add(new Stored(tensor, slices, turned));
        return tensor;
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
