package org.cumae.reproduce.series;

import org.cumae.data.DataFolder;
import org.cumae.forecast.Columns;
import org.cumae.forecast.SeriesFile;
import org.cumae.naming.ModelShelf;
import org.cumae.net.Backbone;
import org.cumae.net.TransformerConfig;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Trial;
import org.cumae.series.Forecaster;
import org.cumae.series.Observed;
import org.cumae.series.RollingOrigin;
import org.cumae.series.Seasonal;
import org.cumae.series.Series;
import org.cumae.train.series.AutoTimes;
import org.cumae.train.series.Channels;
import org.cumae.train.series.InContext;
import org.cumae.train.series.Repeating;
import org.cumae.train.series.RolledLinear;
import org.cumae.train.series.Rolling;
import org.cumae.train.series.RollingScores;
import org.cumae.train.series.Scaling;
import org.cumae.train.series.SegmentForecaster;
import org.cumae.train.series.TimeCodes;
import org.cumae.unit.TokenizerFolder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A frozen language model that reads segments of a series for tokens, taught once, forecasts any
/// horizon.
///
/// @see <a href="https://arxiv.org/abs/2402.02370">Liu et al. 2024, AutoTimes</a>
public final class SegmentTokens implements Reproduction {
    private static final String FILE = "series/ETTh1.csv";
    private static final List<String> COLUMNS =
            List.of("HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT");
    private static final String ELSEWHERE = "series/ercot_load.csv";
    private static final int MONTH = 30 * 24;
    static final int KNOWN = 12 * MONTH; // then four months for choices, four for the test
    static final int FROM = 16 * MONTH;
    static final int TO = 20 * MONTH;
    private static final int SEGMENT = 96;
    private static final int SEGMENTS = 7;
    private static final int DAY = 24;
    private static final List<Integer> HORIZONS = List.of(96, 192, 336, 720);
    private static final String BODY = "shakespeare";
    private static final int BATCH = 128;
    private static final double RATE = 2e-3;

    @Override
    public int method() {
        return 18;
    }

    @Override
    public String claim() {
        return "a frozen language model with two learned maps, taught once on segments of 96 values,"
                + " forecasts all horizons from 96 to 720 (here: ETTh1 on a model of Shakespeare's"
                + " plays, mean squared error no more than that of the closed-form linear map rolled"
                + " the same way, and below the season before at every horizon)";
    }

    @Override
    public Outcome run(Trial trial) {
        List<Figure> table = new ArrayList<>();
        int every = trial.quick() ? 25 : 5; // all hours of the day begin a window
        Path folder = ModelShelf.standard().find(BODY);
        try (Channels channels = channels();
                Backbone text = Backbone.load(folder);
                TimeCodes times = new TimeCodes(text, TokenizerFolder.open(folder).tokenizer())) {
            trial.progress().accept("the closed form");
            long begin = System.nanoTime();
            List<Double> linear;
            try (RolledLinear rival =
                    RolledLinear.fit(channels, KNOWN, SEGMENTS * SEGMENT, SEGMENT)) {
                table.add(seconds("closed form, time to learn", begin));
                linear = tried(rival, "closed form, rolled", channels, every, table);
            }
            List<Double> season =
                    tried(new Repeating(DAY), "the day before", channels, every, table);
            tried(new Repeating(1), "the last value", channels, every, table);
            List<Double> found =
                    taught(
                            trial,
                            "text model, told times",
                            AutoTimes.Body.of(text, Optional.of(times)),
                            Scaling.WINDOW,
                            channels,
                            every,
                            table);
            taught(
                    trial,
                    "no model between the maps",
                    AutoTimes.Body.none(text.config().width()),
                    Scaling.WINDOW,
                    channels,
                    every,
                    table);
            if (!trial.quick()) {
                taught(
                        trial,
                        "text model",
                        AutoTimes.Body.of(text, Optional.empty()),
                        Scaling.WINDOW,
                        channels,
                        every,
                        table);
                taught(
                        trial,
                        "text model, scaled by what is known",
                        AutoTimes.Body.of(text, Optional.empty()),
                        Scaling.LOOKBACK,
                        channels,
                        every,
                        table);
                try (Backbone chance = Backbone.fresh(TransformerConfig.read(folder), 1)) {
                    taught(
                            trial,
                            "model by chance",
                            AutoTimes.Body.of(chance, Optional.empty()),
                            Scaling.WINDOW,
                            channels,
                            every,
                            table);
                }
            }
            prompted(trial, text, channels, table);
            boolean below = true;
            for (int i = 0; i < found.size(); i++) {
                below &= found.get(i) < season.get(i);
            }
            return new Outcome(
                    new Figure("closed form, mean of the horizons", mean(linear), "MSE"),
                    new Figure("text model, told times, the same", mean(found), "MSE"),
                    below && mean(found) <= mean(linear),
                    table);
        }
    }

    /// Prompts, in a domain of which nothing was learned: taught on three segments of a day each,
    /// tried on the electric load of eight regions.
    private static void prompted(
            Trial trial, Backbone text, Channels channels, List<Figure> table) {
        trial.progress().accept("teaching: segments of a day");
        AutoTimes times =
                new AutoTimes(DAY, 3, trial.quick() ? 200 : 1000, BATCH, RATE, Scaling.WINDOW, 1);
        Path file = DataFolder.standard().find(ELSEWHERE, (_, _) -> {});
        List<Series> loads =
                SeriesFile.read(file, Columns.AS_NAMED).stream().map(Observed::series).toList();
        Map<String, List<Integer>> ways = new LinkedHashMap<>();
        ways.put("one day", List.of());
        ways.put("two and one week before, and a day", List.of(14 * DAY, 7 * DAY));
        ways.put("what followed a day like it, and a day", List.of(13 * DAY, 6 * DAY));
        ways.put("three days", List.of(2 * DAY, DAY));
        RollingOrigin origins = new RollingOrigin(16 * DAY, DAY, DAY, DAY);
        try (SegmentForecaster taught =
                times.fit(channels, KNOWN, AutoTimes.Body.of(text, Optional.empty()))) {
            ways.forEach(
                    (what, ago) ->
                            table.add(smape(what, loads, origins, new InContext(taught, ago))));
        }
        table.add(smape("the day before", loads, origins, new Seasonal(DAY)));
        table.add(smape("the week before", loads, origins, new Seasonal(7 * DAY)));
    }

    private static Figure smape(
            String what, List<Series> all, RollingOrigin origins, Forecaster forecaster) {
        double mean =
                all.stream()
                        .mapToDouble(series -> origins.of(series, forecaster).smape())
                        .average()
                        .orElseThrow();
        return new Figure("load of a day ahead, from " + what, mean, "sMAPE");
    }

    /// All columns; what they are scaled by is known before the test.
    static Channels channels() {
        Path file = DataFolder.standard().find(FILE, (_, _) -> {});
        List<Series> all = new ArrayList<>();
        for (String column : COLUMNS) {
            SeriesFile.read(file, Columns.AS_NAMED.withValue(column)).stream()
                    .map(Observed::series)
                    .forEach(all::add);
        }
        return new Channels(all, KNOWN);
    }

    private static List<Double> taught(
            Trial trial,
            String what,
            AutoTimes.Body body,
            Scaling scaling,
            Channels channels,
            int every,
            List<Figure> table) {
        trial.progress().accept("teaching: " + what);
        AutoTimes times =
                new AutoTimes(
                        SEGMENT, SEGMENTS, trial.quick() ? 300 : 1700, BATCH, RATE, scaling, 1);
        long begin = System.nanoTime();
        try (SegmentForecaster forecaster = times.fit(channels, KNOWN, body)) {
            table.add(seconds(what + ", time to learn", begin));
            table.add(new Figure(what + ", learned", forecaster.parameters(), "weights"));
            return tried(forecaster, what, channels, every, table);
        }
    }

    private static Figure seconds(String what, long begin) {
        return new Figure(what, (System.nanoTime() - begin) * 1e-9, "s");
    }

    private static List<Double> tried(
            Rolling rolling, String what, Channels channels, int every, List<Figure> table) {
        List<Double> errors = new ArrayList<>();
        for (int horizon : HORIZONS) {
            RollingScores scores = RollingScores.of(rolling, channels, FROM, TO, every, horizon);
            table.add(new Figure("%s, %d ahead".formatted(what, horizon), scores.mse(), "MSE"));
            table.add(new Figure("the same", scores.mae(), "MAE"));
            errors.add(scores.mse());
        }
        return errors;
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
