package org.cumae.decode.speculative;

import org.cumae.Check;
import org.cumae.distribution.Categorical;

/// The choice between `k` candidates that were drawn independently from `q`, so that the outcome
/// has law `p`.
///
/// Each candidate `x` in turn is accepted with probability `min(1, p(x) / (rho q(x)))`, which a
/// candidate is with probability `beta = sum min(q, p/rho)`; if none is, a token of the residual `p
/// - min(q, p/rho) A/beta` follows, `A = 1 - (1-beta)^k`. That is a law where `A <= rho beta`,
///   which holds from a smallest `rho` on; there the most is accepted, at least `1 - (1-1/k)^k` of
///   what any rule could.
///
/// @see <a href="https://arxiv.org/abs/2310.15141">Sun et al. 2023, SpecTr, K-SEQ</a>
public final class KSelection {
    private static final int HALVINGS = 50;
    private static final double ROUNDING = 1e-12;

    private final int k;
    private final double[] p; // of the ids of the target's law
    private final double[] q; // same
    private final double rho;
    private final double beta;

    private KSelection(int k, double[] p, double[] q, double rho) {
        this.k = k;
        this.p = p;
        this.q = q;
        this.rho = rho;
        this.beta = beta(p, q, rho);
    }

    /// The best choice.
    ///
    /// @param target `p`
    /// @param draft `q`
    /// @param k how many candidates
    /// @throws IllegalArgumentException if k is below 1
    public static KSelection of(Categorical target, Categorical draft, int k) {
        Check.argument(k > 0, "k is %d; there must be 1 candidate or more", k);
        double[] p = Mass.of(target);
        double[] q = Mass.along(draft, target);
        double low = 1;
        double high = 1;
        if (!isValid(p, q, 1, k)) {
            high = k;
            for (int i = 0; i < HALVINGS; i++) {
                double middle = (low + high) / 2;
                if (isValid(p, q, middle, k)) {
                    high = middle;
                } else {
                    low = middle;
                }
            }
        }
        return new KSelection(k, p, q, high); // the side on which the residual is a law
    }

    /// The choice with another division factor.
    ///
    /// @param rho from the best one up
    /// @throws IllegalArgumentException if rho is so small that the residual would be negative
    public KSelection at(double rho) {
        KSelection other = new KSelection(k, p, q, rho);
        Check.argument(
                other.acceptance() <= rho * other.beta + ROUNDING,
                "rho is %s, with which %s would be accepted and only %s may be; %s is the least",
                rho,
                other.acceptance(),
                rho * other.beta,
                this.rho);
        return other;
    }

    private static boolean isValid(double[] p, double[] q, double rho, int k) {
        double beta = beta(p, q, rho);
        return acceptance(beta, k) <= rho * beta;
    }

    private static double beta(double[] p, double[] q, double rho) {
        double inverse = 1 / rho;
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            sum += Math.min(q[i], p[i] * inverse);
        }
        return Math.min(sum, 1);
    }

    /// `1 - (1-beta)^k`, exactly `beta` for one candidate.
    private static double acceptance(double beta, int k) {
        return k == 1 ? beta : -Math.expm1(k * Math.log1p(-beta));
    }

    /// The division factor, in `[1, k]`.
    public double rho() {
        return rho;
    }

    /// The probability that one candidate by itself is accepted.
    public double beta() {
        return beta;
    }

    /// The probability that any candidate is accepted.
    public double acceptance() {
        return acceptance(beta, k);
    }

    /// The probability that a candidate is accepted when it is its turn.
    ///
    /// @param target its probability under the target
    /// @param draft its probability under the draft, positive
    public double acceptance(double target, double draft) {
        return target / (rho * draft);
    }

    /// What follows if none is, up to a factor; `[target.size()]`.
    public double[] residual() {
        double share = beta > 0 ? acceptance() / beta : 0;
        double[] left = new double[p.length];
        for (int i = 0; i < left.length; i++) {
            left[i] = Math.max(p[i] - share * Math.min(q[i], p[i] / rho), 0);
        }
        return left;
    }
}
