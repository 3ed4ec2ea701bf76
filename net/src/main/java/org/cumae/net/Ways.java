package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;

import java.util.List;
import java.util.Optional;

/// What is said of values on their way out of noise.
///
/// @param velocities which way each goes, `[tokens, vector]`
/// @param widths how wide the noise of a diffusion's step back is, as of [org.cumae.flow.Width],
///   same shape; where it was learned
/// @see <a href="https://arxiv.org/abs/2102.09672">Nichol and Dhariwal 2021: a number `v` of the
///   network stands for the width `(v + 1) / 2`</a>
public record Ways(Tensor velocities, Optional<Tensor> widths) {
    /// @param said by a network, `[tokens, vector]`, or twice as wide with widths behind velocities
    /// @param vector how many numbers a value has
    static Ways of(Tensor said, int vector) {
        if (said.size(1) == vector) {
            return new Ways(said, Optional.empty());
        }
        List<Tensor> both = Ops.split(said, 1, vector, vector);
        return new Ways(
                both.getFirst(), Optional.of(both.getLast().add(Ops.scalar(1)).div(Ops.scalar(2))));
    }
}
