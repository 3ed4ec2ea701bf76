package org.cumae.train.series;

import org.cumae.series.Autoregression;

import java.util.stream.DoubleStream;

/// Back from scaled values to those of the series: weights stay.
final class Scaled {
    private Scaled() {}

    static Autoregression back(
            String name, Lags windows, double intercept, double[] weights, double deviation) {
        double rest = 1 - DoubleStream.of(weights).sum();
        return new Autoregression(
                name,
                windows.deviation() * intercept + windows.mean() * rest,
                weights,
                windows.deviation() * deviation);
    }
}
