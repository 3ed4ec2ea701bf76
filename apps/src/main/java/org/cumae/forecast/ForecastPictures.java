package org.cumae.forecast;

import org.cumae.series.Explanation;
import org.cumae.series.Forecast;
import org.cumae.series.Series;
import org.cumae.train.Charts;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

import java.awt.BasicStroke;
import java.awt.Color;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/// Forecasts and weights as pictures.
public final class ForecastPictures {
    private static final int HISTORY = 3; // horizons of it are shown
    private static final int LEAST_HISTORY = 50;
    private static final int MOST_UPRIGHT = 35; // labels of an axis
    private static final double[] BANDS = {0.9, 0.5};
    private static final Color[] SHADES = {new Color(0xF1D9CF), new Color(0xE0B09E)};

    private static final List<Color> PARTS =
            List.of(
                    Charts.INK,
                    Charts.STRONG,
                    new Color(0x3E7C93),
                    new Color(0x8A9A5B),
                    new Color(0xC79A3B),
                    new Color(0x7B5D84));

    private ForecastPictures() {}

    /// The end of a series and what is forecast to follow, with bands of 50 and 90 %.
    public static void forecast(Series series, Forecast forecast, Path file) {
        XYChart chart = Charts.empty("", series.name());
        chart.getStyler().setLegendPosition(LegendPosition.InsideNW); // nothing is ahead there
        for (int i = 0; i < BANDS.length; i++) {
            band(chart, forecast, BANDS[i], SHADES[i]);
        }
        List<Date> times = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        for (int i = Math.max(0, series.length() - shown(forecast)); i < series.length(); i++) {
            times.add(date(series.time(i)));
            values.add(series.isKnown(i) ? series.value(i) : null);
        }
        Charts.line(chart.addSeries("known", times, values), Charts.INK, 1.4f);
        List<Date> ahead = new ArrayList<>();
        List<Double> means = new ArrayList<>();
        for (int step = 0; step < forecast.horizon(); step++) {
            ahead.add(date(forecast.time(step)));
            means.add(forecast.mean(step));
        }
        Charts.line(chart.addSeries("forecast", ahead, means), Charts.STRONG, 2.2f);
        Charts.write(chart, file);
    }

    private static void band(XYChart chart, Forecast forecast, double coverage, Color shade) {
        List<Date> times = new ArrayList<>();
        List<Double> ends = new ArrayList<>();
        for (int step = 0; step < forecast.horizon(); step++) {
            times.add(date(forecast.time(step)));
            ends.add(forecast.band(step, coverage).upper());
        }
        for (int step = forecast.horizon() - 1; step >= 0; step--) {
            times.add(date(forecast.time(step)));
            ends.add(forecast.band(step, coverage).lower());
        }
        XYSeries series = chart.addSeries("%.0f %%".formatted(100 * coverage), times, ends);
        series.setXYSeriesRenderStyle(XYSeriesRenderStyle.PolygonArea);
        series.setFillColor(shade);
        series.setLineColor(shade);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineStyle(new BasicStroke(0));
    }

    private static Date date(LocalDateTime time) {
        return Date.from(time.toInstant(ZoneOffset.systemDefault().getRules().getOffset(time)));
    }

    /// What each part that is explained adds, over the same times as [#forecast].
    public static void parts(Series series, Forecast forecast, Explanation explanation, Path file) {
        XYChart chart = Charts.empty("", "added to " + series.name());
        int from = Math.max(0, series.length() - shown(forecast));
        int to = series.length() + forecast.horizon();
        List<Date> times = IntStream.range(from, to).mapToObj(i -> date(series.time(i))).toList();
        List<Map<String, Double>> parts =
                IntStream.range(from, to).mapToObj(explanation::parts).toList();
        int number = 0;
        for (String name : parts.getFirst().keySet()) {
            List<Double> values =
                    parts.stream().map(part -> Objects.requireNonNull(part.get(name))).toList();
            Color colour = PARTS.get(number++ % PARTS.size());
            Charts.line(chart.addSeries(name, times, values), colour, 1.6f);
        }
        Charts.write(chart, file);
    }

    private static int shown(Forecast forecast) {
        return Math.max(LEAST_HISTORY, HISTORY * forecast.horizon());
    }

    /// Weights on the values some steps ago, those that count with two standard errors.
    public static void weights(List<ForecastModel.Weight> weights, Path file) {
        XYChart chart = Charts.empty("steps ago", "weight on the value so many steps ago");
        if (weights.size() > MOST_UPRIGHT) {
            chart.getStyler().setXAxisLabelRotation(90); // or they would run into each other
        }
        List<Integer> lags = new ArrayList<>();
        List<Double> all = new ArrayList<>();
        List<Integer> counted = new ArrayList<>();
        List<Double> values = new ArrayList<>();
        List<Double> errors = new ArrayList<>();
        for (ForecastModel.Weight weight : weights) {
            lags.add(weight.lag());
            all.add(weight.weight());
            if (weight.counts()) {
                counted.add(weight.lag());
                values.add(weight.weight());
                errors.add(2 * weight.error());
            }
        }
        Charts.line(chart.addSeries("all lags", lags, all), Charts.PALE, 1.2f);
        if (!counted.isEmpty()) {
            XYSeries series =
                    chart.addSeries("those that count, 2 standard errors", counted, values, errors);
            series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
            series.setMarker(SeriesMarkers.CIRCLE);
            series.setMarkerColor(Charts.STRONG);
        }
        Charts.write(chart, file);
    }
}
