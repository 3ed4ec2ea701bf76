package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

import java.util.List;

/// The feed-forward part of a block: each row by itself.
sealed interface Mlp {
    /// The same shape, `[tokens, width]`.
    Tensor forward(Tensor x);

    /// The layer that writes into the residual stream.
    Linear down();

    /// With a gate.
    ///
    /// @param gateAndUp both in one product, the gate first, `[2 innerWidth, width]`
    record SwiGlu(Linear gateAndUp, Linear down) implements Mlp {
        @Override
        public Tensor forward(Tensor x) {
            Tensor both = gateAndUp.forward(x); // [tokens, 2 innerWidth]
            long inner = both.size(1) / 2;
            List<Tensor> parts = Ops.split(both, 1, inner, inner);
            Tensor gate = torch.silu(parts.getFirst()); // [tokens, innerWidth]
            return down.forward(gate.mul(parts.getLast())); // [tokens, width]
        }
    }

    /// Without a gate.
    record Gelu(Linear up, Linear down) implements Mlp {
        @Override
        public Tensor forward(Tensor x) {
            return down.forward(torch.gelu(up.forward(x), "tanh"));
        }
    }
}
