package org.cumae.train;

import org.cumae.weights.WholeFile;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

import tools.jackson.databind.JsonNode;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.imageio.ImageIO;

/// The losses of a run over its steps, as a PNG.
final class LossCurve {
    private static final Color TRAINING = new Color(0x9AB7C9);
    private static final Color HELD_OUT = new Color(0xB5482F);
    private static final Color INK = new Color(0x3A3A38);
    private static final Color LINES = new Color(0xE4E1DA);

    private LossCurve() {}

    /// @param lines of the log
    static void draw(List<JsonNode> lines, Path file) {
        XYChart chart =
                new XYChartBuilder()
                        .width(960)
                        .height(540)
                        .xAxisTitle("step")
                        .yAxisTitle("loss, nats a variable")
                        .build();
        XYStyler style = chart.getStyler();
        style.setChartBackgroundColor(Color.WHITE);
        style.setPlotBorderVisible(false);
        style.setPlotGridLinesColor(LINES);
        style.setChartFontColor(INK);
        style.setLegendPosition(LegendPosition.InsideNE);
        style.setLegendBorderColor(Color.WHITE);
        boolean any = add(chart, lines, "step", "training", TRAINING, 1.2f);
        any |= add(chart, lines, "held_out", "held out", HELD_OUT, 2.4f);
        if (!any) {
            return; // nothing is known yet
        }
        ByteArrayOutputStream picture = new ByteArrayOutputStream();
        try {
            ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", picture);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        WholeFile.write(file, sink -> sink.write(picture.toByteArray()));
    }

    private static boolean add(
            XYChart chart,
            List<JsonNode> lines,
            String kind,
            String name,
            Color colour,
            float width) {
        List<Long> steps = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        for (JsonNode line : lines) {
            double loss = line.path("loss").asDouble(Double.NaN);
            if (line.path("kind").asString("").equals(kind) && Double.isFinite(loss)) {
                steps.add(line.path("step").asLong());
                losses.add(loss);
            }
        }
        if (steps.isEmpty()) {
            return false;
        }
        XYSeries series = chart.addSeries(name, steps, losses);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(colour);
        series.setLineStyle(new BasicStroke(width));
        return true;
    }
}
