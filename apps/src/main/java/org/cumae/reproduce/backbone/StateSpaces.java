package org.cumae.reproduce.backbone;

import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.model.Want;
import org.cumae.net.Backbone;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.Transformer;
import org.cumae.net.TransformerConfig;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.train.Charts;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendPosition;

import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/// What a token costs a state space does not grow with the text, in time and in memory.
///
/// Models of random weights, which cost what trained ones do.
///
/// @see <a href="https://arxiv.org/abs/2503.18970">a survey of structured state spaces, 2025</a>
public final class StateSpaces implements Reproduction {
    private static final double MOST_GROWTH = 1.2;
    private static final double LEAST_OF_ATTENTION = 2;
    private static final int WIDTH = 256;
    private static final int LAYERS = 4;
    private static final int IDS = 256;
    private static final int FIRST = 64; // tokens before the first one that is timed
    private static final int CHUNK = 256;
    private static final int REPEATS = 31;
    private static final List<Color> COLOURS =
            List.of(Charts.STRONG, Charts.INK, Charts.PALE, new Color(0x6B8E5A));

    @Override
    public int method() {
        return 47;
    }

    @Override
    public String claim() {
        return "A token costs a state space as much time and memory after thousands of tokens as at"
                + " the start (here, 4 layers 256 wide: Mamba and Mamba-2 at most 1.2 times the time"
                + " and not a byte more, where a transformer with its cache takes more than twice)";
    }

    @Override
    public Outcome run(Trial trial) {
        int most = trial.quick() ? 4096 : 8192;
        List<Integer> rows = new ArrayList<>();
        for (int at = FIRST; at <= most; at *= 2) {
            rows.add(at);
        }
        List<Cost> costs = new ArrayList<>();
        models(most)
                .forEach(
                        (name, config) -> {
                            trial.progress().accept(name);
                            costs.add(Cost.of(name, config, rows));
                        });
        plot(trial, costs);
        Cost attention = costs.getFirst();
        List<Cost> constant = costs.subList(1, 3);
        boolean holds =
                attention.growth() >= LEAST_OF_ATTENTION
                        && constant.stream()
                                .allMatch(
                                        cost ->
                                                cost.growth() <= MOST_GROWTH
                                                        && cost.bytes
                                                                .getLast()
                                                                .equals(cost.bytes.getFirst()));
        String unit = "times the time of token %,d".formatted(FIRST);
        return new Outcome(
                new Figure("transformer, token %,d".formatted(most), attention.growth(), unit),
                new Figure("Mamba-2, token %,d".formatted(most), constant.getLast().growth(), unit),
                holds,
                costs.stream().flatMap(cost -> cost.figures().stream()).toList());
    }

    private static Map<String, TransformerConfig> models(int most) {
        Mixing attention = new Mixing.Attention(OptionalInt.empty());
        Mixing rolls = new Mixing.Mamba(2 * WIDTH, 16, 4, WIDTH / 16, true, false, true);
        Map<String, TransformerConfig> models = new LinkedHashMap<>();
        models.put("transformer", config("llama", most, Collections.nCopies(LAYERS, attention)));
        models.put(
                "Mamba",
                config("mamba", most, Collections.nCopies(LAYERS, Mixing.Mamba.of(WIDTH))));
        models.put(
                "Mamba-2",
                config(
                        "mamba2",
                        most,
                        Collections.nCopies(LAYERS, Mixing.Mamba2.of(WIDTH, 8, 64))));
        models.put("Jamba", config("jamba", most, List.of(rolls, rolls, attention, rolls)));
        return models;
    }

    private static TransformerConfig config(String family, int most, List<Mixing> mixing) {
        boolean attends = mixing.stream().anyMatch(Mixing.Attention.class::isInstance);
        return new TransformerConfig(
                family,
                family,
                IDS,
                WIDTH,
                attends ? 4 : 0,
                attends ? 4 : 0,
                attends ? WIDTH / 4 : 0,
                attends ? 8 * WIDTH / 3 : 0,
                2 * most,
                mixing,
                TransformerConfig.NormKind.RMS,
                1e-5,
                family.equals("llama")
                        ? new Positions.Rotary(
                                10_000, Positions.Pairing.HALVES, new Positions.Scaling.None())
                        : new Positions.None(),
                TransformerConfig.Activation.SWIGLU,
                Set.of(),
                false,
                false);
    }

    /// What a token costs behind more and more others.
    ///
    /// @param rows how many stand before
    /// @param millis of a pass of one row, the median of several
    /// @param bytes that the context holds
    private record Cost(String name, List<Integer> rows, List<Double> millis, List<Long> bytes) {
        static Cost of(String name, TransformerConfig config, List<Integer> rows) {
            List<Double> millis = new ArrayList<>();
            List<Long> bytes = new ArrayList<>();
            try (Transformer model = new Transformer(Backbone.fresh(config, 1));
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
            return new Cost(name, rows, millis, bytes);
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
    }

    private static void plot(Trial trial, List<Cost> costs) {
        XYChart chart = Charts.empty("tokens before", "ms a token");
        chart.getStyler().setLegendVisible(true);
        chart.getStyler().setLegendPosition(LegendPosition.InsideNW);
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisMin(0.0);
        for (int i = 0; i < costs.size(); i++) {
            Cost cost = costs.get(i);
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
