package org.cumae.train.series;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.series.Explanation;
import org.cumae.series.Forecast;
import org.cumae.series.Forecaster;
import org.cumae.series.Observed;
import org.cumae.series.Series;
import org.cumae.series.Terms;
import org.cumae.torch.Ops;

import java.util.function.Function;

/// A series as a sum of what is explained, by least squares, and of a rest that another forecaster
/// has learned.
///
/// @param explanation of the series
/// @param rest of what is left, owned
public record Explained(Explanation explanation, Forecaster rest) implements Forecaster {
    private static final double RIDGE = 1e-8; // a value; rounding must not make the matrix singular
    private static final double BENDING = 1e-4; // a value, of each weight that bends the trend

    /// Learns both, one after the other.
    ///
    /// @param observed the series and what is known beside it
    /// @param terms what may explain it
    /// @param learn learns what is left
    /// @throws IllegalArgumentException if there are fewer known values than weights, or as the
    ///   learning of the rest does
    public static Explained fit(
            Observed observed, Terms terms, Function<Series, ? extends Forecaster> learn) {
        Explanation columns = new Explanation(observed, terms);
        Explanation explanation = columns.with(weights(observed.series(), columns));
        return new Explained(explanation, learn.apply(explanation.rest(observed.series())));
    }

    private static double[] weights(Series series, Explanation columns) {
        int width = columns.width();
        double[] products = new double[width * width];
        double[] right = new double[width];
        int known = 0;
        for (int index = 0; index < series.length(); index++) {
            double[] row = columns.columns(index);
            if (series.isKnown(index) && !Double.isNaN(sum(row))) {
                add(row, series.value(index), products, right);
                known++;
            }
        }
        Check.argument(
                known > width,
                "series %s has %d values that are known with all that is beside it, and %s have %d"
                        + " weights; give a longer series, or less to explain it",
                series.name(),
                known,
                columns.words(),
                width);
        for (int i = 0; i < width; i++) {
            products[i * width + i] += known * (columns.bends(i) ? BENDING : RIDGE);
        }
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor inverse = Ops.inverse(Tensor.create(products, width, width));
            return Ops.doubles(inverse.mm(Tensor.create(right, width, 1)));
        }
    }

    private static double sum(double... row) {
        double sum = 0;
        for (double value : row) {
            sum += value;
        }
        return sum;
    }

    private static void add(double[] row, double value, double[] products, double[] right) {
        int width = row.length;
        for (int i = 0; i < width; i++) {
            double each = row[i];
            right[i] += each * value;
            for (int j = 0; j < width; j++) {
                products[i * width + j] += each * row[j];
            }
        }
    }

    @Override
    public String name() {
        return "%s explained, then %s".formatted(explanation.words(), rest.name());
    }

    @Override
    public int least() {
        return rest.least();
    }

    @Override
    public Forecast forecast(Series history, int horizon) {
        check(history, horizon);
        int from = explanation.offset(history) + history.length();
        return explanation.added(rest.forecast(explanation.rest(history), horizon), from);
    }

    @Override
    public void close() {
        rest.close();
    }
}
