package org.cumae.weights;

import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Optional;

/// What the values of one tensor look like, counted.
///
/// @param name the tensor
/// @param elements how many values it has
/// @param nan values that are not a number
/// @param infinite values beyond the largest float
/// @param zero values equal to 0
/// @param subnormal values so small that they have lost precision
public record TensorHealth(
        String name, long elements, long nan, long infinite, long zero, long subnormal) {
    private static final int CHUNK = 1 << 18;

    /// Whether every value is a number.
    public boolean isFinite() {
        return nan == 0 && infinite == 0;
    }

    /// Whether there are values and all are 0.
    public boolean isAllZero() {
        return elements > 0 && zero == elements;
    }

    /// What a person should be told of these values, in words; empty where nothing is odd.
    public Optional<String> warning() {
        String tensor = "tensor " + Quoted.of(name);
        if (!isFinite()) {
            return Optional.of(
                    String.format(
                            Locale.ROOT,
                            "%s holds %d NaN and %d infinite of %d values",
                            tensor,
                            nan,
                            infinite,
                            elements));
        }
        if (isAllZero()) {
            return Optional.of(tensor + " holds nothing but zeros");
        }
        if (subnormal > elements / 2) {
            return Optional.of(tensor + " holds mostly values too small for full precision");
        }
        return Optional.empty();
    }

    static TensorHealth of(WeightFile file, TensorInfo info) {
        long rowsAtOnce =
                Math.clamp(CHUNK / Math.max(1, info.width()), 1, Math.max(1, info.rows()));
        TensorHealth health = new TensorHealth(info.name(), 0, 0, 0, 0, 0);
        for (long row = 0; row < info.rows(); row += rowsAtOnce) {
            long to = Math.min(info.rows(), row + rowsAtOnce);
            float[] values = new float[Math.toIntExact((to - row) * info.width())];
            file.readFloats(info.name(), row, to, MemorySegment.ofArray(values));
            health = health.with(values);
        }
        return health;
    }

    private TensorHealth with(float[] values) {
        long nans = 0;
        long infinities = 0;
        long zeros = 0;
        long subnormals = 0;
        for (float value : values) {
            float size = Math.abs(value);
            nans += Float.isNaN(value) ? 1 : 0;
            infinities += size == Float.POSITIVE_INFINITY ? 1 : 0;
            zeros += size == 0 ? 1 : 0;
            subnormals += size > 0 && size < Float.MIN_NORMAL ? 1 : 0;
        }
        return new TensorHealth(
                name,
                elements + values.length,
                nan + nans,
                infinite + infinities,
                zero + zeros,
                subnormal + subnormals);
    }
}
