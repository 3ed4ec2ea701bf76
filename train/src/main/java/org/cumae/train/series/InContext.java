package org.cumae.train.series;

import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.series.Forecast;
import org.cumae.series.Forecaster;
import org.cumae.series.Series;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;

/// Forecasts with what [AutoTimes] has taught from the last segment and from older ones that are
/// put before it as prompts, such as those of the same weekday one and two weeks ago; nothing is
/// learned for that. Without prompts it looks back on one segment.
///
/// @param taught borrowed; may have been taught on other series
/// @param ago how many values before the last segment each prompt begins, in the order in which
///   they are read
/// @see <a href="https://arxiv.org/abs/2402.02370">Liu et al. 2024, AutoTimes, section 3.4</a>
public record InContext(SegmentForecaster taught, List<Integer> ago)
        implements Forecaster, Rolling {
    /// Checks that prompts do not reach into the last segment.
    ///
    /// @throws IllegalArgumentException naming the prompt
    public InContext {
        ago = List.copyOf(ago);
        for (int before : ago) {
            Check.argument(
                    before >= taught.segment(),
                    "a prompt begins %d values before the last segment and has %d itself; give at"
                            + " least as many",
                    before,
                    taught.segment());
        }
    }

    @Override
    public int context() {
        return ago.stream().mapToInt(Integer::intValue).max().orElse(0) + taught.segment();
    }

    @Override
    public Tensor roll(Tensor windows, Series clock, int[] starts, int horizon) {
        Check.argument(horizon > 0, "the horizon is %d; it must be 1 or more", horizon);
        int segment = taught.segment();
        int context = context();
        List<Integer> places = new ArrayList<>(); // where each segment begins in a window
        ago.forEach(before -> places.add(context - segment - before));
        places.add(context - segment);
        Tensor seen = windows;
        int[] at = starts.clone();
        List<Tensor> said = new ArrayList<>();
        for (int done = 0; done < horizon; done += segment) {
            Tensor all = seen;
            Tensor read =
                    Ops.cat(places.stream().map(from -> all.narrow(1, from, segment)).toList(), 1);
            Tensor next =
                    taught.next(read, clock, at, places)
                            .narrow(1, (long) ago.size() * segment, segment);
            said.add(next);
            seen = Ops.cat(List.of(seen, next), 1).narrow(1, segment, context);
            for (int i = 0; i < at.length; i++) {
                at[i] += segment;
            }
        }
        return Ops.cat(said, 1).narrow(1, 0, horizon);
    }

    /// Learns how far forecasts are from what comes, see [SegmentForecaster#tryOn].
    public void tryOn(Channels channels, int from, int to) {
        taught.tryOn(this, channels, from, to);
    }

    @Override
    public String name() {
        return taught.name() + ", prompted by values %s before the last segment".formatted(ago);
    }

    @Override
    public int least() {
        return context();
    }

    @Override
    public Forecast forecast(Series history, int horizon) {
        check(history, horizon);
        return taught.forecast(this, history, horizon);
    }
}
