package org.cumae.picture;

import org.cumae.Check;
import org.cumae.model.Want.Voice;

import java.util.List;

/// How a whole picture is fed at once, to be learned from: the first row is its condition's id.
///
/// @param positions of the rows, `[rows]`
/// @param seen whether a row sees another one, `[rows * rows]`, taken over
/// @param voices for each code of the picture which heads of which rows say it, `[length]`
@SuppressWarnings("ArrayRecordComponent") // made once, never written to
public record Lesson(int[] positions, boolean[] seen, List<List<Voice>> voices) {
    /// Copies the lists.
    ///
    /// @throws IllegalArgumentException if the sizes do not fit
    public Lesson {
        voices = voices.stream().map(List::copyOf).toList();
        Check.argument(
                seen.length == positions.length * positions.length,
                "%d rows have a mask of %d cells; they need %d",
                positions.length,
                seen.length,
                positions.length * positions.length);
    }

    /// How many rows.
    public int rows() {
        return positions.length;
    }
}
