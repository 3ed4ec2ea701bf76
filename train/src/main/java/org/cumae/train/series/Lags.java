package org.cumae.train.series;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.series.Autoregression;
import org.cumae.series.Series;
import org.cumae.torch.Ops;

import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// A series as a regression of each value on those before it, without a copy of the windows: they
/// are views of the one line of values.
///
/// A window with an unknown value is left out.
final class Lags implements AutoCloseable {
    private final int lags;
    private final Tensor windows; // [starts, lags + 1] float32, a view
    private final Tensor values;
    private final int[] starts; // of windows without an unknown value
    private final double mean;
    private final double deviation;

    /// Scales the values to mean 0 and deviation 1.
    ///
    /// @param lags how many values before each
    /// @throws IllegalArgumentException if no window is whole, or the series is constant
    Lags(Series series, int lags) {
        this.lags = lags;
        int[] whole = whole(series, lags + 1);
        Check.argument(
                whole.length > 0,
                "series %s has %d values, %d of them unknown, and no %d known ones in a row; give a"
                        + " longer series, fill the gaps, or take fewer lags",
                series.name(),
                series.length(),
                series.unknown(),
                lags + 1);
        starts = whole;
        double[] known =
                IntStream.range(0, series.length())
                        .filter(series::isKnown)
                        .mapToDouble(series::value)
                        .toArray();
        mean = IntStream.range(0, known.length).mapToDouble(i -> known[i]).average().orElseThrow();
        double squares = 0;
        for (double value : known) {
            squares += (value - mean) * (value - mean);
        }
        deviation = Math.sqrt(squares / known.length);
        Check.argument(
                deviation > 0,
                "series %s is %s everywhere; there is nothing to learn, so take model naive",
                series.name(),
                mean);
        float[] scaled = new float[series.length()];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = series.isKnown(i) ? (float) ((series.value(i) - mean) / deviation) : 0;
        }
        try (var _ = new PointerScope()) {
            values = Tensor.create(scaled, scaled.length).retainReference();
            windows = values.unfold(0, lags + 1L, 1).retainReference();
        }
    }

    private static int[] whole(Series series, int length) {
        IntStream.Builder starts = IntStream.builder();
        int known = 0; // values in a row, up to this one
        for (int i = 0; i < series.length(); i++) {
            known = series.isKnown(i) ? known + 1 : 0;
            if (known >= length) {
                starts.add(i + 1 - length);
            }
        }
        return starts.build().toArray();
    }

    /// How many windows.
    int count() {
        return starts.length;
    }

    /// How many values before each.
    int lags() {
        return lags;
    }

    /// A law of scaled values as one of the series': its weights stay.
    ///
    /// @param name how it was found
    /// @param intercept of scaled values
    /// @param weights of the values 1, 2, ... steps ago
    /// @param noise the deviation of scaled values from it
    Autoregression law(String name, double intercept, double[] weights, double noise) {
        double rest = 1 - DoubleStream.of(weights).sum();
        return new Autoregression(
                name, deviation * intercept + mean * rest, weights, deviation * noise);
    }

    /// Some windows, `[chosen, lags + 1]`: the values before in the order of time, then the value.
    /// Needs an open scope.
    ///
    /// @param chosen their numbers, from 0
    Tensor windows(int... chosen) {
        int[] at = IntStream.of(chosen).map(number -> starts[number]).toArray();
        return windows.index_select(0, Ops.ids(at));
    }

    @Override
    public void close() {
        windows.close();
        values.close();
    }
}
