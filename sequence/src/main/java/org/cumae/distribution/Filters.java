package org.cumae.distribution;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Truncations of a law: which ids stay. What stays is renormalised. At least one id stays, and but
/// for [#typicalP] the best one does.
final class Filters {
    private static final int FIRST_GUESS = 64;

    private Filters() {}

    /// The best `k` ids.
    static Categorical topK(Categorical law, int k) {
        return k >= law.size() ? law : law.keeping(law.best(k));
    }

    /// The fewest best ids whose probabilities sum to at least `p`.
    static Categorical topP(Categorical law, double p) {
        for (int guess = FIRST_GUESS; ; guess *= 8) {
            int[] best = law.best(guess);
            int kept = reach(law, best, p);
            if (kept <= best.length) {
                return law.keeping(Arrays.copyOf(best, kept));
            }
            if (best.length == law.size()) {
                return law; // rounding left the whole sum below p
            }
        }
    }

    /// The ids at least `p` times as probable as the best one.
    static Categorical minP(Categorical law, double p) {
        double least = Math.log(p);
        return law.keeping(
                IntStream.range(0, law.size()).filter(i -> law.logWeightOf(i) >= least).toArray());
    }

    /// The fewest ids, the most typical first, whose probabilities sum to at least `p`.
    static Categorical typicalP(Categorical law, double p) {
        double entropy = law.entropy();
        float[] typical = new float[law.size()]; // 0 or less, the more the nearer to the entropy
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < typical.length; i++) {
            typical[i] = (float) -Math.abs(law.logProbabilityOf(i) + entropy);
            max = Math.max(max, typical[i]);
        }
        for (int guess = FIRST_GUESS; ; guess *= 8) {
            int[] best = Selection.best(typical, max, guess);
            int kept = reach(law, best, p);
            if (kept <= best.length) {
                return law.keeping(Arrays.copyOf(best, kept));
            }
            if (best.length == law.size()) {
                return law;
            }
        }
    }

    /// How many of the indices it takes for their probabilities to sum to `p`; one more than there
    /// are if they do not.
    private static int reach(Categorical law, int[] indices, double p) {
        double sum = 0;
        int count = 0;
        while (count < indices.length && sum < p) {
            sum += law.probabilityOf(indices[count++]);
        }
        return sum < p ? indices.length + 1 : count;
    }
}
