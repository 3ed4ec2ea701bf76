package org.cumae.train.series;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cumae.series.Series;
import org.cumae.torch.Ops;
import org.cumae.train.TrainingException;

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
    /// @throws TrainingException if no window is whole, or the series is constant
    Lags(Series series, int lags) {
        this.lags = lags;
        int count = series.length() - lags;
        int[] whole =
                IntStream.range(0, Math.max(count, 0))
                        .filter(start -> isWhole(series, start, lags + 1))
                        .toArray();
        if (whole.length == 0) {
            throw new TrainingException(
                    "series %s has %d values, %d of them unknown, and no %d known ones in a row; give a"
                                    .formatted(
                                            series.name(),
                                            series.length(),
                                            series.unknown(),
                                            lags + 1)
                            + " longer series, fill the gaps, or take fewer lags");
        }
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
        if (deviation == 0) {
            throw new TrainingException(
                    "series %s is %s everywhere; there is nothing to learn"
                            .formatted(series.name(), mean));
        }
        float[] scaled = new float[series.length()];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = series.isKnown(i) ? (float) ((series.value(i) - mean) / deviation) : 0;
        }
        try (var _ = new PointerScope()) {
            values = Tensor.create(scaled, scaled.length).retainReference();
            windows = values.unfold(0, lags + 1L, 1).retainReference();
        }
    }

    private static boolean isWhole(Series series, int start, int length) {
        for (int i = start + length - 1; i >= start; i--) {
            if (!series.isKnown(i)) {
                return false;
            }
        }
        return true;
    }

    /// How many windows.
    int count() {
        return starts.length;
    }

    /// How many values before each.
    int lags() {
        return lags;
    }

    /// What scaled values are multiplied by, and then what is added.
    double deviation() {
        return deviation;
    }

    /// See [#deviation].
    double mean() {
        return mean;
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
