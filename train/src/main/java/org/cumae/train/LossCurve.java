package org.cumae.train;

import org.knowm.xchart.XYChart;

import tools.jackson.databind.JsonNode;

import java.awt.Color;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The losses of a run over its steps, as a PNG.
final class LossCurve {
    private LossCurve() {}

    /// @param lines of the log
    static void draw(List<JsonNode> lines, Path file) {
        XYChart chart = Charts.empty("step", "loss, nats a variable");
        boolean any = add(chart, lines, "step", "training", Charts.PALE, 1.2f);
        any |= add(chart, lines, "held_out", "held out", Charts.STRONG, 2.4f);
        if (any) { // else nothing is known yet
            Charts.write(chart, file);
        }
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
        Charts.line(chart.addSeries(name, steps, losses), colour, width);
        return true;
    }
}
