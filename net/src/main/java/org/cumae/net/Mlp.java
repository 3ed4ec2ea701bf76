package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;
import org.cumae.torch.Ranks;

import java.util.List;

/// The feed-forward part of a block: each row by itself.
sealed interface Mlp {
    /// The same shape, `[tokens, width]`.
    Tensor forward(Tensor x, Pass pass);

    /// All layers.
    List<Linear> layers();

    /// The layer that writes into the residual stream.
    Linear down();

    /// The same channels, whose output other ranks' are added to.
    default Mlp addedUpBy(Ranks ranks) {
        Linear summed = new Linear.Summed(down(), ranks);
        return switch (this) {
            case SwiGlu(Linear gateAndUp, Linear _) -> new SwiGlu(gateAndUp, summed);
            case Gelu(Linear up, Linear _) -> new Gelu(up, summed);
            case Silu(Linear up, Linear _) -> new Silu(up, summed);
        };
    }

    /// With a gate.
    ///
    /// @param gateAndUp both in one product, the gate first, `[2 innerWidth, width]`
    record SwiGlu(Linear gateAndUp, Linear down) implements Mlp {
        @Override
        public List<Linear> layers() {
            return List.of(gateAndUp, down);
        }

        @Override
        public Tensor forward(Tensor x, Pass pass) {
            Tensor both = gateAndUp.forward(x, pass.gate()); // [tokens, 2 innerWidth]
            long inner = both.size(1) / 2;
            List<Tensor> parts = Ops.split(both, 1, inner, inner);
            Tensor share =
                    pass.rounding().each(parts.getFirst(), torch::silu); // [tokens, innerWidth]
            return down.forward(share.mul(parts.getLast()), pass.gate()); // [tokens, width]
        }
    }

    /// Without a gate, by SiLU.
    record Silu(Linear up, Linear down) implements Mlp {
        @Override
        public List<Linear> layers() {
            return List.of(up, down);
        }

        @Override
        public Tensor forward(Tensor x, Pass pass) {
            Tensor inner = pass.rounding().each(up.forward(x, pass.gate()), torch::silu);
            return down.forward(inner, pass.gate()); // [tokens, width]
        }
    }

    /// Without a gate.
    record Gelu(Linear up, Linear down) implements Mlp {
        @Override
        public List<Linear> layers() {
            return List.of(up, down);
        }

        @Override
        public Tensor forward(Tensor x, Pass pass) {
            Tensor inner = up.forward(x, pass.gate()); // [tokens, innerWidth]
            Tensor bent = pass.rounding().each(inner, row -> torch.gelu(row, "tanh")); // same
            return down.forward(bent, pass.gate()); // [tokens, width]
        }
    }
}
