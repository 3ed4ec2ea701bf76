package org.cumae.series;

import java.util.stream.DoubleStream;

/// How alike a series is to itself some values before.
final class Correlation {
    private Correlation() {}

    /// The mean product of deviations that lie so far apart, over all values; lag 0 is the
    /// variance.
    static double covariance(int lag, double... values) {
        double mean = DoubleStream.of(values).average().orElseThrow();
        double sum = 0;
        for (int i = lag; i < values.length; i++) {
            sum += (values[i] - mean) * (values[i - lag] - mean);
        }
        return sum / values.length;
    }

    static double at(int lag, double... values) {
        return covariance(lag, values) / covariance(0, values);
    }
}
