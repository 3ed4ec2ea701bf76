package org.cumae.decode.speculative;

import org.cumae.distribution.Categorical;

/// Probabilities in double precision, entry by entry.
final class Mass {
    private Mass() {}

    /// The probabilities of a law, `[law.size()]`.
    static double[] of(Categorical law) {
        double[] mass = new double[law.size()];
        for (int i = 0; i < mass.length; i++) {
            mass[i] = law.probabilityOf(i);
        }
        return mass;
    }

    /// The probabilities that a law gives the ids of another one, `[other.size()]`.
    static double[] along(Categorical law, Categorical other) {
        double[] mass = new double[other.size()];
        for (int i = 0; i < mass.length; i++) {
            mass[i] = law.probability(other.id(i));
        }
        return mass;
    }

    static double sum(double[] mass) {
        double sum = 0;
        for (double each : mass) {
            sum += each;
        }
        return sum;
    }

    /// What is left of `scale p` where `q` has been served: `max(scale p - q, 0)`.
    static double[] excess(double scale, double[] p, double[] q) {
        double[] left = new double[p.length];
        for (int i = 0; i < left.length; i++) {
            left[i] = Math.max(scale * p[i] - q[i], 0);
        }
        return left;
    }
}
