package org.cumae.decode.speculative;

import org.cumae.distribution.Categorical;

import java.util.Arrays;

/// Probabilities in double precision, entry by entry.
final class Mass {
    private Mass() {}

    /// The probabilities of a law, `[law.size()]`.
    static double[] of(Categorical law) {
        return law.probabilities();
    }

    /// The probabilities that a law gives the ids of another one, `[other.size()]`.
    static double[] along(Categorical law, Categorical other) {
        if (isRange(law) && isRange(other) && law.id(0) == other.id(0)) {
            double[] mass = law.probabilities();
            return Arrays.copyOf(mass, other.size()); // what it does not know has none
        }
        double[] mass = new double[other.size()];
        for (int i = 0; i < mass.length; i++) {
            mass[i] = law.probability(other.id(i));
        }
        return mass;
    }

    private static boolean isRange(Categorical law) {
        return law.id(law.size() - 1) - law.id(0) == law.size() - 1;
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
