package org.cumae.train.series;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.net.Backbone;
import org.cumae.noise.Noise;
import org.cumae.train.AdamWOptions;
import org.cumae.train.Batches;
import org.cumae.train.Journal;
import org.cumae.train.Learner;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.train.series.Channels.Windows;

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
/// @param scaling by which values those of a segment are scaled
/// @param seed of the first maps and of the windows in a step
/// @see <a href="https://arxiv.org/abs/2402.02370">Liu et al. 2024, AutoTimes</a>
public record AutoTimes(
        int segment, int segments, long steps, int batch, double rate, Scaling scaling, long seed) {
    private static final AdamWOptions ADAM = new AdamWOptions(0.9, 0.999, 1e-8, 0);
    private static final double LEAST_RATE = 1e-8;

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
    /// @param times borrowed; empty where it is not told times
    public record Body(Optional<Backbone> backbone, int width, Optional<TimeCodes> times) {
        /// A language model.
        public static Body of(Backbone backbone, Optional<TimeCodes> times) {
            return new Body(Optional.of(backbone), backbone.config().width(), times);
        }

        /// None.
        public static Body none(int width) {
            return new Body(Optional.empty(), width, Optional.empty());
        }
    }

    /// Learns from the first values of channels. How sure it is it does not know until it is tried
    /// on others, see [SegmentForecaster#tryOn].
    ///
    /// @param known how many values of each
    /// @param body borrowed, as long as the forecaster lives
    /// @throws IllegalArgumentException if they hold no window
    public SegmentForecaster fit(Channels channels, int known, Body body) {
        SegmentForecaster forecaster =
                new SegmentForecaster(
                        segment,
                        segments,
                        body.backbone(),
                        body.times(),
                        body.width(),
                        scaling,
                        seed);
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
