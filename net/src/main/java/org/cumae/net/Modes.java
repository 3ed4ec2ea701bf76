package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

/// Eigenvalues of a state space that is diagonal, one of each conjugate pair, and the step by which
/// they are made discrete: a state `x' = a x + b u` held for a step `d` goes to `e^(da) x + (e^(da)
/// - 1)/a b u`.
///
/// @param logStep `log d`, `[channels]`
/// @param logDecay `log -Re a`, `[channels, pairs]`
/// @param frequency `Im a`, same
record Modes(Tensor logStep, Tensor logDecay, Tensor frequency) {
    /// `a`, `[channels, pairs]` complex.
    Tensor values() {
        return Ops.complex(logDecay.exp().neg(), frequency);
    }

    /// `d a`, same.
    Tensor turned() {
        return values().mul(logStep.exp().unsqueeze(1));
    }

    /// By what the input is multiplied for `b = 1`, same.
    Tensor taken() {
        return torch.expm1(turned()).div(values());
    }

    /// What is left after each of `[0, length]` steps, `[channels, pairs, length + 1]` complex.
    Tensor powers(long length) {
        Tensor steps = torch.arange(Ops.scalar(length + 1.0)).to(logStep.dtype());
        return turned().unsqueeze(2).mul(steps).exp();
    }

    /// A real tensor whose last axis holds real and imaginary parts, as complex numbers.
    static Tensor complex(Tensor pairs) {
        return torch.view_as_complex(pairs.contiguous());
    }

    /// The other way.
    static Tensor parts(Tensor complex) {
        return torch.view_as_real(complex).contiguous();
    }
}
