package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.torch.Ops;

/// Where the eigenvalues of a state space begin: one of each conjugate pair, all left of the
/// imaginary axis.
///
/// @see <a href="https://arxiv.org/abs/2206.11893">Gu et al. 2022, S4D</a>
public enum Start {
    /// Those of the normal part of HiPPO's matrix, which remembers all of the past alike.
    LEGS,
    /// `-1/2 + i pi n`.
    LINEAR,
    /// `-1/2 + i (N/pi) (N/(2n+1) - 1)`.
    INVERSE,
    /// `-(n+1)`.
    REAL,
    /// By chance: what the others are held against.
    RANDOM;

    /// The eigenvalues' parts.
    ///
    /// @param decay `-Re`, `[pairs]`
    /// @param frequency `Im`, `[pairs]`
    record Values(double[] decay, double[] frequency) {}

    /// The eigenvalues of a state of so many numbers. Chance is of libtorch's generator.
    Values values(int state) {
        int pairs = state / 2;
        double[] decay = new double[pairs];
        double[] frequency = new double[pairs];
        double[] legs = this == LEGS ? Hippo.frequencies(state) : new double[0];
        for (int n = 0; n < pairs; n++) {
            decay[n] = this == REAL ? n + 1.0 : 0.5;
            frequency[n] =
                    switch (this) {
                        case LEGS -> legs[n];
                        case LINEAR -> Math.PI * n;
                        case INVERSE -> state / Math.PI * (state / (2.0 * n + 1) - 1);
                        case REAL, RANDOM -> 0;
                    };
        }
        if (this == RANDOM) {
            double[] chance = Ops.doubles(torch.rand(2L * pairs).to(ScalarType.Double));
            for (int n = 0; n < pairs; n++) {
                decay[n] = 0.01 + chance[n];
                frequency[n] = chance[pairs + n];
            }
        }
        return new Values(decay, frequency);
    }

    /// Writes parts as parameters, the same for every channel.
    ///
    /// @param logDecay `[..., pairs]`
    /// @param frequency same
    void begin(int state, Tensor logDecay, Tensor frequency) {
        Values values = values(state);
        logDecay.copy_(Tensor.create(values.decay, values.decay.length).log());
        frequency.copy_(Tensor.create(values.frequency, values.frequency.length));
    }
}
