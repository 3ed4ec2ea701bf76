package org.cumae.train.series;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.net.Backbone;
import org.cumae.noise.Noise;
import org.cumae.torch.Ops;
import org.cumae.train.AdamWOptions;
import org.cumae.train.Batches;
import org.cumae.train.Journal;
import org.cumae.train.Learner;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.train.series.Channels.Windows;
import org.cumae.unit.Tokenizer;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// How a frozen language model is taught to forecast: the squared error of the next segment after
/// every segment of a window.
///
/// @param segment how many values a segment has
/// @param segments how many it looks back on
/// @param steps how often the maps are changed
/// @param batch windows in a step
/// @param rate the first learning rate, which falls to nothing as a cosine does
/// @param seed of the first maps and of the windows in a step
/// @see <a href="https://arxiv.org/abs/2402.02370">Liu et al. 2024, AutoTimes</a>
public record AutoTimes(int segment, int segments, long steps, int batch, double rate, long seed) {
    private static final AdamWOptions ADAM = new AdamWOptions(0.9, 0.999, 1e-8, 0);
    private static final int TRIED = 512; // windows whose errors say how sure it is
    private static final double LEAST_RATE = 1e-8;
    private static final double LEAST_VARIANCE = 1e-5; // of a window, in scaled values

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException naming the value and its range
    public AutoTimes {
        Check.argument(segment > 0, "the segment is %d values; it must be 1 or more", segment);
        Check.argument(segments > 0, "it looks back on %d segments; give 1 or more", segments);
        Check.argument(steps > 0, "steps is %d; it must be 1 or more", steps);
        Check.argument(batch > 0, "batch is %d; it must be 1 or more", batch);
        Check.argument(rate > 0, "the learning rate is %s; it must be above 0", rate);
    }

    /// What reads the segments.
    ///
    /// @param backbone borrowed; empty where segments go from map to map
    /// @param width of the maps
    /// @param tokenizer puts times into words for it; empty where it is not told times
    public record Body(Optional<Backbone> backbone, int width, Optional<Tokenizer> tokenizer) {
        /// A language model.
        public static Body of(Backbone backbone, Optional<Tokenizer> tokenizer) {
            return new Body(Optional.of(backbone), backbone.config().width(), tokenizer);
        }

        /// None.
        public static Body none(int width) {
            return new Body(Optional.empty(), width, Optional.empty());
        }
    }

    /// Learns from the first values of channels; the last fifth of those says how sure it is.
    ///
    /// @param known how many values of each
    /// @param body borrowed, as long as the forecaster lives
    /// @throws IllegalArgumentException if they hold no window
    public SegmentForecaster fit(Channels channels, int known, Body body) {
        Optional<TimeCodes> times =
                body.tokenizer()
                        .flatMap(
                                tokenizer ->
                                        body.backbone().map(back -> TimeCodes.of(back, tokenizer)));
        SegmentForecaster forecaster =
                new SegmentForecaster(
                        segment, segments, body.backbone(), times, body.width(), seed);
        try {
            int context = forecaster.context();
            Windows windows = Windows.within(0, known, context + segment, 1);
            int count = channels.count(windows);
            try (RunFolder folder = RunFolder.temporary();
                    Trainer<Chosen> trainer =
                            new Trainer<>(
                                    new Fitting(forecaster, channels, windows),
                                    drawn(count),
                                    _ -> new Chosen(new int[] {0}),
                                    TrainerOptions.through(
                                            steps,
                                            seed,
                                            new Schedule.Cosine(rate, LEAST_RATE, 1, steps),
                                            ADAM,
                                            Double.MAX_VALUE),
                                    folder,
                                    new Journal() {})) {
                trainer.run();
            }
            forecaster.expect(deviations(forecaster, channels, known));
            return forecaster;
        } catch (RuntimeException e) {
            forecaster.close();
            throw e;
        }
    }

    private Batches<Chosen> drawn(int count) {
        Noise noise = Noise.of(seed, 18);
        return number -> {
            int[] chosen = new int[Math.min(batch, count)];
            for (int i = 0; i < chosen.length; i++) {
                chosen[i] = (int) (noise.uniform(number * batch + i) * count);
            }
            return new Chosen(chosen);
        };
    }

    /// The deviation of errors, so many values ahead, in windows at the end of what was learned
    /// from, scaled by each window's own.
    private static double[] deviations(SegmentForecaster forecaster, Channels channels, int known) {
        int context = forecaster.context();
        int room = Math.min(known - context, 8 * forecaster.segment());
        int horizon = Math.max(1, room);
        int from = Math.max(0, Math.min(known - context - horizon, known * 4 / 5 - context));
        Windows windows = Windows.within(from, known, context + horizon, 1);
        int count = channels.count(windows);
        int[] numbers =
                IntStream.range(0, Math.min(TRIED, count))
                        .map(i -> (int) ((long) i * count / Math.min(TRIED, count)))
                        .toArray();
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor all = channels.of(windows, numbers);
            Tensor before = all.narrow(1, 0, context).contiguous();
            Tensor said =
                    forecaster.roll(
                            before, channels.clock(), channels.starts(windows, numbers), horizon);
            float[] apart = Ops.floats(said.sub(all.narrow(1, context, horizon)).contiguous());
            float[] values = Ops.floats(before);
            double[] squares = new double[horizon];
            for (int i = 0; i < numbers.length; i++) {
                double variance = variance(values, i * context, context);
                for (int step = 0; step < horizon; step++) {
                    double error = apart[i * horizon + step];
                    squares[step] += error * error / variance / numbers.length;
                }
            }
            return Arrays.stream(squares).map(Math::sqrt).toArray();
        }
    }

    private static double variance(float[] values, int from, int length) {
        double[] own = IntStream.range(from, from + length).mapToDouble(i -> values[i]).toArray();
        double mean = Arrays.stream(own).average().orElseThrow();
        double squares = Arrays.stream(own).map(v -> (v - mean) * (v - mean)).sum();
        return Math.max(squares / length, LEAST_VARIANCE);
    }

    /// Some windows.
    @SuppressWarnings("ArrayRecordComponent") // made once and read once, in a step
    record Chosen(int[] numbers) {}

    private record Fitting(SegmentForecaster forecaster, Channels channels, Windows windows)
            implements Learner<Chosen> {
        @Override
        public List<Tensor> weights() {
            return forecaster.weights();
        }

        @Override
        public List<Chosen> parts(Chosen batch, int most) {
            int[] numbers = batch.numbers();
            int parts = Math.min(most, numbers.length);
            return IntStream.range(0, parts)
                    .mapToObj(
                            part ->
                                    new Chosen(
                                            Arrays.copyOfRange(
                                                    numbers,
                                                    part * numbers.length / parts,
                                                    (part + 1) * numbers.length / parts)))
                    .toList();
        }

        @Override
        public Loss loss(Chosen batch, Optional<Generator> chance) {
            int context = forecaster.context();
            Tensor all = channels.of(windows, batch.numbers()); // [windows, context + segment]
            Tensor said =
                    forecaster.next(
                            all.narrow(1, 0, context).contiguous(),
                            channels.clock(),
                            channels.starts(windows, batch.numbers()));
            Tensor came = all.narrow(1, forecaster.segment(), context);
            return new Loss(said.sub(came).square().sum(), (long) batch.numbers().length * context);
        }

        /// The last weights are taken.
        @Override
        public void save(Path folder) {}
    }
}
