package org.cumae.series;

import org.cumae.Check;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/// Autoregressions from how alike a series is to itself: all orders in one go.
///
/// @see <a href="https://doi.org/10.1002/sapm1946251261">Levinson 1946</a>
public final class YuleWalker {
    private YuleWalker() {}

    /// The autoregression of an order.
    ///
    /// @param series unknown values lie on the line between their neighbours
    /// @param order how many lags
    /// @throws IllegalArgumentException if the series is not longer than that, or constant
    public static Autoregression fit(Series series, int order) {
        return recursion(series, order, false);
    }

    /// The autoregression of the order up to a most with the least Akaike criterion.
    ///
    /// @param most the largest order
    /// @throws IllegalArgumentException as [#fit]
    public static Autoregression best(Series series, int most) {
        return recursion(series, most, true);
    }

    private static Autoregression recursion(Series series, int most, boolean choose) {
        double[] values = series.filled().values();
        int n = values.length;
        Check.argument(
                most > 0 && most < n,
                "%d lags of series %s, which has %d values; take 1 to %d",
                most,
                series.name(),
                n,
                n - 1);
        double[] covariance = new double[most + 1];
        for (int lag = 0; lag <= most; lag++) {
            covariance[lag] = Correlation.covariance(lag, values);
        }
        Check.argument(
                covariance[0] > 0,
                "series %s is %s everywhere; there is nothing to learn, so take model naive",
                series.name(),
                values[0]);
        double[] weights = {};
        double error = covariance[0];
        double[] best = {};
        double bestError = error;
        double least = n * Math.log(error);
        for (int order = 1; order <= most; order++) {
            double reflection = covariance[order];
            for (int i = 1; i < order; i++) {
                reflection -= weights[i - 1] * covariance[order - i];
            }
            reflection /= error;
            double[] longer = Arrays.copyOf(weights, order);
            for (int i = 1; i < order; i++) {
                longer[i - 1] -= reflection * weights[order - i - 1];
            }
            longer[order - 1] = reflection;
            weights = longer;
            error *= 1 - reflection * reflection;
            double criterion = n * Math.log(error) + 2 * order;
            if (!choose || criterion < least || best.length == 0) {
                least = criterion;
                best = weights;
                bestError = error;
            }
        }
        double mean = DoubleStream.of(values).average().orElseThrow();
        double intercept = mean * (1 - DoubleStream.of(best).sum());
        return new Autoregression(
                "Yule-Walker, %d lags".formatted(best.length),
                intercept,
                best,
                Math.sqrt(bestError));
    }
}
