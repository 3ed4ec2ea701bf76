package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// The feed-forward part of a block: each row by itself.
sealed interface Mlp {
    /// The same shape, `[tokens, width]`.
    Tensor forward(Tensor x);

    /// With a gate.
    record SwiGlu(Linear gate, Linear up, Linear down) implements Mlp {
        @Override
        public Tensor forward(Tensor x) {
            Tensor inner = torch.silu(gate.forward(x)).mul(up.forward(x)); // [tokens, innerWidth]
            return down.forward(inner); // [tokens, width]
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
