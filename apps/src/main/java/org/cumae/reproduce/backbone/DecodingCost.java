package org.cumae.reproduce.backbone;

import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.model.Want;
import org.cumae.net.Backbone;
import org.cumae.net.Transformer;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Trial;
import org.cumae.train.Charts;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendPosition;

import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// What a token costs a body behind more and more others. Its weights are random, which cost what
/// trained ones do.
///
/// @param name the body's
/// @param rows how many stand before
/// @param millis of a pass of one row, the median of several
/// @param bytes that the context holds
record DecodingCost(String name, List<Integer> rows, List<Double> millis, List<Long> bytes) {
    /// The shape of the bodies that are held against each other.
    static final int WIDTH = 256;

    static final int LAYERS = 4;

    private static final int HEADS = 4;
    private static final int STATE = 64;
    private static final int IDS = 256;
    private static final int FIRST = 64; // tokens before the first one that is timed
    private static final int CHUNK = 256;
    private static final int REPEATS = 31;
    private static final List<Color> COLOURS =
            List.of(Charts.STRONG, Charts.INK, Charts.PALE, new Color(0x6B8E5A));

    /// Four bodies: a transformer, Mamba, Mamba-2, and one that is mostly Mamba.
    ///
    /// @param most tokens before the last one that is timed
    static List<DecodingCost> all(int most, Trial trial) {
        List<Integer> rows = new ArrayList<>();
        for (int at = FIRST; at <= most; at *= 2) {
            rows.add(at);
        }
        List<DecodingCost> costs = new ArrayList<>();
        for (Body body :
                List.of(
                        Body.transformer(LAYERS, WIDTH, HEADS),
                        Body.mamba(LAYERS, WIDTH),
                        Body.mamba2(LAYERS, WIDTH, 2 * HEADS, STATE),
                        Body.jamba(WIDTH, HEADS))) {
            trial.progress().accept("decoding: " + body.name());
            costs.add(of(body, rows));
        }
        plot(trial, costs);
        return costs;
    }

    private static DecodingCost of(Body body, List<Integer> rows) {
        List<Double> millis = new ArrayList<>();
        List<Long> bytes = new ArrayList<>();
        try (Transformer model =
                        new Transformer(Backbone.fresh(body.config(IDS, 2 * rows.getLast()), 1));
                State state = model.open()) {
            warm(model);
            for (int at : rows) {
                while (state.length() < at) {
                    feed(model, state, Math.min(CHUNK, at - state.length()));
                }
                try (State here = state.fork()) {
                    feed(model, here, 1); // makes room
                    double[] times =
                            IntStream.range(0, REPEATS)
                                    .mapToDouble(_ -> feed(model, here, 1))
                                    .sorted()
                                    .toArray();
                    millis.add(times[REPEATS / 2]);
                    bytes.add(here.bytes());
                }
            }
        }
        return new DecodingCost(body.name(), rows, millis, bytes);
    }

    /// The first passes of a process are slow.
    private static void warm(Model model) {
        try (State state = model.open()) {
            IntStream.range(0, 4 * REPEATS).forEach(_ -> feed(model, state, 1));
        }
    }

    /// @return how long it took, in milliseconds
    private static double feed(Model model, State state, int rows) {
        Tokens tokens = Tokens.of(IntStream.range(0, rows).map(i -> i % IDS).toArray());
        Query query = Query.feed(tokens).wanting(new Want.Best(rows - 1, 1));
        long begin = System.nanoTime();
        model.forward(List.of(new Model.Part(state, query)));
        return (System.nanoTime() - begin) * 1e-6;
    }

    /// How many times what the first token took the last one takes.
    double growth() {
        return millis.getLast() / millis.getFirst();
    }

    List<Figure> figures() {
        String token = "%s, token %,d";
        return List.of(
                new Figure(token.formatted(name, rows.getFirst()), millis.getFirst(), "ms"),
                new Figure(token.formatted(name, rows.getLast()), millis.getLast(), "ms"),
                new Figure(
                        "%s, context of %,d tokens".formatted(name, rows.getFirst()),
                        bytes.getFirst() / 1024.0,
                        "KiB"),
                new Figure(
                        "%s, context of %,d tokens".formatted(name, rows.getLast()),
                        bytes.getLast() / 1024.0,
                        "KiB"));
    }

    /// Whether the context holds as much in the end as at the start.
    boolean isConstant() {
        return bytes.getLast().equals(bytes.getFirst());
    }

    private static void plot(Trial trial, List<DecodingCost> costs) {
        XYChart chart = Charts.empty("tokens before", "ms a token");
        chart.getStyler().setLegendVisible(true);
        chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisMin(0.0);
        for (int i = 0; i < costs.size(); i++) {
            DecodingCost cost = costs.get(i);
            Charts.line(
                    chart.addSeries(cost.name, cost.rows, cost.millis),
                    COLOURS.get(i % COLOURS.size()),
                    2);
        }
        try {
            Files.createDirectories(trial.folder());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + trial.folder(), e);
        }
        Charts.write(chart, trial.folder().resolve("decoding.png"));
    }
}
