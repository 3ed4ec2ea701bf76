package org.cumae.unit.picture;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;

import java.util.Optional;

/// What stands between a network that reads pictures and one that writes them: numbers become codes
/// and codes numbers. Needs an open scope.
public sealed interface Bottleneck permits Codebook, Bits {
    /// Codes are `[0, vocabulary)`.
    int vocabulary();

    /// How many a cell has.
    int perCell();

    /// The codes of cells.
    ///
    /// @param read `[cells, out]`
    /// @return `[cells, perCell] int64`
    Tensor codes(Tensor read);

    /// What is written from.
    ///
    /// @param codes `[cells, perCell] int64`
    /// @return `[cells, in]`
    Tensor values(Tensor codes);

    /// The same in training, with gradients that pass by the codes.
    ///
    /// @param read `[cells, out]`
    /// @param chance of training
    Pinched pinched(Tensor read, Optional<Generator> chance);

    /// What a cell is as numbers, where it has several codes; see
    /// [org.cumae.picture.GridCode#numbers].
    float[] numbers(int... codes);

    /// How many those are.
    int width();

    /// What passed.
    ///
    /// @param values `[cells, in]`
    /// @param losses of each cell's codes themselves, `[cells]`
    record Pinched(Tensor values, Tensor losses) {}
}
