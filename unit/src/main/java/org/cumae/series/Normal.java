package org.cumae.series;

import org.apache.commons.statistics.distribution.NormalDistribution;
import org.cumae.Check;

/// The normal law of one value, in double precision and with quantiles: a forecast's unit may be
/// any. The law of a model's vectors is [org.cumae.distribution.Gaussian].
///
/// @param mean of it
/// @param deviation from the mean, 0 or more
public record Normal(double mean, double deviation) {
    private static final NormalDistribution STANDARD = NormalDistribution.of(0, 1);

    /// Checks the deviation.
    public Normal {
        Check.argument(
                deviation >= 0 && Double.isFinite(mean),
                "mean %s and deviation %s are no normal law",
                mean,
                deviation);
    }

    /// Below which the value lies with a probability in (0, 1).
    public double quantile(double probability) {
        return mean + deviation * STANDARD.inverseCumulativeProbability(probability);
    }

    /// The continuous ranked probability score of a value: the smaller the better, in the unit of
    /// the value; the absolute error where the law is sure.
    ///
    /// @see <a href="https://doi.org/10.1198/016214506000001437">Gneiting and Raftery 2007</a>
    public double crps(double value) {
        if (deviation == 0) {
            return Math.abs(value - mean);
        }
        double z = (value - mean) / deviation;
        return deviation
                * (z * (2 * STANDARD.cumulativeProbability(z) - 1)
                        + 2 * STANDARD.density(z)
                        - 1 / Math.sqrt(Math.PI));
    }
}
