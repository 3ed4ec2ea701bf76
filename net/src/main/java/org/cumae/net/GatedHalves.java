package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.List;

/// How S4 and S4D write into the residual stream: channels are bent and mixed, and one half of what
/// comes of it opens the other.
final class GatedHalves {
    private GatedHalves() {}

    /// @param y `[tokens, width]`
    /// @param both `[2 width, width]`
    /// @return as y
    static Tensor of(Tensor y, Linear both, Pass pass) {
        Tensor bent = pass.rounding().each(y, row -> torch.gelu(row, "none"));
        Tensor mixed = both.forward(bent, pass.gate()); // [tokens, 2 width]
        long width = mixed.size(1) / 2;
        List<Tensor> halves = Ops.split(mixed, 1, width, width);
        return halves.getFirst().mul(pass.rounding().each(halves.getLast(), torch::sigmoid));
    }
}
