package org.cumae.forecast;

import org.cumae.Check;
import org.cumae.naming.ModelShelf;
import org.cumae.net.Backbone;
import org.cumae.series.Forecast;
import org.cumae.series.Forecaster;
import org.cumae.series.Series;
import org.cumae.train.series.AutoTimes;
import org.cumae.train.series.Channels;
import org.cumae.train.series.InContext;
import org.cumae.train.series.Scaling;
import org.cumae.train.series.SegmentForecaster;
import org.cumae.train.series.TimeCodes;
import org.cumae.unit.TokenizerFolder;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A forecaster on a bundled language model, and the model.
///
/// @param body what reads the segments, owned
/// @param times what that makes of the words for times, owned
/// @param taught what was learned of a series, owned
/// @param forecaster that, or that with prompts
record OnText(Backbone body, TimeCodes times, SegmentForecaster taught, Forecaster forecaster)
        implements Forecaster {
    private static final String BODY = "shakespeare";
    private static final int SHORTEST = 8; // values of a segment
    private static final int LONGEST = 96;
    private static final int MOST_SEGMENTS = 7;
    private static final int STEPS = 300;
    private static final int BATCH = 64;
    private static final double RATE = 2e-3;

    /// Learns a series; how sure it is, from the last fifth, by one that has learned what is before
    /// that.
    ///
    /// @param period values of a season: a segment has one season, or several of short ones
    /// @param lags how many values it looks back on at least; without it seven segments, where the
    ///   series is long enough
    /// @param prompts how many values before the last segment others begin that are read first;
    ///   then it looks back on those and the last segment alone
    static OnText learn(Series series, int period, OptionalInt lags, List<Integer> prompts) {
        int segment = Math.min(LONGEST, period * Math.ceilDiv(SHORTEST, period));
        int usual = Math.clamp(series.length() / segment / 4, 1, MOST_SEGMENTS);
        int segments =
                lags.isPresent()
                        ? Math.ceilDiv(lags.getAsInt(), segment)
                        : prompts.isEmpty() ? usual : prompts.size() + 1;
        int oldest = prompts.stream().mapToInt(Integer::intValue).max().orElse(0);
        // of which a window and what follows it are cut
        int least = Math.max((segments + 1) * segment, oldest + segment);
        int first = series.length() * 4 / 5; // what is learned from to be tried on the rest
        Check.argument(
                first >= least,
                "series %s has %d values; model autotimes reads %d segments of %d, needs %d to learn"
                        + " from and a quarter more to be tried on; give a longer series, fewer"
                        + " lags, or another model",
                series.name(),
                series.length(),
                segments,
                segment,
                least);
        Path folder = ModelShelf.standard().find(BODY);
        Backbone body = Backbone.load(folder);
        TimeCodes told = new TimeCodes(body, TokenizerFolder.open(folder).tokenizer());
        try (Channels channels = new Channels(List.of(series), series.length())) {
            AutoTimes times =
                    new AutoTimes(segment, segments, STEPS, BATCH, RATE, Scaling.WINDOW, 1);
            AutoTimes.Body reader = AutoTimes.Body.of(body, Optional.of(told));
            try (SegmentForecaster tried = times.fit(channels, first, reader)) {
                if (prompts.isEmpty()) {
                    tried.tryOn(channels, first, series.length());
                } else {
                    new InContext(tried, prompts).tryOn(channels, first, series.length());
                }
                SegmentForecaster taught = times.fit(channels, series.length(), reader);
                taught.expectAs(tried);
                return new OnText(
                        body,
                        told,
                        taught,
                        prompts.isEmpty() ? taught : new InContext(taught, prompts));
            }
        } catch (RuntimeException e) {
            told.close();
            body.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return forecaster.name();
    }

    @Override
    public int least() {
        return forecaster.least();
    }

    @Override
    public Forecast forecast(Series history, int horizon) {
        return forecaster.forecast(history, horizon);
    }

    @Override
    public void close() {
        taught.close();
        times.close();
        body.close();
    }
}
