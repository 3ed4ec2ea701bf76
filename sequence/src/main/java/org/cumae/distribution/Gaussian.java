package org.cumae.distribution;

import org.cumae.Check;
import org.cumae.noise.Noise;

/// A normal law with independent components.
///
/// @param mean `[width]`
/// @param deviation `[width]`, zero or more
public record Gaussian(Vector mean, Vector deviation) implements Distribution {
    /// Checks that the parts fit.
    ///
    /// @throws IllegalArgumentException if the widths differ or a deviation is negative or NaN
    public Gaussian {
        Check.argument(
                mean.width() == deviation.width(),
                "mean is %d wide and deviation %d; both must be as wide as the variable",
                mean.width(),
                deviation.width());
        for (int i = 0; i < deviation.width(); i++) {
            Check.argument(
                    deviation.get(i) >= 0,
                    "deviation[%d] is %s; it must be 0 or more",
                    i,
                    deviation.get(i));
        }
    }

    /// The value that this noise gives the variable, `[width]`.
    ///
    /// @param noise the noise of the variable; component `i` reads its index `i`
    public Vector draw(Noise noise) {
        float[] value = new float[mean.width()];
        for (int i = 0; i < value.length; i++) {
            value[i] = (float) (mean.get(i) + deviation.get(i) * noise.gaussian(i));
        }
        return new Vector(value);
    }

    /// The logarithm of the density at a value, in nats.
    ///
    /// @param value `[width]`
    /// @throws IllegalArgumentException if the value has another width
    public double logDensity(Vector value) {
        Check.argument(
                value.width() == mean.width(),
                "value is %d wide and the law %d",
                value.width(),
                mean.width());
        double sum = 0;
        for (int i = 0; i < value.width(); i++) {
            double z = (value.get(i) - mean.get(i)) / deviation.get(i);
            sum -= 0.5 * z * z + Math.log(deviation.get(i)) + 0.5 * Math.log(2 * Math.PI);
        }
        return sum;
    }
}
