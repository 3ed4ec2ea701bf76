package org.cumae.forecast;

import org.cumae.Check;
import org.cumae.forecast.ForecastModel.Weight;
import org.cumae.series.Explanation;
import org.cumae.series.Forecast;
import org.cumae.series.Forecaster;
import org.cumae.series.Observed;
import org.cumae.series.RollingOrigin;
import org.cumae.series.Scores;
import org.cumae.series.Seasonal;
import org.cumae.series.Series;
import org.cumae.train.series.Explained;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is asked of a series: what follows it, or how good that would have been.
///
/// @param model what learns it
/// @param horizon how many values
public record ForecastQuestion(ForecastModel model, int horizon) {
    private static final double NEGLIGIBLE = 0.01; // a weight that does not count, of the largest

    /// Checks the horizon.
    ///
    /// @throws IllegalArgumentException if it is below one
    public ForecastQuestion {
        Check.argument(horizon > 0, "the horizon is %d; it must be 1 or more", horizon);
    }

    /// What follows a series.
    ///
    /// @param forecaster what was learned, in words
    /// @param weights of an autoregression; none of other models
    /// @param explanation of a part of it, if one was asked for
    public record Answered(
            Series series,
            String forecaster,
            Forecast forecast,
            List<Weight> weights,
            Optional<Explanation> explanation) {}

    /// Learns a series and says what follows it.
    ///
    /// @throws IllegalArgumentException if the series is too short or constant
    public Answered of(Observed observed) {
        Series series = observed.series();
        try (Forecaster fitted = model.fit(observed)) {
            return new Answered(
                    series,
                    fitted.name(),
                    fitted.forecast(series, horizon),
                    ForecastModel.weights(fitted, series, NEGLIGIBLE),
                    fitted instanceof Explained(Explanation explanation, Forecaster _)
                            ? Optional.of(explanation)
                            : Optional.empty());
        }
    }

    /// Forecasts the last share of a series, horizon by horizon, having learned what is before it,
    /// and so do the naive rivals.
    ///
    /// @param observed the series; of what is known beside it, the values of a horizon are taken as
    ///   known when it is forecast
    /// @param share of the series, in (0, 1)
    /// @return scores by the name of the model, the asked one first
    /// @throws IllegalArgumentException if the share holds no horizon
    public Map<String, Scores> evaluated(Observed observed, double share) {
        Series series = observed.series();
        Check.argument(
                share > 0 && share < 1, "the evaluated share is %s; it must lie in (0, 1)", share);
        int season = model.period(series);
        int known = known(series, share);
        Check.argument(
                known > 0 && known + horizon <= series.length(),
                "series %s has %d values; %s of them hold no horizon of %d",
                series.name(),
                series.length(),
                share,
                horizon);
        RollingOrigin rolling = new RollingOrigin(known, horizon, horizon, season);
        Map<String, Forecaster> compared = new LinkedHashMap<>();
        compared.put(model.kind().word(), model.fit(observed.until(known)));
        for (String rival : List.of("seasonal", "naive")) {
            Seasonal naive = new Seasonal(rival.equals("naive") ? 1 : season);
            if (naive.least() <= known) { // else there is nothing to be compared with
                compared.putIfAbsent(rival, naive);
            }
        }
        Map<String, Scores> scores = new LinkedHashMap<>();
        compared.forEach(
                (name, forecaster) -> {
                    try (forecaster) {
                        scores.put(name, rolling.of(series, forecaster));
                    }
                });
        return scores;
    }

    /// How many values are learned from when a share at the end is evaluated.
    public int known(Series series, double share) {
        return (int) (series.length() * (1 - share));
    }
}
