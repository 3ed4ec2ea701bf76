package org.cumae.train.series;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.Check;
import org.cumae.series.Autoregression;
import org.cumae.series.Series;
import org.cumae.torch.Ops;
import org.cumae.train.AdamWOptions;
import org.cumae.train.Epochs;
import org.cumae.train.Journal;
import org.cumae.train.Learner;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// An autoregression that is learned by gradient, so that time grows with the number of lags and
/// not with its square, and most lags may be expected not to count.
///
/// @param lags how many values back it may look
/// @param sparsity the price on lags that do not count
/// @param epochs how often each value is learned from
/// @param batch values in a step
/// @param rate the largest learning rate, of a single rise and fall
/// @param seed of the order of values
/// @see <a href="https://arxiv.org/abs/1911.12436">Triebe, Laptev and Rajagopal 2019, AR-Net</a>
public record ArNet(int lags, Sparsity sparsity, int epochs, int batch, double rate, long seed) {
    private static final int BLOCK = 8192;

    /// What is remembered of squared gradients is short: the price is steep where a weight crosses
    /// 0, and a long memory of that would hold the weight where it happens to be.
    private static final AdamWOptions ADAM = new AdamWOptions(0.9, 0.9, 1e-8, 0);

    private static final double FULL_PRICE = 0.5; // the share of the run after which it is whole
    private static final double FIRST_RATE = 1.0 / 25; // of the largest
    private static final double RISE = 0.25; // the share of the run in which the rate rises

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException naming the value and its range
    public ArNet {
        Check.argument(lags > 0, "lags is %d; it must be 1 or more", lags);
        Check.argument(epochs > 0, "epochs is %d; it must be 1 or more", epochs);
        Check.argument(batch > 0, "batch is %d; it must be 1 or more", batch);
        Check.argument(rate > 0, "the learning rate is %s; it must be above 0", rate);
    }

    /// What suits a series of so many values.
    public static ArNet of(int lags, double share, int values) {
        boolean small = values < 5000;
        return new ArNet(
                lags,
                Sparsity.of(share, values),
                small ? 60 : 10,
                small ? 32 : 128,
                small ? 1e-2 : 2e-3,
                1);
    }

    /// Learns a series.
    ///
    /// @throws IllegalArgumentException if it has no window of so many known values
    public Autoregression fit(Series series) {
        try (Lags windows = new Lags(series, lags);
                RunFolder folder = RunFolder.temporary()) {
            int each = Math.min(batch, windows.count());
            Epochs numbers = new Epochs(windows.count(), each, seed);
            long steps = (long) epochs * numbers.perEpoch();
            try (Fitting fitting = new Fitting(windows, sparsity);
                    Trainer<Window> trainer =
                            new Trainer<>(
                                    fitting,
                                    number ->
                                            new Window(numbers.at(number), (double) number / steps),
                                    _ -> new Window(new int[] {0}, 1),
                                    options(steps),
                                    folder,
                                    new Journal() {})) {
                trainer.run();
                return fitting.law();
            }
        }
    }

    private TrainerOptions options(long steps) {
        long rise = Math.max(1, (long) (RISE * steps));
        return TrainerOptions.through(
                steps,
                seed,
                new Schedule.OneCycle(rate, rate * FIRST_RATE, rise, steps),
                ADAM,
                Double.MAX_VALUE);
    }

    /// Some windows, and how far the run is.
    record Window(int[] numbers, double progress) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Window(int[] theirs, double far)
                    && Arrays.equals(numbers, theirs)
                    && progress == far;
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(numbers);
        }
    }

    /// The weights at work.
    private static final class Fitting implements Learner<Window>, AutoCloseable {
        private final Lags windows;
        private final Sparsity sparsity;
        private final Tensor weights; // [lags, 1], in the order of time
        private final Tensor intercept; // [1]

        Fitting(Lags windows, Sparsity sparsity) {
            this.windows = windows;
            this.sparsity = sparsity;
            try (var _ = new PointerScope()) {
                weights = torch.zeros(windows.lags(), 1).retainReference();
                intercept = torch.zeros(1).retainReference();
            }
        }

        @Override
        public List<Tensor> weights() {
            return List.of(weights, intercept);
        }

        @Override
        public Loss loss(Window window, Optional<Generator> chance) {
            int count = window.numbers().length;
            Tensor values = windows.windows(window.numbers());
            Tensor before = values.narrow(1, 0, windows.lags()); // [count, lags]
            Tensor said = before.mm(weights).add(intercept); // [count, 1]
            Tensor squares = said.sub(values.narrow(1, windows.lags(), 1)).square().sum();
            double share = Math.min(1, window.progress() / FULL_PRICE);
            double rate = sparsity.rate() * share * share;
            if (chance.isEmpty() || rate == 0) {
                return new Loss(squares, count);
            }
            Tensor price = sparsity.price(weights).mul(Ops.scalar(rate * count));
            return new Loss(squares.add(price), count);
        }

        /// The last weights are taken, not those of some look: they are what the price has left.
        @Override
        public void save(Path folder) {}

        Autoregression law() {
            try (var _ = new PointerScope();
                    var _ = new NoGradGuard()) {
                float[] inTime = Ops.floats(weights.detach());
                double[] byLag = new double[inTime.length];
                for (int lag = 1; lag <= byLag.length; lag++) {
                    byLag[lag - 1] = inTime[inTime.length - lag];
                }
                return windows.law(
                        "AR-Net, %d lags".formatted(byLag.length),
                        intercept.item_double(),
                        byLag,
                        deviation());
            }
        }

        private double deviation() {
            double squares = 0;
            for (int from = 0; from < windows.count(); from += BLOCK) {
                int to = Math.min(from + BLOCK, windows.count());
                try (var _ = new PointerScope()) {
                    Window block = new Window(IntStream.range(from, to).toArray(), 1);
                    squares += loss(block, Optional.empty()).total().item_double();
                }
            }
            return Math.sqrt(squares / windows.count());
        }

        @Override
        public void close() {
            weights.close();
            intercept.close();
        }
    }
}
