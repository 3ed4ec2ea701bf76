package org.cumae.reproduce.series;

import org.cumae.noise.Noise;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.series.Autoregression;
import org.cumae.series.Cadence;
import org.cumae.series.RollingOrigin;
import org.cumae.series.Series;
import org.cumae.series.YuleWalker;
import org.cumae.train.Charts;
import org.cumae.train.series.ArNet;
import org.cumae.train.series.LeastSquares;
import org.cumae.train.series.Sparsity;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendPosition;

import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// An autoregression by gradient with a price on lags finds those that count, and its time grows
/// with their number and not with its square.
///
/// @see <a href="https://arxiv.org/abs/1911.12436">Triebe, Laptev and Rajagopal 2019, AR-Net</a>
public final class SparseLags implements Reproduction {
    private static final double[] SPARSE = new double[20];
    private static final double[] SHORT = {0.2, 0.3, -0.5};
    private static final int KNOWN = 1000;
    private static final int LONG = 20_000;
    private static final int LONGEST = 50_000;
    private static final int QUICKEST = 20_000;
    private static final int DECISIVE = 1000; // lags at which times are compared
    private static final List<Integer> ORDERS = List.of(30, 100, 300);
    private static final List<Integer> TIMED = List.of(10, 50, 100, 200, 500, DECISIVE, 2000);

    static {
        SPARSE[0] = 0.2;
        SPARSE[2] = 0.3;
        SPARSE[9] = -0.5;
    }

    @Override
    public int method() {
        return 6;
    }

    @Override
    public String claim() {
        return "an autoregression by gradient with a price on lags finds the lags that count, where"
                + " least squares spreads over all, and takes time in proportion to their number"
                + " (here: a third of least squares' distance from the truth with 1,000 values and 20"
                + " lags and no larger error, a fifth with 20,000 values and 30 to 300 lags, and less"
                + " time than linalg_lstsq with 1,000)";
    }

    @Override
    public Outcome run(Trial trial) {
        List<Figure> table = new ArrayList<>();
        double[] few = few(trial, table);
        boolean holds = few[1] <= few[0] / 3 && few[3] <= few[2];
        holds &= many(trial, table);
        holds &= times(trial, table);
        String unit = "sTPE";
        return new Outcome(
                new Figure("least squares, 20 lags", few[0], unit),
                new Figure("AR-Net, 20 lags", few[1], unit),
                holds,
                table);
    }

    private static Series process(int length, long seed, double... weights) {
        Noise noise = Noise.of(seed, 6);
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = noise.gaussian(i);
            for (int lag = 1; lag <= Math.min(i, weights.length); lag++) {
                values[i] += weights[lag - 1] * values[i - lag];
            }
        }
        return new Series(
                "process",
                LocalDateTime.of(2000, 1, 1, 0, 0),
                new Cadence.Every(Duration.ofHours(1)),
                values);
    }

    /// @return distances of least squares and AR-Net, then their errors on what follows
    private static double[] few(Trial trial, List<Figure> table) {
        int seeds = 5;
        double[] sums = new double[6];
        for (int seed = 1; seed <= seeds; seed++) {
            trial.progress().accept("1,000 values, 20 lags, %d of %d".formatted(seed, seeds));
            Series all = process(2 * KNOWN, seed, SPARSE);
            Series known = all.part(0, KNOWN);
            Autoregression squares = LeastSquares.fit(known, SPARSE.length).law();
            Autoregression learned = ArNet.of(SPARSE.length, 3.0 / SPARSE.length, KNOWN).fit(known);
            Autoregression oracle = LeastSquares.fit(known, List.of(1, 3, 10)).law();
            RollingOrigin next = new RollingOrigin(KNOWN, 1, 1, 1);
            double[] found = {
                squares.distance(SPARSE),
                learned.distance(SPARSE),
                next.of(all, squares).mse(),
                next.of(all, learned).mse(),
                oracle.distance(SPARSE),
                learned.support(0.05).equals(List.of(1, 3, 10)) ? 1 : 0
            };
            for (int i = 0; i < found.length; i++) {
                sums[i] += found[i] / seeds;
            }
        }
        table.add(new Figure("1,000 values, 20 lags, least squares", sums[0], "sTPE"));
        table.add(new Figure("the same, AR-Net", sums[1], "sTPE"));
        table.add(new Figure("the same, least squares told the lags", sums[4], "sTPE"));
        table.add(new Figure("the next 1,000 values, least squares", sums[2], "MSE"));
        table.add(new Figure("the same, AR-Net", sums[3], "MSE"));
        table.add(new Figure("just the lags 1, 3 and 10 found", 100 * sums[5], "% of series"));
        return sums;
    }

    private static boolean many(Trial trial, List<Figure> table) {
        Series series = process(LONG, 1, SHORT);
        boolean holds = true;
        for (int lags : ORDERS) {
            trial.progress().accept("20,000 values, %d lags".formatted(lags));
            double squares = LeastSquares.fit(series, lags).law().distance(SHORT);
            double learned =
                    ArNet.of(lags, (double) SHORT.length / lags, LONG).fit(series).distance(SHORT);
            table.add(
                    new Figure(
                            "20,000 values, %d lags, least squares".formatted(lags),
                            squares,
                            "sTPE"));
            table.add(new Figure("the same, AR-Net", learned, "sTPE"));
            holds &= learned <= squares / 5;
        }
        return holds;
    }

    /// The time of a fit over the number of lags.
    private static boolean times(Trial trial, List<Figure> table) {
        int length = trial.quick() ? QUICKEST : LONGEST;
        Series series = process(length, 2, SHORT);
        Map<Integer, Double> gradient = new TreeMap<>();
        Map<Integer, Double> products = new TreeMap<>();
        Map<Integer, Double> qr = new TreeMap<>();
        new ArNet(10, Sparsity.of(0.3), 1, 256, 2e-3, 1).fit(series); // warms up
        LeastSquares.byQr(series, 10);
        for (int lags : TIMED) {
            trial.progress().accept("times of %,d values, %d lags".formatted(length, lags));
            ArNet net = new ArNet(lags, Sparsity.of((double) SHORT.length / lags), 5, 256, 2e-3, 1);
            gradient.put(lags, seconds(() -> net.fit(series)));
            products.put(lags, seconds(() -> LeastSquares.fit(series, lags)));
            if (!trial.quick() || lags <= DECISIVE) {
                qr.put(lags, seconds(() -> LeastSquares.byQr(series, lags)));
            }
        }
        gradient.forEach(
                (lags, seconds) -> {
                    table.add(new Figure("AR-Net, %d lags".formatted(lags), seconds, "s"));
                    table.add(
                            new Figure(
                                    "least squares by products, %d lags".formatted(lags),
                                    products.getOrDefault(lags, Double.NaN),
                                    "s"));
                    if (qr.containsKey(lags)) {
                        table.add(
                                new Figure(
                                        "linalg_lstsq, %d lags".formatted(lags),
                                        qr.getOrDefault(lags, Double.NaN),
                                        "s"));
                    }
                });
        table.add(new Figure("growth of AR-Net's time from 200 lags on", slope(gradient), "power"));
        table.add(
                new Figure(
                        "growth of least squares' by products from 200 lags on",
                        slope(products),
                        "power"));
        table.add(new Figure("growth of linalg_lstsq's from 200 lags on", slope(qr), "power"));
        table.add(
                new Figure(
                        "Yule-Walker, 1,000 lags, not sparse",
                        seconds(() -> YuleWalker.fit(series, DECISIVE)),
                        "s"));
        draw(trial, List.of(gradient, products, qr));
        return gradient.getOrDefault(DECISIVE, Double.NaN) < qr.getOrDefault(DECISIVE, Double.NaN);
    }

    private static double seconds(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) * 1e-9;
    }

    /// The power with which times grow, by least squares of logarithms.
    private static double slope(Map<Integer, Double> times) {
        List<double[]> points =
                times.entrySet().stream()
                        .filter(entry -> entry.getKey() >= 200)
                        .map(
                                entry ->
                                        new double[] {
                                            Math.log(entry.getKey()), Math.log(entry.getValue())
                                        })
                        .toList();
        double x = points.stream().mapToDouble(point -> point[0]).average().orElseThrow();
        double y = points.stream().mapToDouble(point -> point[1]).average().orElseThrow();
        double both = 0;
        double alone = 0;
        for (double[] point : points) {
            both += (point[0] - x) * (point[1] - y);
            alone += (point[0] - x) * (point[0] - x);
        }
        return both / alone;
    }

    private static void draw(Trial trial, List<Map<Integer, Double>> times) {
        XYChart chart = Charts.empty("lags", "seconds of a fit");
        chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisLogarithmic(true);
        List<String> names = List.of("AR-Net", "least squares by products", "linalg_lstsq");
        List<Color> colours = List.of(Charts.STRONG, Charts.PALE, Charts.INK);
        for (int i = 0; i < times.size(); i++) {
            Charts.line(
                    chart.addSeries(
                            names.get(i),
                            new ArrayList<>(times.get(i).keySet()),
                            new ArrayList<>(times.get(i).values())),
                    colours.get(i),
                    2);
        }
        try {
            Files.createDirectories(trial.folder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Charts.write(chart, trial.folder().resolve("times.png"));
    }
}
