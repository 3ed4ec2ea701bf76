package org.cumae.distribution;

import org.cumae.Check;
import org.cumae.noise.Noise;

/// Chance from keyed noise, by the exponential race.
///
/// Each id of the support runs with a time `E/p`, `E` exponential and keyed by (position, id); the
/// first one home is the value. Its law is exactly `p`. Two laws that race on the same noise agree
/// as often as a draft and a target that know nothing of each other can, which is what
/// drafter-invariant speculation lives on.
///
/// Nearly every id is told that it has lost by two bounds that cost neither a logarithm nor an
/// exponential: `-log u >= 1 - u`, and `2^(k + f) <= 2^k (1 + f)`.
///
/// @param noise the noise of the request
public record KeyedChance(Noise noise) implements Chance {
    private static final long EVENTS = 0x45564E54L;
    private static final long LANES = 0x4C414E45L;
    private static final long PICKS = 0x5049434BL;
    private static final double LOG2_E = 1.0 / Math.log(2);
    private static final double MANTISSA = 0x1.0p52;
    private static final double BIAS = 1023;
    private static final double MARGIN = 1 + 1e-9; // rounding of the bounds
    private static final double LEAST = -1000; // below 2^-1000 the bound stays there

    /// The chance of one request.
    ///
    /// @param seed the user's seed
    /// @param request which request of that seed
    public static KeyedChance of(long seed, long request) {
        return new KeyedChance(Noise.of(seed, request));
    }

    @Override
    public int draw(Categorical law, long position) {
        Noise here = noise.at(position);
        int winner = -1;
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < law.size(); i++) {
            double logWeight = law.logWeightOf(i); // of the best id 0
            double u = here.uniform(law.id(i));
            if (1 - u > best * weightAtMost(logWeight) || logWeight == Double.NEGATIVE_INFINITY) {
                continue;
            }
            double time = -Math.log(u) * Math.exp(-logWeight);
            if (time < best) {
                best = time;
                winner = i;
            }
        }
        return winner < 0 ? law.argMax() : law.id(winner);
    }

    /// At least `exp(logWeight)` and at most 6 % more: the bits of a double, read as a fixed-point
    /// number, are its base-2 logarithm with straight lines between the powers of two.
    private static double weightAtMost(double logWeight) {
        double exponent = Math.max(logWeight * LOG2_E, LEAST);
        return MARGIN * Double.longBitsToDouble((long) ((exponent + BIAS) * MANTISSA));
    }

    @Override
    public int pick(double[] weights, long position) {
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        double left = noise.at(PICKS).at(position).uniform(0) * total;
        int last = -1;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                last = i; // where rounding leaves something over, it falls to the last
                left -= weights[i];
                if (left < 0) {
                    return i;
                }
            }
        }
        Check.argument(last >= 0, "none of %d weights is positive; one must be", weights.length);
        return last;
    }

    @Override
    public boolean happens(double probability, long position) {
        return noise.at(EVENTS).at(position).uniform(0) < probability;
    }

    @Override
    public Chance lane(long label) {
        return new KeyedChance(noise.at(LANES).at(label));
    }
}
