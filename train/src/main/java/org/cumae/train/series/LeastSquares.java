package org.cumae.train.series;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.Check;
import org.cumae.series.Autoregression;
import org.cumae.series.Series;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The autoregression with the least squared error, from the products of lags: time grows with the
/// square of the number of lags, memory too.
///
/// @param law what was found
/// @param errors the standard error of each weight, lag 1 first; 0 where a lag was left out
public record LeastSquares(Autoregression law, List<Double> errors) {
    private static final int BLOCK = 8192;
    private static final double RIDGE =
            1e-8; // a window; rounding must not make the matrix singular

    /// Copies the list.
    public LeastSquares {
        errors = List.copyOf(errors);
    }

    /// Of all lags up to a largest.
    ///
    /// @throws IllegalArgumentException if the series has no window of so many known values
    public static LeastSquares fit(Series series, int lags) {
        return fit(series, IntStream.rangeClosed(1, lags).boxed().toList());
    }

    /// Of some lags; the others have no weight.
    ///
    /// @param lags from 1, rising
    /// @throws IllegalArgumentException as [#fit(Series, int)]
    public static LeastSquares fit(Series series, List<Integer> lags) {
        Check.argument(!lags.isEmpty() && lags.getFirst() > 0, "lags are %s; give some", lags);
        try (Lags windows = new Lags(series, lags.getLast())) {
            return fit(windows, lags);
        }
    }

    /// The same by QR of all windows side by side, as `linalg_lstsq` does it: what a user would
    /// take who does not mind memory for `lags` copies of the series.
    ///
    /// @throws IllegalArgumentException as [#fit(Series, int)]
    public static Autoregression byQr(Series series, int lags) {
        try (Lags windows = new Lags(series, lags);
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            int count = windows.count();
            Tensor all = windows.windows(IntStream.range(0, count).toArray());
            Tensor x =
                    Ops.cat(
                            List.of(torch.ones(count, 1), all.narrow(1, 0, lags)),
                            1); // [count, 1 + lags]
            Tensor y = all.narrow(1, lags, 1).contiguous(); // [count, 1]
            Tensor solution = Ops.leastSquares(x, y); // [1 + lags, 1]
            double squares = y.sub(x.mm(solution)).square().sum().item_double();
            float[] inTime = Ops.floats(solution);
            double[] weights = new double[lags];
            for (int lag = 1; lag <= lags; lag++) {
                weights[lag - 1] = inTime[1 + lags - lag];
            }
            return windows.law(
                    "least squares by QR, %d lags".formatted(lags),
                    inTime[0],
                    weights,
                    Math.sqrt(squares / Math.max(1, count - lags - 1)));
        }
    }

    static LeastSquares fit(Lags windows, List<Integer> lags) {
        int width = windows.lags();
        int unknown = lags.size() + 1; // with the intercept
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor columns =
                    columns(width, lags); // [lags + 2] int64: intercept's place, lags, value
            Tensor products = torch.zeros(unknown + 1L, unknown + 1L).to(ScalarType.Double);
            for (int from = 0; from < windows.count(); from += BLOCK) {
                try (var _ = new PointerScope()) {
                    products.add_(products(windows, from, columns));
                }
            }
            Tensor gram = products.narrow(0, 0, unknown).narrow(1, 0, unknown);
            Tensor right = products.narrow(0, 0, unknown).narrow(1, unknown, 1);
            Tensor ridge = torch.eye(unknown).to(ScalarType.Double);
            gram = gram.add(ridge.mul(Ops.scalar(RIDGE * windows.count())));
            Tensor inverse = Ops.inverse(gram);
            Tensor solution = inverse.mm(right); // [lags + 1, 1]
            double left =
                    products.select(0, unknown).select(0, unknown).item_double()
                            - solution.mul(right).sum().item_double();
            return of(windows, lags, Ops.doubles(solution), Ops.doubles(inverse.diag()), left);
        }
    }

    /// The places of a window with a 1 before it that are regressed on, and that of the value.
    private static Tensor columns(int width, List<Integer> lags) {
        int[] columns = new int[lags.size() + 2];
        for (int i = 0; i < lags.size(); i++) {
            columns[i + 1] = 1 + width - lags.get(i);
        }
        columns[lags.size() + 1] = 1 + width;
        return Ops.ids(columns);
    }

    private static Tensor products(Lags windows, int from, Tensor columns) {
        int[] chosen = IntStream.range(from, Math.min(from + BLOCK, windows.count())).toArray();
        Tensor rows = windows.windows(chosen);
        Tensor x =
                Ops.cat(List.of(torch.ones(chosen.length, 1), rows), 1)
                        .index_select(1, columns)
                        .to(ScalarType.Double);
        return x.t().mm(x);
    }

    private static LeastSquares of(
            Lags windows,
            List<Integer> lags,
            double[] solution,
            double[] variances,
            double squares) {
        int width = windows.lags();
        int freedom = Math.max(1, windows.count() - lags.size() - 1);
        double noise = Math.max(0, squares) / freedom;
        double[] weights = new double[width];
        Double[] errors = new Double[width];
        Arrays.fill(errors, 0.0);
        for (int i = 0; i < lags.size(); i++) {
            weights[lags.get(i) - 1] = solution[i + 1];
            errors[lags.get(i) - 1] = Math.sqrt(noise * variances[i + 1]);
        }
        Autoregression law =
                windows.law(
                        "least squares, %d lags".formatted(lags.size()),
                        solution[0],
                        weights,
                        Math.sqrt(noise));
        return new LeastSquares(law, new ArrayList<>(List.of(errors)));
    }
}
