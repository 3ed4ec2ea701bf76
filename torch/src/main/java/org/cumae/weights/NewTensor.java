package org.cumae.weights;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// A tensor about to be written. Its bytes are asked for when their turn comes, so that a large
/// model need not stand in memory twice.
///
/// @param info name, type and shape
/// @param body writes exactly [TensorInfo#bytes] bytes, little-endian
public record NewTensor(TensorInfo info, WholeFile.Body body) {
    /// A tensor whose bytes are given when they are asked for.
    public static NewTensor of(
            String name, TensorType type, List<Long> shape, Supplier<MemorySegment> bytes) {
        return new NewTensor(TensorInfo.of(name, type, shape), sink -> sink.write(bytes.get()));
    }

    /// A tensor of floats.
    ///
    /// @param values the values, rows first; not copied, so leave them alone until they are written
    public static NewTensor floats(String name, List<Long> shape, float... values) {
        return of(name, TensorType.F32, shape, () -> MemorySegment.ofArray(values));
    }

    /// Writes the bytes, and makes sure that they are as many as announced.
    void writeTo(WholeFile.Sink sink) throws IOException {
        long before = sink.written();
        body.writeTo(sink);
        if (sink.written() - before != info.bytes()) {
            throw new IllegalStateException(
                    "tensor "
                            + Quoted.of(info.name())
                            + " gave "
                            + (sink.written() - before)
                            + " bytes; type "
                            + info.type()
                            + " and shape "
                            + info.shape()
                            + " take "
                            + info.bytes());
        }
    }

    /// Refuses two tensors of one name.
    static void checkDistinct(List<NewTensor> tensors) {
        Set<String> seen = new HashSet<>();
        for (NewTensor tensor : tensors) {
            if (!seen.add(tensor.info.name())) {
                throw new IllegalArgumentException(
                        "two tensors are named "
                                + Quoted.of(tensor.info.name())
                                + "; names must differ");
            }
        }
    }
}
