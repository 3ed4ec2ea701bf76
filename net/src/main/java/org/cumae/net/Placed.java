package org.cumae.net;

import java.util.stream.IntStream;

/// Where the rows of a pass over pictures stand, and what modulates them.
///
/// @param positions `[tokens]`
/// @param conditions ids of the pictures' conditions
/// @param of which of them each row has, `[tokens]`
/// @param times of rows on their way out of noise, 0 of others, same
@SuppressWarnings("ArrayRecordComponent") // made once and read once, in a pass
record Placed(int[] positions, int[] conditions, int[] of, float[] times) {
    /// Some of the rows.
    Placed only(int... rows) {
        float[] theirs = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            theirs[i] = times[rows[i]];
        }
        return new Placed(
                IntStream.of(rows).map(row -> positions[row]).toArray(),
                conditions,
                IntStream.of(rows).map(row -> of[row]).toArray(),
                theirs);
    }
}
