package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

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
            Tensor gate = torch.silu(both.narrow(1, 0, inner)); // [tokens, innerWidth]
            return down.forward(gate.mul(both.narrow(1, inner, inner))); // [tokens, width]
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
