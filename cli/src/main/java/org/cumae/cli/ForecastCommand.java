package org.cumae.cli;

import org.cumae.Check;
import org.cumae.cli.parquet.ParquetSeries;
import org.cumae.forecast.Columns;
import org.cumae.forecast.Explaining;
import org.cumae.forecast.ForecastJson;
import org.cumae.forecast.ForecastModel;
import org.cumae.forecast.ForecastModel.Weight;
import org.cumae.forecast.ForecastPictures;
import org.cumae.forecast.ForecastQuestion;
import org.cumae.forecast.SeriesFile;
import org.cumae.series.Explanation;
import org.cumae.series.Forecast;
import org.cumae.series.Observed;
import org.cumae.series.Scores;
import org.cumae.series.Series;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.ArrayList;
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
            "FILE is CSV with a header, or Parquet: a column of times, one of values, perhaps one of",
            "series, and some of what is known beside them."
        },
        footer = {
            "",
            "Models: least-squares (autoregression), yule-walker, ar-net (by gradient, few of whose lags",
            "count), autotimes (a frozen language model that reads segments of the series), and for",
            "comparison naive, seasonal (the value one period ago), naive2.",
            "",
            "Examples:",
            "  ./cumae forecast ETTh1.csv --target OT --horizon 96 --plot forecast.png",
            "  ./cumae forecast load.csv --model ar-net --lags 200 --sparsity 0.05 --weights w.png",
            "  ./cumae forecast load.parquet --evaluate 0.2  how good it would have been",
            "  ./cumae forecast sales.csv --trend bends --season auto --regressor price --parts parts.png",
            "",
            "Rows behind the last value may go on with regressors that are known ahead."
        })
final class ForecastCommand implements Callable<Integer> {
    private static final int DIGITS = 5;

    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "FILE", description = "a CSV or Parquet file")
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

    @Option(
            names = "--prompts",
            paramLabel = "VALUES",
            split = ",",
            description =
                    "read segments that begin so many values before the last one first, of autotimes"
                            + " (168,336: one and two weeks of hours)")
    private List<Integer> prompts = List.of();

    @Option(names = "--period", description = "values in a season (default: by the cadence)")
    private Optional<Integer> period = Optional.empty();

    @Option(
            names = "--trend",
            description = "explain a trend first: linear, or bends (default none)")
    private String trend = "none";

    @Option(
            names = "--season",
            split = ",",
            description =
                    "explain what comes again each day, week or year first; auto for all that fit")
    private List<String> seasons = List.of();

    @Option(
            names = {"--regressor", "--covariate"},
            paramLabel = "COLUMN",
            split = ",",
            description =
                    "explain what another column tells first, known ahead as far as the horizon")
    private List<String> regressors = List.of();

    @Option(
            names = "--parts",
            description = "draw what is explained of the first series, part by part, as a PNG")
    private Optional<Path> parts = Optional.empty();

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
        ForecastJson json = new ForecastJson(coverage);
        ForecastModel chosen =
                ForecastModel.named(model)
                        .with(whole(lags), real(sparsity), whole(period))
                        .prompted(prompts)
                        .explaining(Explaining.named(trend, seasons));
        ForecastQuestion question = new ForecastQuestion(chosen, horizon);
        List<Observed> all = read(new Columns(time, target, id, regressors));
        ObjectNode object = Json.MAPPER.createObjectNode().put("model", model);
        List<String> words = new ArrayList<>();
        ArrayNode nodes = object.putArray("series");
        for (Observed observed : all) {
            Series series = observed.series();
            output.progress().say("learning series " + series.name());
            ObjectNode node = nodes.addObject();
            json.series(series, chosen, node);
            words.add(
                    "%s: %,d values every %s, %,d unknown"
                            .formatted(
                                    series.name(),
                                    series.length(),
                                    series.cadence().words(),
                                    series.unknown()));
            if (evaluate.isPresent()) {
                Map<String, Scores> scores = question.evaluated(observed, evaluate.get());
                json.evaluation(scores, node);
                tell(scores, question.known(series, evaluate.get()), words);
                continue;
            }
            ForecastQuestion.Answered answered = question.of(observed);
            json.forecast(answered, node);
            tell(answered, words);
            if (observed.equals(all.getFirst())) {
                plot.ifPresent(
                        path -> ForecastPictures.forecast(series, answered.forecast(), path));
                weights.ifPresent(path -> draw(answered.weights(), path));
                parts.ifPresent(path -> draw(answered, path));
            }
        }
        output.print(object, () -> String.join("\n\n", words));
        return 0;
    }

    private List<Observed> read(Columns columns) {
        return ParquetSeries.isOne(file)
                ? ParquetSeries.read(file, columns)
                : SeriesFile.read(file, columns);
    }

    private void draw(List<Weight> found, Path path) {
        Check.argument(
                !found.isEmpty(), "model %s has no weights to draw; leave --weights out", model);
        ForecastPictures.weights(found, path);
    }

    private static void draw(ForecastQuestion.Answered answered, Path path) {
        Explanation explanation =
                answered.explanation()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "nothing is explained that --parts could draw; give"
                                                        + " a --trend, a --season or a"
                                                        + " --regressor"));
        ForecastPictures.parts(answered.series(), answered.forecast(), explanation, path);
    }

    private void tell(ForecastQuestion.Answered answered, List<String> words) {
        Forecast forecast = answered.forecast();
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("time", "mean", "lower", "upper"));
        for (int step = 0; step < forecast.horizon(); step++) {
            Forecast.Band band = forecast.band(step, coverage);
            table.add(
                    List.of(
                            forecast.time(step).toString(),
                            number(forecast.mean(step)),
                            number(band.lower()),
                            number(band.upper())));
        }
        words.add(
                "%s, interval of %.0f %%%n%s"
                        .formatted(answered.forecaster(), 100 * coverage, Words.table(table)));
        answered.explanation().map(Explanation::effects).stream()
                .flatMap(List::stream)
                .map(effect -> "%s: %s a unit".formatted(effect.name(), number(effect.perUnit())))
                .forEach(words::add);
        if (!answered.weights().isEmpty()) {
            words.add(counting(answered.weights()));
        }
    }

    private static String counting(List<Weight> weights) {
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("steps ago", "weight", "standard error"));
        weights.stream()
                .filter(Weight::counts)
                .forEach(
                        weight ->
                                table.add(
                                        List.of(
                                                Integer.toString(weight.lag()),
                                                number(weight.weight()),
                                                number(weight.error()))));
        return "%d of %d lags count%n%s"
                .formatted(table.size() - 1, weights.size(), Words.table(table));
    }

    private void tell(Map<String, Scores> compared, int known, List<String> words) {
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("model", "MSE", "MAE", "sMAPE", "MASE", "CRPS", "in 90 %"));
        compared.forEach(
                (name, scores) ->
                        table.add(
                                List.of(
                                        name,
                                        number(scores.mse()),
                                        number(scores.mae()),
                                        number(scores.smape()),
                                        number(scores.mase()),
                                        number(scores.crps()),
                                        number(scores.coverage()))));
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
