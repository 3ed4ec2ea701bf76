package org.cumae.forecast;

import org.cumae.Check;
import org.cumae.forecast.ForecastModel.Weight;
import org.cumae.series.Explanation;
import org.cumae.series.Forecast;
import org.cumae.series.Scores;
import org.cumae.series.Series;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.Map;

/// How answers about series are written in JSON, the same by command and by HTTP. What is not a
/// number is `null`.
///
/// @param coverage of the intervals, in (0, 1)
public record ForecastJson(double coverage) {
    /// Checks the coverage.
    ///
    /// @throws IllegalArgumentException if it does not lie in (0, 1)
    public ForecastJson {
        Check.argument(
                coverage > 0 && coverage < 1, "coverage is %s; it must lie in (0, 1)", coverage);
    }

    /// What a series is.
    public void series(Series series, ForecastModel model, ObjectNode node) {
        node.put("name", series.name())
                .put("values", series.length())
                .put("unknown", series.unknown())
                .put("every", series.cadence().words())
                .put("period", model.period(series));
    }

    /// What follows, what of it is explained by what, and the weights of an autoregression.
    public void forecast(ForecastQuestion.Answered answered, ObjectNode node) {
        Forecast forecast = answered.forecast();
        node.put("forecaster", answered.forecaster());
        ArrayNode steps = node.putArray("forecast");
        for (int step = 0; step < forecast.horizon(); step++) {
            Forecast.Band band = forecast.band(step, coverage);
            steps.addObject()
                    .put("time", forecast.time(step).toString())
                    .put("mean", forecast.mean(step))
                    .put("lower", band.lower())
                    .put("upper", band.upper());
        }
        answered.explanation().ifPresent(found -> explanation(answered, found, steps, node));
        if (!answered.weights().isEmpty()) {
            ArrayNode weights = node.putArray("weights");
            for (Weight weight : answered.weights()) {
                ObjectNode one = weights.addObject().put("lag", weight.lag());
                one.put("weight", weight.weight()).put("counts", weight.counts());
                if (weight.counts()) {
                    one.put("error", weight.error());
                }
            }
        }
    }

    private static void explanation(
            ForecastQuestion.Answered answered,
            Explanation found,
            ArrayNode steps,
            ObjectNode node) {
        for (int step = 0; step < steps.size(); step++) {
            ObjectNode parts = ((ObjectNode) steps.get(step)).putObject("parts");
            found.parts(answered.series().length() + step).forEach(parts::put);
        }
        ArrayNode effects = node.putArray("effects");
        for (Explanation.Effect effect : found.effects()) {
            effects.addObject().put("name", effect.name()).put("per_unit", effect.perUnit());
        }
    }

    /// How good forecasts were.
    public void evaluation(Map<String, Scores> compared, ObjectNode node) {
        ArrayNode all = node.putArray("evaluation");
        compared.forEach(
                (name, scores) ->
                        all.addObject()
                                .put("model", name)
                                .put("mse", scores.mse())
                                .put("mae", scores.mae())
                                .put("smape", scores.smape())
                                .put("mase", Double.isNaN(scores.mase()) ? null : scores.mase())
                                .put("crps", scores.crps())
                                .put("coverage", scores.coverage()));
    }

    /// The last values as they are known.
    ///
    /// @param most how many at most
    public void history(Series series, int most, ObjectNode node) {
        ArrayNode values = node.putArray("history");
        for (int i = Math.max(0, series.length() - most); i < series.length(); i++) {
            ObjectNode one = values.addObject().put("time", series.time(i).toString());
            one.put("value", series.isKnown(i) ? series.value(i) : null);
        }
    }
}
