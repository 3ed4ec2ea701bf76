package org.cumae.train;

import org.cumae.weights.WholeFile;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

import javax.imageio.ImageIO;

/// Charts as all of the house draws them.
public final class Charts {
    /// Of what is in the background.
    public static final Color PALE = new Color(0x9AB7C9);

    /// Of what is looked at.
    public static final Color STRONG = new Color(0xB5482F);

    /// Of words and what is known.
    public static final Color INK = new Color(0x3A3A38);

    private static final Color LINES = new Color(0xE4E1DA);

    private Charts() {}

    /// An empty chart with named axes.
    public static XYChart empty(String x, String y) {
        XYChart chart =
                new XYChartBuilder().width(960).height(540).xAxisTitle(x).yAxisTitle(y).build();
        XYStyler style = chart.getStyler();
        style.setChartBackgroundColor(Color.WHITE);
        style.setPlotBorderVisible(false);
        style.setPlotGridLinesColor(LINES);
        style.setChartFontColor(INK);
        style.setLegendPosition(LegendPosition.InsideNE);
        style.setLegendBorderColor(Color.WHITE);
        return chart;
    }

    /// Makes a series of a chart a plain line.
    public static void line(XYSeries series, Color colour, float width) {
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(colour);
        series.setLineStyle(new BasicStroke(width));
    }

    /// Writes a chart as a PNG, beside and renamed.
    public static void write(XYChart chart, Path file) {
        ByteArrayOutputStream picture = new ByteArrayOutputStream();
        try {
            ImageIO.write(BitmapEncoder.getBufferedImage(chart), "png", picture);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        WholeFile.write(file, sink -> sink.write(picture.toByteArray()));
    }
}
