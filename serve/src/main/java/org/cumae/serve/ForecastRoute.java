package org.cumae.serve;

import org.cumae.forecast.Columns;
import org.cumae.forecast.Explaining;
import org.cumae.forecast.ForecastJson;
import org.cumae.forecast.ForecastModel;
import org.cumae.forecast.ForecastQuestion;
import org.cumae.forecast.SeriesException;
import org.cumae.forecast.SeriesFile;
import org.cumae.forecast.SeriesRows;
import org.cumae.series.Observed;
import org.cumae.series.Series;
import org.cumae.series.Trend;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;

/// `POST /v1/forecast`: what follows series in time, which come along as CSV or as rows.
///
/// The answer is that of `cumae forecast --json`. What is learned is forgotten with the answer.
final class ForecastRoute implements Route {
    private static final int MOST_STEPS = 10_000;
    private static final int MOST_LAGS = 2_000; // learning takes the square of them and more
    private static final int HORIZON = 24;
    private static final double COVERAGE = 0.9;

    /// Learning a series takes all cores that it gets: one after the other is no slower.
    private final Semaphore turn = new Semaphore(1, true);

    /// The models, by name.
    static void list(Exchange exchange) {
        ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
        ArrayNode data = list.putArray("data");
        for (ForecastModel.Kind kind : ForecastModel.Kind.values()) {
            data.addObject()
                    .put("id", kind.word())
                    .put("object", "forecast_model")
                    .put("description", kind.words());
        }
        exchange.json(200, list);
    }

    @Override
    public void handle(Exchange exchange) {
        Fields fields = exchange.fields();
        ForecastModel model = model(fields);
        ForecastQuestion question =
                new ForecastQuestion(model, fields.whole("horizon", 1, MOST_STEPS).orElse(HORIZON));
        ForecastJson json =
                new ForecastJson(fields.number("coverage", 0.01, 0.999).orElse(COVERAGE));
        OptionalDouble evaluated = fields.number("evaluate", 0.001, 0.999);
        int history = fields.whole("history", 0, MOST_STEPS).orElse(0);
        List<Observed> all = series(fields);
        Reply.surplus(fields, exchange.isStrict());
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("object", "forecast").put("model", model.kind().word());
        ArrayNode nodes = answer.putArray("series");
        turn.acquireUninterruptibly();
        try {
            for (Observed observed : all) {
                Series series = observed.series();
                ObjectNode node = nodes.addObject();
                json.series(series, model, node);
                if (evaluated.isPresent()) {
                    json.evaluation(question.evaluated(observed, evaluated.getAsDouble()), node);
                } else {
                    json.forecast(question.of(observed), node);
                }
                if (history > 0) {
                    json.history(series, history, node);
                }
            }
        } finally {
            turn.release();
        }
        exchange.json(200, answer);
    }

    private static ForecastModel model(Fields fields) {
        String name = fields.text("model").orElse(ForecastModel.Kind.LEAST_SQUARES.word());
        OptionalInt lags = fields.whole("lags", 1, MOST_LAGS);
        OptionalDouble sparsity = fields.number("sparsity", 0.001, 1);
        return ForecastModel.named(name)
                .with(lags, sparsity, fields.whole("period", 1, MOST_STEPS))
                .explaining(
                        Explaining.named(
                                fields.text("trend").orElse(Trend.NONE.word()),
                                fields.texts("seasons")));
    }

    private static List<Observed> series(Fields fields) {
        Columns columns =
                new Columns(
                        fields.text("time"),
                        fields.text("target"),
                        fields.text("id"),
                        fields.texts("regressors"));
        Optional<String> csv = fields.text("csv");
        Optional<JsonNode> rows = fields.get("rows");
        if (csv.isPresent() == rows.isPresent()) {
            throw ApiError.badField(
                    csv.isPresent() ? "rows" : "csv",
                    "send the series either in csv, a text with a header, or in rows, a list of"
                            + " objects");
        }
        String field = csv.isPresent() ? "csv" : "rows";
        try {
            return csv.isPresent()
                    ? SeriesFile.parse(csv.get(), field, columns)
                    : SeriesRows.read(rows.get(), field, columns);
        } catch (SeriesException e) {
            throw ApiError.badField(field, "%s", String.valueOf(e.getMessage()));
        }
    }
}
