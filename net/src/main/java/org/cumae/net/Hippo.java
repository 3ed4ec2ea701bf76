package org.cumae.net;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.Check;
import org.cumae.torch.Ops;

import java.util.Arrays;

/// The matrices of HiPPO's scaled Legendre measure: `x' = A x + B u` keeps the coefficients of the
/// past of `u` in Legendre polynomials.
///
/// `A + P P^T` is `-1/2` and a skew matrix, so it is diagonal in a unitary basis, with eigenvalues
/// `-1/2 + i w`.
///
/// @see <a href="https://arxiv.org/abs/2008.07669">Gu et al. 2020, HiPPO</a>
final class Hippo {
    private Hippo() {}

    /// `A`, `[size][size]`.
    static double[][] matrix(int size) {
        double[][] a = new double[size][size];
        for (int n = 0; n < size; n++) {
            for (int k = 0; k < n; k++) {
                a[n][k] = -Math.sqrt((2.0 * n + 1) * (2.0 * k + 1));
            }
            a[n][n] = -(n + 1);
        }
        return a;
    }

    /// `B`, `[size]`.
    static double[] input(int size) {
        double[] b = new double[size];
        Arrays.setAll(b, n -> Math.sqrt(2.0 * n + 1));
        return b;
    }

    /// `P`, `[size]`.
    static double[] low(int size) {
        double[] p = new double[size];
        Arrays.setAll(p, n -> Math.sqrt(n + 0.5));
        return p;
    }

    /// A basis in which the normal part is diagonal.
    ///
    /// @param frequencies `w`, ascending, `[size]` in double precision
    /// @param vectors as columns, `[size, size]` complex
    record Basis(Tensor frequencies, Tensor vectors) {}

    /// Works out the basis. Needs an open scope.
    ///
    /// @throws IllegalArgumentException if the size is odd: eigenvalues come in pairs
    static Basis basis(int size) {
        Check.argument(
                size > 0 && size % 2 == 0,
                "a state has %d numbers; eigenvalues come in pairs, so it must be even",
                size);
        double[][] a = matrix(size);
        double[] p = low(size);
        double[] skew = new double[size * size];
        for (int n = 0; n < size; n++) {
            for (int k = 0; k < size; k++) {
                skew[n * size + k] = a[n][k] + p[n] * p[k] + (n == k ? 0.5 : 0);
            }
        }
        Tensor real = Tensor.create(skew, size, size);
        // -i S is Hermitian where S is skew
        Tensor hermitian = Ops.complex(torch.zeros_like(real), real.neg());
        return Ops.eigen(hermitian, Basis::new);
    }

    /// The frequencies of one of each pair, the largest first.
    static double[] frequencies(int size) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            double[] all = Ops.doubles(basis(size).frequencies());
            double[] positive = new double[size / 2];
            Arrays.setAll(positive, n -> all[size - 1 - n]);
            return positive;
        }
    }
}
