package org.cumae.distribution;

import java.util.Arrays;

/// Real numbers of one row: a hidden state, a latent, a segment of a series. Immutable.
public final class Vector implements Finding {
    private final float[] values;

    /// Takes the array over; the caller must not write to it any more.
    ///
    /// @param values `[width]`
    public Vector(float... values) {
        this.values = values;
    }

    /// How many numbers it has.
    public int width() {
        return values.length;
    }

    /// One of its numbers.
    public float get(int index) {
        return values[index];
    }

    /// A copy of its numbers, `[width]`.
    public float[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Vector vector && Arrays.equals(values, vector.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values);
    }
}
