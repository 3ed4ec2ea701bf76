package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.List;
import java.util.Optional;

/// A mixer that remembers the rows before in a state of fixed size.
///
/// Every sequence is rolled from a memory to a memory, so that it may be fed in any pieces.
sealed interface Recurrent extends Mixer permits Mamba, Mamba2, S4, S4d, S5 {
    /// Which of the model's layers it is.
    int layer();

    /// The shapes of what it remembers of one sequence.
    List<long[]> memory();

    /// Goes along sequences of one length.
    ///
    /// @param x `[sequences, length, channels]`, what it reads of each row
    /// @param memory of the rows before, each `[sequences, ...]` as [#memory] says
    Rolled roll(Tensor x, List<Tensor> memory);

    /// Goes along whole sequences, before which there is nothing and after which nothing is
    /// remembered.
    ///
    /// @param x as of [#roll]
    /// @return its `y`
    default Tensor whole(Tensor x) {
        List<Tensor> nothing =
                memory().stream()
                        .map(shape -> torch.zeros(Memories.shape(x.size(0), shape), x.options()))
                        .toList();
        return roll(x, nothing).y();
    }

    /// What came of it.
    ///
    /// @param y `[sequences, length, channels]`
    /// @param memory with these rows
    record Rolled(Tensor y, List<Tensor> memory) {}

    /// Gives the weights that do not begin as all others do their first values.
    void begin();

    /// Gives a matrix first values by which a row of ones in size stays one: what is written to a
    /// state and read from it are products of several such, and would begin as nothing.
    static void begin(Linear layer) {
        if (layer instanceof Linear.Plain(Tensor weight, Optional<Tensor> _)) {
            double most = 1 / Math.sqrt((double) weight.size(1));
            Ops.uniform(weight, -most, most);
        }
    }
}
