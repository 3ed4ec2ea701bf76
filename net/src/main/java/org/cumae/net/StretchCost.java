package org.cumae.net;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Libtorch;
import org.cumae.torch.Ops;
import org.cumae.torch.Processor;

/// What it takes Mamba-2 to go along a sequence, stretch by stretch, beside one large product of
/// matrices of as many multiplications.
///
/// @param millis the way along the sequence, the fastest of several
/// @param product the product, at the rate of large ones
public record StretchCost(double millis, double product) {
    private static final int ROUNDS = 9;

    /// Measures it, for numbers by chance.
    ///
    /// @param rows of the sequence
    public static StretchCost of(Mixing.Mamba2 shape, int rows) {
        Libtorch.load();
        try (var _ = new PointerScope();
                var _ = new InferenceMode()) {
            torch.manual_seed(1);
            Tensor decay = torch.rand(1, rows, shape.heads()).mul(Ops.scalar(-0.1));
            Tensor added = torch.randn(1, rows, shape.heads(), shape.headDim());
            Tensor in = torch.randn(1, rows, shape.groups(), shape.state());
            Tensor out = torch.randn(1, rows, shape.groups(), shape.state());
            Tensor state = torch.zeros(1, shape.heads(), shape.headDim(), shape.state());
            double best = Double.POSITIVE_INFINITY;
            for (int round = 0; round < ROUNDS; round++) {
                long begin = System.nanoTime();
                try (var _ = new PointerScope()) {
                    Mamba2.stretches(shape.chunk(), decay, added, in, out, state);
                }
                best = Math.min(best, (System.nanoTime() - begin) * 1e-6);
            }
            return new StretchCost(best, products(shape) * rows / Processor.matrixRate() * 1e3);
        }
    }

    /// Multiplications and additions a row: scores of a group's rows with each other, what heads
    /// make of them, and each head's state, read and written.
    private static double products(Mixing.Mamba2 shape) {
        double chunk = shape.chunk();
        double inner = (double) shape.heads() * shape.headDim();
        return 2
                * (chunk * shape.groups() * shape.state()
                        + chunk * inner
                        + 2 * inner * shape.state());
    }

    /// How many times as long as the product it takes.
    public double times() {
        return millis / product;
    }
}
