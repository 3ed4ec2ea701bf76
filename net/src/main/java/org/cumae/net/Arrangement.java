package org.cumae.net;

import org.cumae.Check;

/// Rows of sequences of one length, none of them where it stands by its number, and each seeing
/// whom it may: content and questions of an order, noisy and clean blocks.
///
/// Arrays are taken over, not copied.
///
/// @param sequences how many
/// @param length rows of each
/// @param ids `[sequences * length]`
/// @param positions same
/// @param seen whether a row sees another one of its sequence, `[sequences * length * length]`
/// @param asked the rows whose logits are wanted, by their place among all
@SuppressWarnings("ArrayRecordComponent") // made once and read once, in a step
public record Arrangement(
        int sequences, int length, int[] ids, int[] positions, boolean[] seen, int[] asked) {
    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException naming them
    public Arrangement {
        long rows = (long) sequences * length;
        Check.argument(
                ids.length == rows && positions.length == rows && seen.length == rows * length,
                "%d sequences of %d rows have %d ids, %d positions and %d cells of a mask; they need"
                        + " %d, %d and %d",
                sequences,
                length,
                ids.length,
                positions.length,
                seen.length,
                rows,
                rows,
                rows * length);
        Check.argument(asked.length > 0, "no row is asked about; ask about one or more");
    }
}
