package org.cumae.exact;

import org.cumae.Check;

/// Pearson's test of counts against a law.
public final class ChiSquare {
    private static final int ROUNDS = 10_000;

    private ChiSquare() {}

    /// How likely counts as far from the law as these are if the law is right: a test that raises
    /// an alarm below `a` does so in vain with probability `a`.
    ///
    /// @param counts of each cell; each should be expected five times or more
    /// @param law of the cells, positive, sums to 1
    public static double falseAlarm(long[] counts, double[] law) {
        Check.argument(
                counts.length == law.length,
                "%d counts and a law of %d cells; they must be equal",
                counts.length,
                law.length);
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        double statistic = 0;
        for (int i = 0; i < law.length; i++) {
            double expected = total * law[i];
            statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        return upperGamma((law.length - 1) / 2.0, statistic / 2);
    }

    /// The regularised upper incomplete gamma function: by its series below `a + 1`, and by its
    /// continued fraction (Lentz) above.
    private static double upperGamma(double a, double x) {
        if (x <= 0) {
            return 1;
        }
        double scale = Math.exp(-x + a * Math.log(x) - logGamma(a));
        if (x < a + 1) {
            double term = 1 / a;
            double sum = term;
            for (int n = 1; n < ROUNDS && term > sum * 1e-16; n++) {
                term *= x / (a + n);
                sum += term;
            }
            return 1 - sum * scale;
        }
        double b = x + 1 - a;
        double c = 1e300;
        double d = 1 / b;
        double fraction = d;
        for (int n = 1; n < ROUNDS; n++) {
            double an = -n * (n - a);
            b += 2;
            d = 1 / (an * d + b);
            c = b + an / c;
            double factor = d * c;
            fraction *= factor;
            if (Math.abs(factor - 1) < 1e-15) {
                break;
            }
        }
        return scale * fraction;
    }

    /// Stirling's series, after the argument has been shifted to where it is exact.
    private static double logGamma(double a) {
        double shift = 0;
        double x = a;
        while (x < 12) {
            shift += Math.log(x);
            x++;
        }
        double y = 1 / (x * x);
        double series = (1.0 / 12 - y * (1.0 / 360 - y * (1.0 / 1260 - y / 1680))) / x;
        return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - shift;
    }
}
