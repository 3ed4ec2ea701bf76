package org.cumae.net;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Takes a model out of a file to be served and not trained: each matrix is packed once, as soon as
/// it is read, so that only one layer's float32 is there at a time.
record Packing(Checkpoint file, Precision precision) implements Source {
    /// @param precision how matrices are packed; empty leaves them as tensors
    static Source of(Checkpoint file, Optional<Precision> precision) {
        return precision.isEmpty() ? file : new Packing(file, precision.get());
    }

    @Override
    public Tensor take(Role role, List<Stored.Slice> slices, boolean turned, long... shape) {
        return file.take(role, slices, turned, shape);
    }

    @Override
    public Tensor table(String name, long count, long width) {
        List<Stored.Slice> whole = List.of(new Stored.Slice(name, count));
        try (var _ = new PointerScope()) {
            Tensor table = file.read(whole, false, count, width);
            Tensor held = file.isSound() ? precision.table(table) : table;
            return file.keep(new Stored(held, whole, false, Role.MATRIX));
        }
    }

    @Override
    public Linear linear(List<Part> parts, boolean biased, long in, boolean turned) {
        long out = Part.rows(parts);
        try (var _ = new PointerScope()) {
            Tensor weight = file.read(Part.slices(parts, ".weight"), turned, out, in);
            Optional<Tensor> bias =
                    biased
                            ? Optional.of(file.read(Part.slices(parts, ".bias"), false, out))
                            : Optional.empty();
            return packed(weight, bias);
        }
    }

    @Override
    public Linear tied(Tensor table) {
        try (var _ = new PointerScope()) {
            return packed(table.to(ScalarType.Float), Optional.empty());
        }
    }

    /// A damaged file's model is never used, but told about.
    private Linear packed(Tensor weight, Optional<Tensor> bias) {
        return file.isSound()
                ? new Linear.Packed(file.keep(precision.pack(weight, bias)))
                : new Linear.Plain(weight, bias);
    }

    @Override
    public Owned finish(Predicate<String> ignored) {
        return file.finish(ignored);
    }
}
