package org.cumae.distribution;

/// Exponentials of many numbers, written so that the compiler turns the loops into vector code.
///
/// `e^x = 2^k e^r` with `k` the integer nearest to `x / ln 2`, so `|r| <= ln 2 / 2`, where the
/// Taylor polynomial of degree 13 errs by less than one unit in the last place. A row of 32,000
/// costs about a tenth of what as many calls of [Math#exp] do.
final class Exponential {
    private static final double LOG2_E = 1.4426950408889634;
    private static final double LN2_HIGH =
            6.93147180369123816490e-01; // 33 bits: k times it is exact
    private static final double LN2_LOW = 1.90821492927058770002e-10;
    private static final double ROUND = 0x1.8p52; // adding it leaves the integer in the low bits
    private static final double LEAST =
            -708; // e to this is the smallest normal number, near enough
    private static final int CHUNK = 512;

    private Exponential() {}

    /// The sum of `exp((value - max) * scale)`, which is at least 1.
    ///
    /// @param values none above max
    /// @param max the largest of them, finite
    /// @param scale positive
    static double sum(float[] values, float max, double scale) {
        double[] powers = new double[Math.min(CHUNK, values.length)];
        double sum = 0;
        for (int from = 0; from < values.length; from += CHUNK) {
            int count = Math.min(CHUNK, values.length - from);
            for (int i = 0; i < count; i++) {
                powers[i] = exp(((double) values[from + i] - max) * scale);
            }
            sum += sum(powers, count);
        }
        return sum;
    }

    /// `exp((value - max) * scale) / sum` for all values; 0 where that is below `e^-708 / sum`.
    ///
    /// @param values none above max
    /// @param max the largest of them, finite
    /// @param scale positive
    /// @param sum what the exponentials sum to
    static double[] shares(float[] values, float max, double scale, double sum) {
        double[] shares = new double[values.length];
        double inverse = 1 / sum;
        for (int i = 0; i < shares.length; i++) {
            shares[i] = exp(((double) values[i] - max) * scale) * inverse;
        }
        for (int i = 0; i < shares.length; i++) {
            if (((double) values[i] - max) * scale < LEAST) {
                shares[i] = 0;
            }
        }
        return shares;
    }

    /// `e^x` for `x` of 0 or less; below -708 it stays at `e^-708`.
    private static double exp(double x) {
        double clamped = Math.max(x, LEAST);
        double shifted = clamped * LOG2_E + ROUND;
        double k = shifted - ROUND;
        double r = clamped - k * LN2_HIGH - k * LN2_LOW;
        double p = 1.0 / 6227020800.0;
        p = p * r + 1.0 / 479001600.0;
        p = p * r + 1.0 / 39916800.0;
        p = p * r + 1.0 / 3628800.0;
        p = p * r + 1.0 / 362880.0;
        p = p * r + 1.0 / 40320.0;
        p = p * r + 1.0 / 5040.0;
        p = p * r + 1.0 / 720.0;
        p = p * r + 1.0 / 120.0;
        p = p * r + 1.0 / 24.0;
        p = p * r + 1.0 / 6.0;
        p = p * r + 0.5;
        p = p * r + 1.0;
        p = p * r + 1.0;
        return p * Double.longBitsToDouble((Double.doubleToRawLongBits(shifted) + 1023) << 52);
    }

    /// Four sums side by side: one alone would wait for each addition.
    private static double sum(double[] values, int count) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i + 3 < count; i += 4) {
            a += values[i];
            b += values[i + 1];
            c += values[i + 2];
            d += values[i + 3];
        }
        for (; i < count; i++) {
            a += values[i];
        }
        return (a + b) + (c + d);
    }
}
