package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Ops;
import org.cumae.torch.PackedMatrix;
import org.cumae.torch.Ranks;

import java.util.Optional;

/// A matrix and perhaps a bias.
sealed interface Linear {
    /// @param x `[tokens, in]`
    /// @param gate which rows additions act on
    /// @return `[tokens, out]`
    Tensor forward(Tensor x, Gate gate);

    /// In float32, to be trained and saved as well.
    ///
    /// @param weight `[out, in]`
    /// @param bias `[out]`
    record Plain(Tensor weight, Optional<Tensor> bias) implements Linear {
        @Override
        public Tensor forward(Tensor x, Gate gate) {
            return Ops.linear(x, weight, bias);
        }
    }

    /// In fewer bits, to be served.
    record Packed(PackedMatrix matrix) implements Linear {
        @Override
        public Tensor forward(Tensor x, Gate gate) {
            return matrix.times(x);
        }
    }

    /// One of several processes' share, of a layer that writes into the residual stream.
    record Summed(Linear share, Ranks ranks) implements Linear {
        @Override
        public Tensor forward(Tensor x, Gate gate) {
            return ranks.sum(share.forward(x, gate));
        }
    }

    /// One whose outputs are each multiplied: by nothing at first, so that what adds to the
    /// residual stream begins as nothing.
    ///
    /// @param by `[out]`
    record Gated(Linear plain, Tensor by) implements Linear {
        @Override
        public Tensor forward(Tensor x, Gate gate) {
            return plain.forward(x, gate).mul(by);
        }
    }

    /// With something added to the rows that the gate lets through.
    record Adapted(Linear plain, LowRank added) implements Linear {
        @Override
        public Tensor forward(Tensor x, Gate gate) {
            return gate.add(plain.forward(x, gate), x, added);
        }
    }
}
