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
    private static final double SUMS = 1e-14; // what sums of a law may be short of 1

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
        return new KSelection(k, p, q, new Root(p, q, k).find());
    }

    /// Looks for the least valid division factor by halving.
    ///
    /// `min(q, p/rho)` is `q` where `rho` is below `p/q` and `p/rho` above. Each halving settles
    /// this for all ids whose ratio lies outside what is left, so that all halvings together cost
    /// little more than the first.
    private static final class Root {
        private final double[] p; // of the ids that are not settled
        private final double[] q; // same
        private final int k;
        private int open; // how many these are
        private double settledP; // of ids that count as p/rho
        private double settledQ; // of ids that count as q

        Root(double[] p, double[] q, int k) {
            this.p = p.clone();
            this.q = q.clone();
            this.k = k;
            this.open = p.length;
        }

        /// The upper side of the last interval: there the residual is a law.
        double find() {
            if (isValid(1)) {
                return 1;
            }
            double low = 1;
            double high = k;
            for (int i = 0; i < HALVINGS; i++) {
                settle(low, high);
                double middle = (low + high) / 2;
                if (isValid(middle)) {
                    high = middle;
                } else {
                    low = middle;
                }
            }
            return high;
        }

        private boolean isValid(double rho) {
            double beta = settledQ + settledP / rho;
            for (int i = 0; i < open; i++) {
                beta += Math.min(q[i], p[i] / rho);
            }
            beta = Math.min(beta, 1);
            return acceptance(beta, k) <= rho * beta + SUMS;
        }

        private void settle(double low, double high) {
            int left = 0;
            for (int i = 0; i < open; i++) {
                if (p[i] <= low * q[i]) {
                    settledP += p[i];
                } else if (p[i] >= high * q[i]) {
                    settledQ += q[i];
                } else {
                    p[left] = p[i];
                    q[left++] = q[i];
                }
            }
            open = left;
        }
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

    /// The probability that a candidate is accepted when it is its turn; 1 or more where that is
    /// certain.
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
