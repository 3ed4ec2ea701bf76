package org.cumae.distribution;

import org.cumae.Check;

import java.util.HashMap;
import java.util.Map;

/// How often things occur, of a number of kinds that may be far larger than what was seen.
///
/// @param kinds how many there could be
/// @param counts of those that occurred
/// @param total of all counts
public record Frequencies(double kinds, Map<Long, Long> counts, long total) {
    /// Copies the counts.
    ///
    /// @throws IllegalArgumentException if nothing occurred
    public Frequencies {
        counts = Map.copyOf(counts);
        Check.argument(total > 0, "nothing occurred; frequencies need one thing or more");
    }

    /// Of ids.
    ///
    /// @param vocabulary they are `[0, vocabulary)`
    public static Frequencies of(int vocabulary, int... ids) {
        Map<Long, Long> counts = new HashMap<>();
        for (int id : ids) {
            counts.merge((long) id, 1L, Long::sum);
        }
        return new Frequencies(vocabulary, counts, ids.length);
    }

    /// Of pairs of neighbours in a line.
    ///
    /// @param vocabulary ids are `[0, vocabulary)`
    public static Frequencies ofPairs(int vocabulary, int... ids) {
        Map<Long, Long> counts = new HashMap<>();
        for (int i = 1; i < ids.length; i++) {
            counts.merge((long) ids[i - 1] * vocabulary + ids[i], 1L, Long::sum);
        }
        return new Frequencies((double) vocabulary * vocabulary, counts, ids.length - 1L);
    }

    /// Their entropy in bits, corrected for what a finite number of draws hides.
    ///
    /// @see <a href="https://doi.org/10.1162/089976603321780272">Paninski 2003, on Miller and
    ///   Madow's correction</a>
    public double entropy() {
        double entropy = 0;
        for (long count : counts.values()) {
            double share = (double) count / total;
            entropy -= share * Math.log(share);
        }
        double corrected = entropy + (counts.size() - 1) / (2.0 * total);
        return Math.min(corrected, Math.log(kinds)) / Math.log(2);
    }

    /// The Kullback-Leibler divergence from all kinds being equally frequent, in bits: 0 where they
    /// are, and the logarithm of their number where only one occurs.
    public double toUniform() {
        return Math.log(kinds) / Math.log(2) - entropy();
    }
}
