package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;

import java.util.stream.IntStream;

/// Values on their way out of noise, in parts that come out together.
///
/// Arrays are taken over, not copied.
///
/// @param values `[tokens, vector]`
/// @param told what the model's blocks made of each one's row, `[tokens, width]`
/// @param positions `[tokens]`
/// @param lengths of the parts
/// @param times of the parts, same
@SuppressWarnings("ArrayRecordComponent") // made once and read once, in a step
public record FlowRows(Tensor values, Tensor told, int[] positions, int[] lengths, float[] times) {
    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException naming them
    public FlowRows {
        Check.argument(
                values.dim() == 2
                        && values.size(0) == positions.length
                        && told.size(0) == positions.length
                        && IntStream.of(lengths).sum() == positions.length
                        && times.length == lengths.length,
                "%d values of %d positions are told by %d rows, in %d parts of %d rows and %d times",
                values.size(0),
                positions.length,
                told.size(0),
                lengths.length,
                IntStream.of(lengths).sum(),
                times.length);
    }

    /// The same values elsewhere on their way.
    ///
    /// @param values `[tokens, vector]`
    /// @param times of the parts
    public FlowRows at(Tensor values, float... times) {
        return new FlowRows(values, told, positions, lengths, times);
    }
}
