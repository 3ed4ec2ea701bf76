package org.cumae.unit.picture;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;

import java.util.List;
import java.util.Optional;

/// What networks read pictures as and write them from, as it is taught: pictures go through it and
/// shall come back as they were.
///
/// Its weights are native memory that lives as long as it does.
public sealed interface Learned permits LearnedCode, LearnedPyramid, LearnedLatent {
    /// All that is learned, borrowed, always in the same order.
    List<Tensor> weights();

    /// Pictures as they come back, with gradients to the weights, and the loss of what they are
    /// read as. Needs an open scope.
    ///
    /// @param pixels `[pictures, channels, rows, columns]` in [0, 1]
    /// @param chance of training
    Back back(Tensor pixels, Optional<Generator> chance);

    /// Rounds all weights as a file has them, so that pictures are read as they will be when they
    /// are read with the file.
    void round();

    /// What came back.
    ///
    /// @param pixels as they were given
    /// @param loss of what lies between the networks, `[]`
    record Back(Tensor pixels, Tensor loss) {}
}
