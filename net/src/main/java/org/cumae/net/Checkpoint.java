package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;
import org.cumae.torch.PackedMatrix;
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
/// [#finish] can tell all problems at once. Closing frees what was given, unless it was finished.
/// Needs an open scope.
final class Checkpoint implements Source, AutoCloseable {
    private final WeightFile file;
    private final Device device;
    private final Share share;
    private final Set<String> used = new HashSet<>();
    private final List<String> problems = new ArrayList<>();
    private final List<Stored> given = new ArrayList<>();
    private final List<PackedMatrix> packs = new ArrayList<>();
    private long parameters;
    private boolean finished;

    Checkpoint(WeightFile file, Device device) {
        this(file, device, Share.WHOLE);
    }

    /// @param share whose tensors are wanted
    Checkpoint(WeightFile file, Device device, Share share) {
        this.file = file;
        this.device = device;
        this.share = share;
    }

    boolean has(String name) {
        return file.has(name);
    }

    @Override
    public Tensor take(Role role, List<Stored.Slice> slices, boolean turned, long... shape) {
        return keep(new Stored(read(slices, turned, shape), slices, turned, role));
    }

    /// As [#take], for the open scope only.
    Tensor read(List<Stored.Slice> slices, boolean turned, long... shape) {
        List<Tensor> parts = new ArrayList<>();
        for (Stored.Slice slice : slices) {
            long[] own = shape.clone();
            own[0] = slice.rows();
            parts.add(turned ? read(slice.name(), own[1], own[0]).t() : read(slice.name(), own));
        }
        // a stand-in takes no memory, whatever a damaged configuration says of its size
        return isSound() ? Ops.cat(parts, 0) : torch.zeros(1).expand(shape);
    }

    /// A tensor as float32.
    private Tensor read(String name, long... shape) {
        used.add(name);
        if (!file.has(name)) {
            problems.add("%s %s is missing".formatted(name, Arrays.toString(shape)));
        } else if (!share.fits(file.info(name).sizes(), shape)) {
            problems.add(
                    "%s is %s and should be %s"
                            .formatted(
                                    name,
                                    Arrays.toString(file.info(name).sizes()),
                                    Arrays.toString(shape)));
        }
        if (!isSound()) {
            return torch.zeros(1).expand(shape);
        }
        parameters += file.info(name).elements();
        return device.place(share.of(Ops.read(file, name), shape));
    }

    /// Whether all that was read so far is the file's own.
    boolean isSound() {
        return problems.isEmpty();
    }

    /// Makes a tensor the model's.
    Tensor keep(Stored stored) {
        stored.tensor().retainReference();
        given.add(stored);
        return stored.tensor();
    }

    /// Makes a matrix the model's.
    PackedMatrix keep(PackedMatrix matrix) {
        packs.add(matrix);
        return matrix;
    }

    /// @throws WeightFileException naming every tensor that is missing, misshapen or surplus
    @Override
    public Owned finish(Predicate<String> ignored) {
        for (String name : file.names()) {
            if (!used.contains(name) && !ignored.test(name)) {
                problems.add(
                        "%s %s is not part of such a model"
                                .formatted(name, Arrays.toString(file.info(name).sizes())));
            }
        }
        if (!isSound()) {
            throw new WeightFileException(
                    file.path(), "does not fit its configuration: %s", String.join("; ", problems));
        }
        finished = true;
        return new Owned(given, packs, parameters);
    }

    @Override
    public void close() {
        if (!finished) {
            new Owned(given, packs, parameters).close();
        }
    }
}
