package org.cumae.weights;

import java.util.List;
import java.util.Objects;

/// What a file says of one tensor. The shape is given rows first, the fastest axis last, whatever
/// the format's own habit: a matrix that maps `width` values to `rows` values has shape `[rows,
/// width]`.
///
/// @param name the tensor's name in the file
/// @param type how its values are stored
/// @param shape its axes; empty for a single value
/// @param bytes its length in the file
public record TensorInfo(String name, TensorType type, List<Long> shape, long bytes) {
    /// Checks that the length follows from type and shape.
    public TensorInfo {
        Objects.requireNonNull(name, "name");
        shape = List.copyOf(shape);
        long expected = type.bytes(shape);
        if (bytes != expected) {
            throw new IllegalArgumentException(
                    "tensor "
                            + Quoted.of(name)
                            + " of type "
                            + type
                            + " and shape "
                            + shape
                            + " has "
                            + expected
                            + " bytes, not "
                            + bytes);
        }
    }

    /// A tensor whose length follows from its type and shape.
    ///
    /// @throws ArithmeticException if the length does not fit 63 bits
    /// @throws IllegalArgumentException if an axis is negative, or rows do not divide into whole
    ///   blocks
    public static TensorInfo of(String name, TensorType type, List<Long> shape) {
        return new TensorInfo(name, type, shape, type.bytes(shape));
    }

    /// The number of values.
    public long elements() {
        return TensorType.elements(shape);
    }

    /// The length of the last axis; 1 for a single value.
    public long width() {
        return shape.isEmpty() ? 1 : shape.getLast();
    }

    /// The number of runs along the last axis; 1 for a vector or a single value.
    public long rows() {
        return width() == 0 ? 0 : elements() / width();
    }

    /// The axes as a fresh array.
    public long[] sizes() {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }
}
