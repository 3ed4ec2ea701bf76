package org.cumae.train.picture;

import java.util.Arrays;

/// A picture as it is learned from, or a part of one that is learned by itself.
///
/// @param from the place of its first code; 0 of a whole picture
/// @param codes `[length]`
/// @param vectors the rows of a lesson that are vectors, one after the other; none where rows are
///   ids
/// @param label its class
@SuppressWarnings("ArrayRecordComponent") // made once, never written to
public record Coded(int from, int[] codes, float[] vectors, int label) {
    /// A whole picture.
    public Coded(int[] codes, float[] vectors, int label) {
        this(0, codes, vectors, label);
    }

    /// Some places of a whole picture whose code `i` is said by row `i`, and whose rows behind the
    /// first are vectors.
    ///
    /// @param first place
    /// @param last behind the last
    Coded part(int first, int last) {
        int width = vectors.length / (codes.length - 1);
        return new Coded(
                first,
                Arrays.copyOfRange(codes, first, last),
                Arrays.copyOfRange(vectors, (Math.max(first, 1) - 1) * width, (last - 1) * width),
                label);
    }
}
