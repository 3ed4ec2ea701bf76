package org.cumae.exact;

import org.cumae.Check;

import java.util.Arrays;

/// One of the states that a world may be in, and how its variables come about there.
///
/// Each variable shows a hidden value, several may show the same one: the patches of two frames
/// that look at one spot of an object. Hidden values are independent of each other.
public final class Hypothesis {
    private final double weight;
    private final int[] shown; // [variable], which hidden value it shows
    private final double[][] laws; // [hidden][code from the first of the variable's range]

    /// A hypothesis.
    ///
    /// @param weight how probable it is beforehand, up to a factor that all share
    /// @param shown `[variable]`, the hidden value that each variable shows, `[0, laws.length)`
    /// @param laws `[hidden]`, the law of each hidden value over the codes of those who show it,
    ///   counted from the first; they are not copied, so that many hypotheses can share one
    /// @throws IllegalArgumentException if the weight is not positive, or a variable shows a value
    ///   that is not there
    public Hypothesis(double weight, int[] shown, double[][] laws) {
        Check.argument(
                weight > 0 && weight < Double.POSITIVE_INFINITY,
                "a hypothesis has weight %s; it must be positive and finite",
                weight);
        for (int hidden : shown) {
            Check.argument(
                    hidden >= 0 && hidden < laws.length,
                    "a variable shows hidden value %d; there are [0, %d)",
                    hidden,
                    laws.length);
        }
        this.weight = weight;
        this.shown = shown.clone();
        this.laws = Arrays.copyOf(laws, laws.length);
    }

    /// The law that puts all on one code.
    ///
    /// @param code from the first of the range
    /// @param codes how many there are
    public static double[] certain(int code, int codes) {
        double[] law = new double[codes];
        law[code] = 1;
        return law;
    }

    double weight() {
        return weight;
    }

    int variables() {
        return shown.length;
    }

    int shown(int variable) {
        return shown[variable];
    }

    double[] law(int hidden) {
        return laws[hidden];
    }

    int hidden() {
        return laws.length;
    }

    /// A copy that may be written to, of laws that may not.
    double[][] laws() {
        return laws.clone();
    }
}
