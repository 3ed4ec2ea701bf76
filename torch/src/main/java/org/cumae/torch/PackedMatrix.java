package org.cumae.torch;

import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.QEngineVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.QEngine;

/// A matrix arranged once for the processor's products. It serves and is not trained.
///
/// Rows come and go in float32. A row's product does not depend on the rows beside it, beyond
/// rounding.
public sealed interface PackedMatrix extends AutoCloseable
        permits Float32Matrix, Float16Matrix, Int8Matrix, SplitMatrix {
    /// Rows of a trial product: more than any that it is compared with.
    int TRIAL = 71;

    /// Products with the rows of the matrix, and the bias. Needs an open scope.
    ///
    /// @param x `[rows, in] float32`
    /// @return `[rows, out] float32`
    /// @throws IllegalArgumentException if `x` has another width
    Tensor times(Tensor x);

    /// Its shape, `[out, in]`.
    long[] shape();

    /// How many weights it holds, the bias among them.
    long weights();

    /// How much memory they take, in bytes.
    long bytes();

    @Override
    void close();

    /// Whether a row's product is the same to the last bit however many rows stand beside it, as
    /// far as a trial tells: it depends on the loops that libtorch has for this processor. Needs an
    /// open scope.
    default boolean roundsAlike() {
        Tensor x = torch.linspace(Ops.scalar(-1), Ops.scalar(1), TRIAL * shape()[1]);
        Tensor rows = x.sin().view(TRIAL, shape()[1]);
        Tensor all = times(rows); // by all of libtorch's threads
        for (int count : new int[] {1, 2, 3, 5, 11, 23, 47}) {
            int from = TRIAL - count;
            try (var _ = Crew.lead(count)) {
                if (!times(rows.narrow(0, from, count)).equal(all.narrow(0, from, count))) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Whether this libtorch packs matrices in fewer bits on this processor: FBGEMM needs an x86
    /// with AVX2, and int8 needs oneDNN.
    static boolean savesBits() {
        if (!Int8Matrix.isSupported()) {
            return false;
        }
        try (QEngineVector engines = Context.supportedQEngines()) {
            for (QEngine engine : engines.get()) {
                if (engine.intern() == QEngine.FBGEMM) {
                    return true;
                }
            }
            return false;
        }
    }
}
