package org.cumae.cli;

import org.cumae.Check;
import org.cumae.forecast.Columns;
import org.cumae.forecast.ForecastModel;
import org.cumae.forecast.ForecastModel.Weight;
import org.cumae.forecast.ForecastPictures;
import org.cumae.forecast.SeriesFile;
import org.cumae.series.Forecast;
import org.cumae.series.Forecaster;
import org.cumae.series.RollingOrigin;
import org.cumae.series.Scores;
import org.cumae.series.Seasonal;
import org.cumae.series.Series;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;

/// `cumae forecast FILE`: what follows a table of values in time.
@Command(
        name = "forecast",
        mixinStandardHelpOptions = true,
        description = {
            "Say what follows a table of values in time, and how sure that is.",
            "FILE is CSV with a header: a column of times, one of values, perhaps one of series."
        },
        footer = {
            "",
            "Models: least-squares (autoregression), yule-walker, ar-net (by gradient, few of whose lags",
            "count), and for comparison naive, seasonal (the value one period ago), naive2.",
            "",
            "Examples:",
            "  ./cumae forecast ETTh1.csv --target OT --horizon 96 --plot forecast.png",
            "  ./cumae forecast load.csv --model ar-net --lags 200 --sparsity 0.05 --weights w.png",
            "  ./cumae forecast load.csv --evaluate 0.2      how good it would have been"
        })
final class ForecastCommand implements Callable<Integer> {
    private static final int DIGITS = 5;
    private static final double NEGLIGIBLE = 0.01;

    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "FILE", description = "a CSV file")
    private Path file = Path.of("");

    @Option(names = "--time", description = "the column of times (default: ds, date or time)")
    private Optional<String> time = Optional.empty();

    @Option(
            names = {"--target", "--value"},
            description = "the column of values (default: y, or the only one left)")
    private Optional<String> target = Optional.empty();

    @Option(names = "--id", description = "the column that says which series (default: ID)")
    private Optional<String> id = Optional.empty();

    @Option(names = "--horizon", description = "how many values to forecast (default 24)")
    private int horizon = 24;

    @Option(names = "--model", description = "what forecasts (default least-squares)")
    private String model = "least-squares";

    @Option(names = "--lags", description = "how many values back it may look")
    private Optional<Integer> lags = Optional.empty();

    @Option(
            names = "--sparsity",
            description = "the share of lags that count, of ar-net; 1 for all (default 0.1)")
    private Optional<Double> sparsity = Optional.empty();

    @Option(names = "--period", description = "values in a season (default: by the cadence)")
    private Optional<Integer> period = Optional.empty();

    @Option(names = "--coverage", description = "of the interval that is printed (default 0.9)")
    private double coverage = 0.9;

    @Option(
            names = "--evaluate",
            paramLabel = "SHARE",
            description = "forecast this share at the end from what was known before, and compare")
    private Optional<Double> evaluate = Optional.empty();

    @Option(names = "--plot", description = "draw the forecast of the first series as a PNG")
    private Optional<Path> plot = Optional.empty();

    @Option(names = "--weights", description = "draw the weights of the first series as a PNG")
    private Optional<Path> weights = Optional.empty();

    @Override
    public Integer call() {
        Check.argument(
                coverage > 0 && coverage < 1, "coverage is %s; it must lie in (0, 1)", coverage);
        Check.argument(horizon > 0, "the horizon is %d; it must be 1 or more", horizon);
        ForecastModel chosen =
                ForecastModel.named(model).with(whole(lags), real(sparsity), whole(period));
        List<Series> all = SeriesFile.read(file, new Columns(time, target, id));
        ObjectNode object = Json.MAPPER.createObjectNode().put("model", model);
        List<String> words = new ArrayList<>();
        ArrayNode nodes = object.putArray("series");
        for (Series series : all) {
            output.progress().say("learning series " + series.name());
            one(chosen, series, series == all.getFirst(), nodes.addObject(), words);
        }
        output.print(object, () -> String.join("\n\n", words));
        return 0;
    }

    private void one(
            ForecastModel chosen,
            Series series,
            boolean first,
            ObjectNode node,
            List<String> words) {
        node.put("name", series.name())
                .put("values", series.length())
                .put("unknown", series.unknown())
                .put("every", series.cadence().words())
                .put("period", chosen.period(series));
        words.add(
                "%s: %,d values every %s, %,d unknown"
                        .formatted(
                                series.name(),
                                series.length(),
                                series.cadence().words(),
                                series.unknown()));
        if (evaluate.isPresent()) {
            evaluate(chosen, series, evaluate.get(), node, words);
            return;
        }
        Forecaster fitted = chosen.fit(series);
        Forecast forecast = fitted.forecast(series, horizon);
        tell(forecast, fitted, node, words);
        List<Weight> found = ForecastModel.weights(fitted, series, NEGLIGIBLE);
        tell(found, node, words);
        if (first) {
            plot.ifPresent(path -> ForecastPictures.forecast(series, forecast, path));
            weights.ifPresent(path -> draw(found, path));
        }
    }

    private void draw(List<Weight> found, Path path) {
        Check.argument(
                !found.isEmpty(), "model %s has no weights to draw; leave --weights out", model);
        ForecastPictures.weights(found, path);
    }

    private void tell(Forecast forecast, Forecaster by, ObjectNode node, List<String> words) {
        node.put("forecaster", by.name());
        ArrayNode steps = node.putArray("forecast");
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("time", "mean", "lower", "upper"));
        for (int step = 0; step < forecast.horizon(); step++) {
            Forecast.Band band = forecast.band(step, coverage);
            String at = forecast.time(step).toString();
            steps.addObject()
                    .put("time", at)
                    .put("mean", forecast.mean(step))
                    .put("lower", band.lower())
                    .put("upper", band.upper());
            table.add(
                    List.of(
                            at,
                            number(forecast.mean(step)),
                            number(band.lower()),
                            number(band.upper())));
        }
        words.add(
                "%s, interval of %.0f %%%n%s"
                        .formatted(by.name(), 100 * coverage, Words.table(table)));
    }

    private static void tell(List<Weight> found, ObjectNode node, List<String> words) {
        if (found.isEmpty()) {
            return;
        }
        ArrayNode nodes = node.putArray("weights");
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("steps ago", "weight", "standard error"));
        for (Weight weight : found) {
            ObjectNode one = nodes.addObject().put("lag", weight.lag());
            one.put("weight", weight.weight()).put("counts", weight.counts());
            if (weight.counts()) {
                one.put("error", weight.error());
                table.add(
                        List.of(
                                Integer.toString(weight.lag()),
                                number(weight.weight()),
                                number(weight.error())));
            }
        }
        words.add(
                "%d of %d lags count%n%s"
                        .formatted(table.size() - 1, found.size(), Words.table(table)));
    }

    private void evaluate(
            ForecastModel chosen,
            Series series,
            double share,
            ObjectNode node,
            List<String> words) {
        Check.argument(
                share > 0 && share < 1, "the evaluated share is %s; it must lie in (0, 1)", share);
        int season = chosen.period(series);
        int known = (int) (series.length() * (1 - share));
        Check.argument(
                known > 0 && known + horizon <= series.length(),
                "series %s has %d values; %s of them hold no horizon of %d",
                series.name(),
                series.length(),
                share,
                horizon);
        RollingOrigin rolling = new RollingOrigin(known, horizon, horizon, season);
        Map<String, Forecaster> compared = new LinkedHashMap<>();
        compared.put(model, chosen.fit(series.part(0, known)));
        for (String rival : List.of("seasonal", "naive")) {
            Seasonal naive = new Seasonal(rival.equals("naive") ? 1 : season);
            if (naive.least() <= known) { // else there is nothing to be compared with
                compared.putIfAbsent(rival, naive);
            }
        }
        ArrayNode nodes = node.putArray("evaluation");
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("model", "MSE", "MAE", "sMAPE", "MASE", "CRPS", "in 90 %"));
        compared.forEach(
                (name, forecaster) -> {
                    Scores scores = rolling.of(series, forecaster);
                    nodes.addObject()
                            .put("model", name)
                            .put("mse", scores.mse())
                            .put("mae", scores.mae())
                            .put("smape", scores.smape())
                            .put("mase", Double.isNaN(scores.mase()) ? null : scores.mase())
                            .put("crps", scores.crps())
                            .put("coverage", scores.coverage());
                    table.add(
                            List.of(
                                    name,
                                    number(scores.mse()),
                                    number(scores.mae()),
                                    number(scores.smape()),
                                    number(scores.mase()),
                                    number(scores.crps()),
                                    number(scores.coverage())));
                });
        words.add(
                "learned from the first %,d values, then %d at a time%n%s"
                        .formatted(known, horizon, Words.table(table)));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%." + DIGITS + "g", value);
    }

    private static OptionalInt whole(Optional<Integer> value) {
        return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    private static OptionalDouble real(Optional<Double> value) {
        return value.map(OptionalDouble::of).orElseGet(OptionalDouble::empty);
    }
}
