package org.cumae.train.series;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.Check;
import org.cumae.net.Backbone;
import org.cumae.series.Forecast;
import org.cumae.series.Forecaster;
import org.cumae.series.Normal;
import org.cumae.series.Series;
import org.cumae.torch.Ops;
import org.cumae.train.series.Channels.Windows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Forecasts with a frozen language model that reads segments of a series for tokens: one map
/// brings a segment to its width, another one what it makes of it to the next segment, and any
/// horizon is rolled segment by segment. Only the maps are learned, by [AutoTimes].
///
/// Each window is brought to mean 0 and deviation 1 by values of its own, see [Scaling], so a
/// forecast of `a x + b` is `a` times that of `x`, plus `b`.
///
/// @see <a href="https://arxiv.org/abs/2402.02370">Liu et al. 2024, AutoTimes</a>
public final class SegmentForecaster implements Forecaster, Rolling, AutoCloseable {
    private static final int TRIED = 512; // windows that say how far forecasts are from what comes
    private static final int MOST_AHEAD = 8; // segments; further ahead it is taken to be as sure

    private final int segment;
    private final int segments;
    private final Optional<Backbone> body;
    private final Optional<TimeCodes> times;
    private final Scaling scaling;
    private final Tensor in; // [width, segment]
    private final Tensor inShift; // [width]
    private final Tensor out; // [segment, width]
    private final Tensor outShift; // [segment]
    private final Tensor share; // [1], of what is told of times
    private double[] deviations = {
        1
    }; // of errors, of so many values ahead, for windows of deviation 1

    /// Maps by chance.
    ///
    /// @param segment how many values a segment has
    /// @param segments how many it looks back on
    /// @param body borrowed; without it segments go from map to map
    /// @param times borrowed; without them it does not know when a segment is
    /// @param scaling by which values those of a segment are scaled
    SegmentForecaster(
            int segment,
            int segments,
            Optional<Backbone> body,
            Optional<TimeCodes> times,
            int width,
            Scaling scaling,
            long seed) {
        this.segment = segment;
        this.segments = segments;
        this.body = body;
        this.times = times;
        this.scaling = scaling;
        torch.manual_seed(seed);
        try (var _ = new PointerScope()) {
            in = uniform(segment, width, segment);
            inShift = uniform(segment, width);
            out = uniform(width, segment, width);
            outShift = uniform(width, segment);
            share = torch.ones(1).retainReference();
        }
    }

    /// As linear layers begin as a rule.
    private static Tensor uniform(long inputs, long... shape) {
        Tensor drawn = torch.rand(shape).mul_(Ops.scalar(2)).sub_(Ops.scalar(1));
        return drawn.mul_(Ops.scalar(1 / Math.sqrt((double) inputs))).retainReference();
    }

    /// What is learned, borrowed.
    List<Tensor> weights() {
        List<Tensor> weights = new ArrayList<>(List.of(in, inShift, out, outShift));
        times.ifPresent(_ -> weights.add(share));
        return weights;
    }

    /// How many numbers are learned.
    public long parameters() {
        return weights().stream().mapToLong(Tensor::numel).sum();
    }

    /// How many values a segment has.
    int segment() {
        return segment;
    }

    /// Learns how far forecasts are from what comes, so many values ahead: from windows whose
    /// forecasts lie within some values of the channels, which it should not have learned from.
    ///
    /// @param from the first of those values
    /// @param to one past the last
    public void tryOn(Channels channels, int from, int to) {
        tryOn(this, channels, from, to);
    }

    /// The same as a way of rolling looks back.
    void tryOn(Rolling rolling, Channels channels, int from, int to) {
        int context = rolling.context();
        int ahead = Math.clamp((to - from) / 2, 1, MOST_AHEAD * segment); // leaves some windows
        Windows windows = Windows.within(from - context, to, context + ahead, 1);
        int count = channels.count(windows);
        int tried = Math.min(TRIED, count);
        int[] numbers =
                IntStream.range(0, tried).map(i -> (int) ((long) i * count / tried)).toArray();
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor all = channels.of(windows, numbers);
            Tensor before = all.narrow(1, 0, context).contiguous();
            Tensor said =
                    rolling.roll(
                            before, channels.clock(), channels.starts(windows, numbers), ahead);
            Tensor apart = said.sub(all.narrow(1, context, ahead)).div(deviation(before));
            float[] squares = Ops.floats(apart.square().mean(0));
            deviations =
                    IntStream.range(0, ahead).mapToDouble(i -> Math.sqrt(squares[i])).toArray();
        }
    }

    /// Takes over what another one has found of how far forecasts are from what comes.
    public void expectAs(SegmentForecaster other) {
        deviations = other.deviations.clone();
    }

    /// The segments that follow those of windows, each said after the segments up to it. Needs an
    /// open scope.
    ///
    /// @param windows `[windows, context]`
    /// @param starts where on the clock each begins
    /// @return `[windows, context]`: values one segment later
    Tensor next(Tensor windows, Series clock, int[] starts) {
        return next(windows, clock, starts, places(0, segments));
    }

    /// The same of segments that need not follow each other.
    ///
    /// @param read `[windows, places * segment]`
    /// @param places where each segment begins, in values after the window does
    /// @return as `read`
    Tensor next(Tensor read, Series clock, int[] starts, List<Integer> places) {
        Tensor apart = read.unflatten(1, places.size(), segment);
        Scale scale = Scale.of(apart, scaling);
        Tensor x = vectors(scale.to(apart), clock, starts, places);
        Tensor hidden = body.map(b -> b.hidden(x)).orElseGet(() -> x.flatten(0, 1));
        return scale.back(said(hidden, x)).flatten(1, 2);
    }

    /// What the body reads of segments at mean 0 and deviation 1.
    ///
    /// @param scaled `[windows, places, segment]`
    /// @return `[windows, places, width]`
    private Tensor vectors(Tensor scaled, Series clock, int[] starts, List<Integer> places) {
        int count = starts.length;
        int tokens = places.size();
        Tensor x =
                Ops.linear(scaled.reshape((long) count * tokens, segment), in, Optional.of(inShift))
                        .unflatten(0, count, tokens);
        if (times.isEmpty()) {
            return x;
        }
        int[] each =
                IntStream.of(starts)
                        .flatMap(start -> places.stream().mapToInt(place -> start + place))
                        .toArray();
        Tensor codes = times.get().of(clock, each).unflatten(0, count, tokens);
        return TimeCodes.unit(x).add(codes.mul(share));
    }

    /// The segments after vectors, as they are scaled: `[windows, places, segment]`.
    ///
    /// @param hidden what the body makes of them, `[windows * places, width]`
    /// @param vectors `[windows, places, width]`
    private Tensor said(Tensor hidden, Tensor vectors) {
        return Ops.linear(hidden, out, Optional.of(outShift))
                .unflatten(0, vectors.size(0), vectors.size(1));
    }

    private static Tensor deviation(Tensor windows) {
        return Scale.of(windows.unsqueeze(1), Scaling.WINDOW).deviation().squeeze(2);
    }

    @Override
    public int context() {
        return segments * segment;
    }

    @Override
    public Tensor roll(Tensor windows, Series clock, int[] starts, int horizon) {
        Check.argument(horizon > 0, "the horizon is %d; it must be 1 or more", horizon);
        return switch (scaling) {
            case WINDOW -> rollAnew(windows, clock, starts, horizon);
            case LOOKBACK -> rollOn(windows, clock, starts, horizon, Reading.of(body, segments));
        };
    }

    private Tensor rollAnew(Tensor windows, Series clock, int[] starts, int horizon) {
        Tensor seen = windows;
        int[] at = starts.clone();
        List<Tensor> said = new ArrayList<>();
        for (int done = 0; done < horizon; done += segment) {
            Tensor next = next(seen, clock, at).narrow(1, context() - segment, segment);
            said.add(next);
            seen = Ops.cat(List.of(seen, next), 1).narrow(1, segment, context()).contiguous();
            for (int i = 0; i < at.length; i++) {
                at[i] += segment;
            }
        }
        return Ops.cat(said, 1).narrow(1, 0, horizon);
    }

    /// Rolls with what was read left as it is.
    ///
    /// @param reading of the body
    Tensor rollOn(Tensor windows, Series clock, int[] starts, int horizon, Reading reading) {
        Tensor known = windows.unflatten(1, segments, segment);
        Scale scale = Scale.of(known, scaling);
        Scale kept = scale.last();
        Tensor x = vectors(scale.to(known), clock, starts, places(0, segments));
        List<Tensor> said = new ArrayList<>();
        for (int done = 0; ; done += segment) {
            Tensor all = said(reading.apply(x), x);
            Tensor next = all.narrow(1, all.size(1) - 1, 1); // at mean 0 and deviation 1
            said.add(kept.back(next).flatten(1, 2));
            if (done + segment >= horizon) {
                return Ops.cat(said, 1).narrow(1, 0, horizon);
            }
            x = vectors(next, clock, starts, places(segments + done / segment, 1));
        }
    }

    /// Where segments begin, in values after the window does.
    private List<Integer> places(int first, int count) {
        return IntStream.range(first, first + count).map(i -> i * segment).boxed().toList();
    }

    @Override
    public String name() {
        return "AutoTimes, %d segments of %d, %,d weights learned"
                .formatted(segments, segment, parameters());
    }

    @Override
    public int least() {
        return context();
    }

    /// Its bands are as wide as its errors were, so many values ahead, in what it was tried on;
    /// without that as wide as the window.
    @Override
    public Forecast forecast(Series history, int horizon) {
        check(history, horizon);
        return forecast(this, history, horizon);
    }

    /// The same as a way of rolling looks back.
    Forecast forecast(Rolling rolling, Series history, int horizon) {
        int from = history.length() - rolling.context();
        Series window = history.filled().part(from, history.length());
        double[] values = window.values();
        double mean = Arrays.stream(values).average().orElseThrow();
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        // a single precision knows seven digits: large values with small changes need the mean gone
        double scale = Math.max(Math.sqrt(squares / values.length), Double.MIN_NORMAL);
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = (float) ((values[i] - mean) / scale);
        }
        float[] said;
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor row = Tensor.create(scaled, scaled.length).view(1, scaled.length);
            said = Ops.floats(rolling.roll(row, history, new int[] {from}, horizon));
        }
        List<Normal> laws = new ArrayList<>();
        for (int step = 0; step < horizon; step++) {
            double deviation = deviations[Math.min(step, deviations.length - 1)];
            laws.add(new Normal(mean + scale * said[step], scale * deviation));
        }
        return Forecast.after(history, laws);
    }

    @Override
    public void close() {
        List.of(in, inShift, out, outShift, share).forEach(Tensor::close);
    }
}
