package org.cumae.train.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.net.Backbone;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.TransformerConfig;
import org.cumae.noise.Noise;
import org.cumae.series.Cadence.Every;
import org.cumae.series.Forecast;
import org.cumae.series.Series;
import org.cumae.torch.Ops;
import org.cumae.unit.Bytes;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

class AutoTimesTest {
    private static final int SEGMENT = 8;
    private static final int SEGMENTS = 3;

    /// A wave of one day with noise.
    private static Series wave(String name, int length, double scale, double shift) {
        Noise noise = Noise.of(3, name.hashCode());
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = shift + scale * (Math.sin(i * Math.PI / 12) + 0.05 * noise.gaussian(i));
        }
        return new Series(
                name, LocalDateTime.of(2024, 1, 1, 0, 0), new Every(Duration.ofHours(1)), values);
    }

    private static Backbone body() {
        return Backbone.fresh(
                new TransformerConfig(
                        "body",
                        "llama",
                        256,
                        32,
                        2,
                        2,
                        16,
                        64,
                        128,
                        Mixing.attention(Collections.nCopies(2, OptionalInt.empty())),
                        TransformerConfig.NormKind.RMS,
                        1e-5,
                        new Positions.Rotary(
                                10_000, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                        TransformerConfig.Activation.SWIGLU,
                        Set.of(),
                        false,
                        true),
                1);
    }

    private static AutoTimes steps(int steps) {
        return new AutoTimes(SEGMENT, SEGMENTS, steps, 32, 5e-3, Scaling.WINDOW, 1);
    }

    private static TimeCodes times(Backbone body) {
        return new TimeCodes(body, Bytes.BYTES);
    }

    private static List<Float> copied(Backbone body) {
        try (var _ = new PointerScope()) {
            List<Float> all = new ArrayList<>();
            for (Tensor weight : body.tensors()) {
                for (float value : Ops.floats(weight.detach())) {
                    all.add(value);
                }
            }
            return all;
        }
    }

    @Test
    void onlyTheMapsAreLearnedAndTheyLearn() {
        Series series = wave("y", 400, 1, 0);
        try (Backbone body = body();
                TimeCodes times = times(body);
                Channels channels = new Channels(List.of(series), 300)) {
            List<Float> before = copied(body);
            try (SegmentForecaster first =
                            steps(1).fit(
                                            channels,
                                            300,
                                            AutoTimes.Body.of(body, Optional.of(times)));
                    SegmentForecaster taught =
                            steps(200)
                                    .fit(
                                            channels,
                                            300,
                                            AutoTimes.Body.of(body, Optional.of(times)))) {
                assertThat(copied(body)).isEqualTo(before);
                assertThat(taught.parameters()).isEqualTo(2L * SEGMENT * 32 + 32 + SEGMENT + 1);
                double begun = RollingScores.of(first, channels, 300, 400, 1, 24).mse();
                double learned = RollingScores.of(taught, channels, 300, 400, 1, 24).mse();
                assertThat(learned).isLessThan(0.1).isLessThan(begun / 4);
                assertThat(learned)
                        .isLessThan(
                                RollingScores.of(new Repeating(1), channels, 300, 400, 1, 24)
                                        .mse());
            }
        }
    }

    @Test
    void aForecastFollowsScaleAndShiftAndItsBeginningDoesNotDependOnItsLength() {
        Series series = wave("y", 200, 1, 0);
        Series other = wave("y", 200, 250, 1e4);
        try (Backbone body = body();
                TimeCodes times = times(body);
                Channels channels = new Channels(List.of(series), 200);
                SegmentForecaster taught =
                        steps(20).fit(channels, 200, AutoTimes.Body.of(body, Optional.of(times)))) {
            Forecast longer = taught.forecast(series, 21); // two segments and five values
            Forecast shorter = taught.forecast(series, 10);
            Forecast scaled = taught.forecast(other, 21);
            assertThat(longer.horizon()).isEqualTo(21);
            for (int step = 0; step < 21; step++) {
                assertThat(scaled.mean(step))
                        .isCloseTo(1e4 + 250 * longer.mean(step), within(250 * 1e-4));
                assertThat(longer.band(step, 0.9).holds(longer.mean(step))).isTrue();
                if (step < 10) {
                    assertThat(shorter.mean(step)).isEqualTo(longer.mean(step));
                }
            }
        }
    }

    @Test
    void bandsHoldWhatComesAsOftenAsTheySay() {
        Series series = wave("y", 900, 1, 0);
        try (Backbone body = body();
                TimeCodes times = times(body);
                Channels channels = new Channels(List.of(series), 500);
                SegmentForecaster taught =
                        steps(200)
                                .fit(channels, 400, AutoTimes.Body.of(body, Optional.of(times)))) {
            Forecast untried = taught.forecast(series.part(0, 600), 12);
            double wide = untried.band(0, 0.9).upper() - untried.band(0, 0.9).lower();
            taught.tryOn(channels, 400, 600);
            int inside = 0;
            int all = 0;
            double narrow = 0;
            for (int origin = 600; origin + 12 <= 900; origin += 5) {
                Forecast forecast = taught.forecast(series.part(0, origin), 12);
                for (int step = 0; step < 12; step++) {
                    Forecast.Band band = forecast.band(step, 0.9);
                    inside += band.holds(series.value(origin + step)) ? 1 : 0;
                    narrow = band.upper() - band.lower();
                    all++;
                }
            }
            assertThat((double) inside / all).isBetween(0.8, 0.97);
            assertThat(narrow).isLessThan(wide / 3);
        }
    }

    /// A window is scaled by all of its values, as in the paper, so that what is said after its
    /// first segment knows a little of those behind it.
    @Test
    void nothingButTheScaleOfAWindowLeaksBack() {
        try (Backbone body = body();
                TimeCodes times = times(body);
                Channels channels = new Channels(List.of(wave("y", 200, 1, 0)), 200);
                SegmentForecaster taught =
                        steps(5).fit(channels, 200, AutoTimes.Body.of(body, Optional.of(times)));
                var _ = new PointerScope()) {
            Tensor window = channels.of(new Channels.Windows(24, 0, 1, 1), 0);
            Tensor turned =
                    Ops.cat(
                            List.of(
                                    window.narrow(1, 0, 16),
                                    window.narrow(1, 16, 8).flip(1)), // the same mean and deviation
                            1);
            Tensor larger =
                    Ops.cat(
                            List.of(
                                    window.narrow(1, 0, 16),
                                    window.narrow(1, 16, 8).mul(Ops.scalar(3))),
                            1);
            int[] start = {0};
            float[] said = Ops.floats(taught.next(window, channels.clock(), start));
            float[] other = Ops.floats(taught.next(turned, channels.clock(), start));
            float[] scaled = Ops.floats(taught.next(larger, channels.clock(), start));
            assertThat(other[0]).isCloseTo(said[0], within(1e-5F));
            assertThat(other[15]).isCloseTo(said[15], within(1e-5F));
            assertThat(other[23]).isNotCloseTo(said[23], within(1e-3F));
            assertThat(scaled[0]).isNotCloseTo(said[0], within(1e-3F));
        }
    }

    /// Scaled by what is known, what is said after a segment knows nothing of those behind it.
    @Test
    void nothingLeaksBackWhereALookbackScales() {
        try (Backbone body = body();
                TimeCodes times = times(body);
                Channels channels = new Channels(List.of(wave("y", 200, 1, 0)), 200);
                SegmentForecaster taught = byLookback(channels, body, times);
                var _ = new PointerScope()) {
            Tensor window = channels.of(new Channels.Windows(24, 0, 1, 1), 0);
            Tensor larger =
                    Ops.cat(
                            List.of(
                                    window.narrow(1, 0, 16),
                                    window.narrow(1, 16, 8).mul(Ops.scalar(3))),
                            1);
            float[] said = Ops.floats(taught.next(window, channels.clock(), new int[] {0}));
            float[] scaled = Ops.floats(taught.next(larger, channels.clock(), new int[] {0}));
            assertThat(Arrays.copyOf(scaled, 16)).isEqualTo(Arrays.copyOf(said, 16));
            assertThat(scaled[23]).isNotCloseTo(said[23], within(1e-3F));
        }
    }

    private static SegmentForecaster byLookback(Channels channels, Backbone body, TimeCodes times) {
        return new AutoTimes(SEGMENT, SEGMENTS, 20, 32, 5e-3, Scaling.LOOKBACK, 1)
                .fit(channels, 200, AutoTimes.Body.of(body, Optional.of(times)));
    }

    /// Twenty segments that are said one after another, by what was read before and by reading all
    /// of it again, also where it is begun anew because the body holds no more; and the last value
    /// of a scaled series is that of the series, scaled.
    @Test
    void whatALookbackScalesIsReadOnce() {
        Series series = wave("y", 200, 1, 0);
        try (Backbone body = body();
                TimeCodes times = times(body);
                Channels channels = new Channels(List.of(series, wave("z", 200, 2, 1)), 200);
                SegmentForecaster taught = byLookback(channels, body, times);
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor windows = channels.of(new Channels.Windows(24, 0, 1, 1), 0, 1);
            int[] starts = {0, 0};
            for (int segments : List.of(20, 140)) {
                int horizon = segments * SEGMENT - 3;
                float[] once = Ops.floats(taught.roll(windows, channels.clock(), starts, horizon));
                float[] again =
                        Ops.floats(
                                taught.rollOn(
                                        windows,
                                        channels.clock(),
                                        starts,
                                        horizon,
                                        Reading.anew(body, SEGMENTS)));
                assertThat(once).hasSize(2 * horizon).containsExactly(again, within(1e-5F));
                Tensor shorter = taught.roll(windows, channels.clock(), starts, SEGMENT + 2);
                assertThat(Ops.floats(shorter)[SEGMENT + 1])
                        .isCloseTo(once[SEGMENT + 1], within(1e-6F));
            }
            double plain = taught.forecast(series, 40).mean(39);
            assertThat(taught.forecast(wave("y", 200, 250, 1e4), 40).mean(39))
                    .isCloseTo(1e4 + 250 * plain, within(250 * 1e-4));
        }
    }

    @Test
    void timesAreToldApart() {
        Series monday = wave("y", 100, 1, 0);
        Series friday =
                new Series(
                        "y",
                        LocalDateTime.of(2024, 7, 5, 9, 0),
                        new Every(Duration.ofHours(1)),
                        monday.values());
        try (Backbone body = body();
                TimeCodes times = times(body);
                Channels channels = new Channels(List.of(monday), 100);
                SegmentForecaster told =
                        steps(20).fit(channels, 100, AutoTimes.Body.of(body, Optional.of(times)));
                SegmentForecaster untold =
                        steps(20).fit(channels, 100, AutoTimes.Body.of(body, Optional.empty()))) {
            assertThat(told.forecast(friday, 1).mean(0))
                    .isNotEqualTo(told.forecast(monday, 1).mean(0));
            assertThat(untold.forecast(friday, 1).mean(0))
                    .isEqualTo(untold.forecast(monday, 1).mean(0));
        }
    }

    /// Of a body as wide as LLaMA's the paper's maps have 0.79 million weights: two maps of 96 by
    /// 4096, what they add, and the share.
    @Test
    void theMapsHaveAsManyWeightsAsInThePaper() {
        try (Backbone body = body();
                TimeCodes times = times(body);
                SegmentForecaster maps =
                        new SegmentForecaster(
                                96,
                                7,
                                Optional.empty(),
                                Optional.of(times),
                                4096,
                                Scaling.WINDOW,
                                1)) {
            assertThat(maps.parameters()).isEqualTo(2L * 96 * 4096 + 4096 + 96 + 1);
        }
    }

    /// With a share of 0 what is told of times is nothing: only the length of a segment's vector is
    /// lost, which is brought to 1 before they would be added.
    @Test
    void aShareOfNothingTellsNoTimes() {
        try (Backbone body = body();
                TimeCodes times = times(body);
                Channels channels = new Channels(List.of(wave("y", 200, 1, 0)), 200);
                SegmentForecaster told =
                        new SegmentForecaster(
                                SEGMENT,
                                2,
                                Optional.empty(),
                                Optional.of(times),
                                32,
                                Scaling.WINDOW,
                                1);
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor window = channels.of(new Channels.Windows(16, 0, 1, 1), 0);
            List<Tensor> weights = told.weights();
            float[] early = Ops.floats(told.next(window, channels.clock(), new int[] {0}));
            weights.getLast().zero_();
            float[] said = Ops.floats(told.next(window, channels.clock(), new int[] {0}));
            float[] later = Ops.floats(told.next(window, channels.clock(), new int[] {77}));
            assertThat(later).isEqualTo(said).isNotEqualTo(early);
            double mean = window.mean().item_double();
            double variance = window.sub(window.mean()).square().mean().item_double();
            double deviation = Math.sqrt(variance + 1e-5);
            Tensor scaled = window.sub(Ops.scalar(mean)).div(Ops.scalar(deviation));
            Tensor x =
                    Ops.linear(
                            scaled.view(2, SEGMENT), weights.get(0), Optional.of(weights.get(1)));
            Tensor by = Ops.linear(TimeCodes.unit(x), weights.get(2), Optional.of(weights.get(3)));
            float[] byHand =
                    Ops.floats(by.mul(Ops.scalar(deviation)).add(Ops.scalar(mean)).view(1, 16));
            assertThat(said).containsExactly(byHand, within(1e-5F));
        }
    }

    /// Without a body and with one segment the whole is an affine map of it: where a linear law
    /// holds, it learns what least squares on pairs of segments says.
    @Test
    void withoutABodyItIsTheLeastSquaresOfPairs() {
        double[] values = new double[400];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.sin(i * 0.7) + 0.5 * Math.cos(i * 1.3);
        }
        Series series = wave("y", 400, 1, 0).with(values);
        try (Channels channels = new Channels(List.of(series), 400);
                SegmentForecaster learned =
                        new AutoTimes(SEGMENT, 1, 4000, 64, 1e-2, Scaling.WINDOW, 1)
                                .fit(channels, 300, AutoTimes.Body.none(16));
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Channels.Windows pairs = Channels.Windows.within(0, 300, 2 * SEGMENT, 1);
            int count = channels.count(pairs);
            Tensor all = channels.of(pairs, IntStream.range(0, count).toArray());
            Tensor before = all.narrow(1, 0, SEGMENT).contiguous();
            Tensor after = all.narrow(1, SEGMENT, SEGMENT).to(ScalarType.Double);
            Tensor rows = affine(before);
            Tensor ridge = torch.eye(SEGMENT + 2).to(ScalarType.Double).mul(Ops.scalar(1e-6));
            Tensor map = Ops.inverse(rows.t().mm(rows).add(ridge)).mm(rows.t().mm(after));
            Channels.Windows later = Channels.Windows.within(300, 400, SEGMENT, 1);
            int[] numbers = IntStream.range(0, channels.count(later)).toArray();
            Tensor seen = channels.of(later, numbers);
            float[] squares = Ops.floats(affine(seen).mm(map).to(ScalarType.Float));
            float[] said =
                    Ops.floats(
                            learned.next(seen, channels.clock(), channels.starts(later, numbers)));
            assertThat(said).containsExactly(squares, within(1e-3F));
        }
    }

    /// What a map that scales by the window's deviation and adds its mean can use: the values apart
    /// from their mean, the deviation, and the mean.
    private static Tensor affine(Tensor windows) {
        Tensor values = windows.to(ScalarType.Double);
        Tensor mean = values.mm(torch.ones(SEGMENT, 1).to(ScalarType.Double)).div(Ops.scalar(8.0));
        Tensor apart = values.sub(mean);
        Tensor deviation =
                apart.square()
                        .mm(torch.ones(SEGMENT, 1).to(ScalarType.Double))
                        .div(Ops.scalar(8.0))
                        .add(Ops.scalar(1e-5))
                        .sqrt();
        return Ops.cat(List.of(apart, deviation, mean), 1); // [windows, segment + 2]
    }

    @Test
    void theClosedFormFindsALinearLaw() {
        Series series = wave("y", 600, 1, 5);
        try (Channels channels = new Channels(List.of(series, wave("z", 600, 3, 0)), 400);
                RolledLinear linear = RolledLinear.fit(channels, 400, 48, 12)) {
            RollingScores scores = RollingScores.of(linear, channels, 400, 600, 1, 30);
            double season = RollingScores.of(new Repeating(24), channels, 400, 600, 1, 30).mse();
            assertThat(scores.mse()).isLessThan(season);
            assertThat(season).isLessThan(0.02);
        }
    }

    @Test
    void whatDoesNotFitIsTold() {
        try (Channels channels = new Channels(List.of(wave("y", 30, 1, 0)), 30)) {
            assertThatThrownBy(() -> steps(1).fit(channels, 30, AutoTimes.Body.none(16)))
                    .hasMessageContaining("hold no window of 32");
        }
        assertThatThrownBy(
                        () -> new Channels(List.of(wave("y", 30, 1, 0), wave("z", 31, 1, 0)), 30))
                .hasMessageContaining("give them the same times");
        assertThatThrownBy(() -> new Channels(List.of(wave("y", 30, 0, 2)), 30))
                .hasMessageContaining("is 2.0 everywhere");
    }

    /// Prompts that are the segments just before are the window itself; others are read where they
    /// stand, and no value between them.
    @Test
    void promptsAreReadWhereTheyStandAndNothingElseIs() {
        Series series = wave("y", 300, 1, 0);
        try (Backbone body = body();
                TimeCodes times = times(body);
                Channels channels = new Channels(List.of(series), 300);
                SegmentForecaster taught =
                        steps(20).fit(channels, 300, AutoTimes.Body.of(body, Optional.of(times)))) {
            Forecast plain = taught.forecast(series, 20);
            Forecast same =
                    new InContext(taught, List.of(2 * SEGMENT, SEGMENT)).forecast(series, 20);
            assertThat(means(same)).containsExactly(means(plain), within(1e-6));

            InContext prompted = new InContext(taught, List.of(48, 24));
            assertThat(prompted.least()).isEqualTo(48 + SEGMENT);
            double[] expected = means(prompted.forecast(series, SEGMENT));
            double[] values = series.values();
            int last = values.length - SEGMENT;
            double[] between = values.clone();
            double[] touched = values.clone();
            for (int i = 0; i < values.length; i++) {
                boolean read =
                        i >= last
                                || (i >= last - 24 && i < last - 24 + SEGMENT)
                                || (i >= last - 48 && i < last - 48 + SEGMENT);
                between[i] += read ? 0 : 7;
            }
            touched[last - 48] += 7;
            assertThat(means(prompted.forecast(with(series, between), SEGMENT)))
                    .containsExactly(expected, within(1e-3));
            assertThat(means(prompted.forecast(with(series, touched), SEGMENT)))
                    .isNotEqualTo(expected);
            assertThatThrownBy(() -> new InContext(taught, List.of(SEGMENT - 1)))
                    .hasMessageContaining("begins 7 values before the last segment and has 8");
            assertThatThrownBy(() -> prompted.forecast(series.part(0, 50), 4))
                    .hasMessageContaining("needs at least 56");
        }
    }

    private static double[] means(Forecast forecast) {
        return forecast.laws().stream().mapToDouble(law -> law.mean()).toArray();
    }

    private static Series with(Series series, double... values) {
        return new Series(series.name(), series.start(), series.cadence(), values);
    }
}
