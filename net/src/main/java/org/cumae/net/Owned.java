package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.PackedMatrix;

import java.util.List;

/// All native memory of a transformer's weights.
///
/// @param parameters how many weights: one that serves twice counts once
record Owned(List<Stored> tensors, List<PackedMatrix> packs, long parameters)
        implements AutoCloseable {
    /// Copies the lists.
    Owned {
        tensors = List.copyOf(tensors);
        packs = List.copyOf(packs);
    }

    /// Tensors, alive beyond the open scope from now on.
    static Owned of(List<Stored> tensors) {
        tensors.forEach(stored -> stored.tensor().retainReference());
        return new Owned(
                tensors,
                List.of(),
                tensors.stream().mapToLong(stored -> stored.tensor().numel()).sum());
    }

    long bytes() {
        return tensors.stream().map(Stored::tensor).mapToLong(Tensor::nbytes).sum()
                + packs.stream().mapToLong(PackedMatrix::bytes).sum();
    }

    @Override
    public void close() {
        tensors.forEach(stored -> stored.tensor().close());
        packs.forEach(PackedMatrix::close);
    }
}
