package org.cumae.train.denoise;

import org.cumae.Check;
import org.cumae.model.Denoising;
import org.cumae.noise.Noise;
import org.cumae.train.Batches;
import org.cumae.train.text.Windows.WindowBatch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// How tokens of windows become masks, and what each masked one weighs.
///
/// The first token of a window is never masked: there is no text that begins with nothing. Levels
/// of a batch are spread evenly over their range by steps of the golden ratio, from a beginning of
/// chance.
///
/// @param level what shares a level of noise
/// @param sampler which tokens are masked at a level
/// @param weight what a masked token weighs
/// @param complementary whether each window comes a second time with the other tokens masked
/// @param floor the lowest level of coins, in (0, 1)
public record MaskProcess(
        Level level, Sampler sampler, Weight weight, boolean complementary, double floor) {
    /// As SDAR weighs, with a level for each block, which varies less than its one for each sample.
    ///
    /// @see <a href="https://arxiv.org/abs/2510.06303">SDAR 2025</a>
    public static final MaskProcess SDAR =
            new MaskProcess(Level.BLOCK, Sampler.COINS, Weight.BOUND, false, 1e-3);

    /// Fast-dLLM v2: each token is masked in one of two views. Not a bound of the likelihood.
    ///
    /// @see <a href="https://arxiv.org/abs/2509.26328">Fast-dLLM v2 2025</a>
    public static final MaskProcess FAST_DLLM =
            new MaskProcess(Level.BLOCK, Sampler.COINS, Weight.EVEN, true, 1e-3);

    /// WeDLM: an exact number of masks a block.
    ///
    /// @see <a href="https://arxiv.org/abs/2512.22737">WeDLM 2025</a>
    public static final MaskProcess WEDLM =
            new MaskProcess(Level.BLOCK, Sampler.COUNT, Weight.SHARE, false, 1e-3);

    /// Full sequences, as LLaDA learns.
    ///
    /// @see <a href="https://arxiv.org/abs/2502.09992">LLaDA 2025</a>
    public static final MaskProcess FULL =
            new MaskProcess(Level.SEQUENCE, Sampler.COINS, Weight.BOUND, false, 1e-3);

    /// An exact number of masks a block, weighed for the bound: what is measured with.
    public static final MaskProcess COUNTED =
            new MaskProcess(Level.BLOCK, Sampler.COUNT, Weight.BOUND, false, 1e-3);

    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    /// What shares a level of noise.
    public enum Level {
        /// All of a window.
        SEQUENCE,
        /// A block of it.
        BLOCK
    }

    /// Which tokens are masked at a level.
    public enum Sampler {
        /// Each by itself, with the level as its probability.
        COINS,
        /// So many, any of them: a number from 1 to all of what shares the level, uniformly.
        COUNT
    }

    /// What a masked token weighs.
    public enum Weight {
        /// The inverse of its level, so that the mean over all tokens bounds the surprise.
        BOUND,
        /// As much as any other; the mean is over masked tokens.
        EVEN,
        /// Its part of the sum of inverse levels.
        SHARE
    }

    /// Which tokens may be masked at all.
    @FunctionalInterface
    public interface Maskable {
        /// All but the first of a window.
        Maskable ALL = (_, _) -> true;

        /// Whether a token of a window may be.
        ///
        /// @param window its ids, `[length + 1]`
        /// @param place from 1
        boolean test(int[] window, int place);
    }

    /// Checks the floor.
    public MaskProcess {
        Check.argument(floor > 0 && floor < 1, "floor is %s; it must lie in (0, 1)", floor);
    }

    /// The same with levels shared otherwise.
    public MaskProcess by(Level other) {
        return new MaskProcess(other, sampler, weight, complementary, floor);
    }

    /// The same with tokens masked otherwise.
    public MaskProcess by(Sampler other) {
        return new MaskProcess(level, other, weight, complementary, floor);
    }

    /// The same with other weights.
    public MaskProcess weighing(Weight other) {
        return new MaskProcess(level, sampler, other, complementary, floor);
    }

    /// The same without second views, or with them.
    public MaskProcess complementary(boolean wanted) {
        return new MaskProcess(level, sampler, weight, wanted, floor);
    }

    /// Masks tokens of windows.
    ///
    /// @param seed which
    public Batches<NoisyBatch> of(
            Batches<WindowBatch> windows, Denoising denoising, Maskable maskable, long seed) {
        return number -> {
            Noise noise = Noise.of(seed, 2).at(number);
            double phase = noise.uniform(0);
            return noisy(
                    windows.at(number),
                    denoising,
                    maskable,
                    noise,
                    group -> (phase + GOLDEN * group) % 1);
        };
    }

    /// One of several looks at the same windows, their levels spread evenly: look `j` of `J` draws
    /// from the `j`-th of `J` equal parts of the range.
    ///
    /// @param look from 0
    /// @param looks how many
    public NoisyBatch look(
            WindowBatch windows,
            Denoising denoising,
            Maskable maskable,
            int look,
            int looks,
            long seed) {
        Noise noise = Noise.of(seed, 3).at(look);
        return noisy(
                windows,
                denoising,
                maskable,
                noise,
                group -> (look + noise.at(7).uniform(group)) / looks);
    }

    /// Levels in [0, 1), by what shares them.
    private interface Levels {
        double of(int group);
    }

    private NoisyBatch noisy(
            WindowBatch windows,
            Denoising denoising,
            Maskable maskable,
            Noise noise,
            Levels levels) {
        int length = windows.length();
        int rows = windows.rows() * length;
        boolean[] masked = new boolean[rows];
        boolean[] may = new boolean[rows];
        double[] weights = new double[rows];
        int group = 0;
        for (int row = 0; row < windows.rows(); row++) {
            int first = row * length;
            int[] window = window(windows, row);
            IntStream.range(1, length)
                    .forEach(place -> may[first + place] = maskable.test(window, place));
            int apart = level == Level.BLOCK ? denoising.block() : length;
            for (int begin = 0; begin < length; begin += apart) {
                List<Integer> places =
                        IntStream.range(begin, Math.min(begin + apart, length))
                                .map(place -> first + place)
                                .filter(place -> may[place])
                                .boxed()
                                .toList();
                if (!places.isEmpty()) {
                    mask(places, levels.of(group), noise.at(1).at(group), masked, weights);
                    group++;
                }
            }
        }
        NoisyBatch batch = new NoisyBatch(windows, denoising, masked, may, weights, weight);
        return complementary ? batch.withComplement() : batch;
    }

    private static int[] window(WindowBatch windows, int row) {
        int each = windows.length() + 1;
        return IntStream.range(row * each, (row + 1) * each).map(i -> windows.ids()[i]).toArray();
    }

    private void mask(
            List<Integer> places, double u, Noise noise, boolean[] masked, double[] weights) {
        int count = places.size();
        switch (sampler) {
            case COINS -> {
                double p = (1 - floor) * u + floor;
                for (int place : places) {
                    masked[place] = noise.uniform(place) < p;
                    weights[place] = weight == Weight.EVEN ? 1 : 1 / p;
                }
            }
            case COUNT -> {
                int chosen = Math.min(1 + (int) (u * count), count);
                places.stream()
                        .sorted(Comparator.comparingLong(place -> noise.bits(place)))
                        .limit(chosen)
                        .forEach(place -> masked[place] = true);
                places.forEach(
                        place ->
                                weights[place] =
                                        weight == Weight.EVEN ? 1 : (double) count / chosen);
            }
        }
    }

    /// What of a list of windows is masked, and how much it weighs.
    ///
    /// @param windows the last token of each is not used but for what follows the one before
    /// @param denoising how a model is to fill the masks
    /// @param masked which of the first `length` tokens of each, `[rows * length]`
    /// @param may which could have been, same
    /// @param weights of masked ones, same
    /// @param weight how the loss is a mean
    @SuppressWarnings("ArrayRecordComponent") // made once and read once, in a step
    public record NoisyBatch(
            WindowBatch windows,
            Denoising denoising,
            boolean[] masked,
            boolean[] may,
            double[] weights,
            Weight weight) {
        /// Positions of a window.
        public int length() {
            return windows.length();
        }

        /// How many windows.
        public int rows() {
            return windows.rows();
        }

        /// The token at a place of a window, the one behind the last too.
        public int id(int row, int place) {
            return windows.ids()[row * (windows.length() + 1) + place];
        }

        /// Whether it is masked.
        public boolean isMasked(int row, int place) {
            return masked[row * windows.length() + place];
        }

        /// What it weighs.
        public double weight(int row, int place) {
            return weights[row * windows.length() + place];
        }

        /// How many tokens could have been masked.
        public int maskable() {
            return (int) IntStream.range(0, may.length).filter(i -> may[i]).count();
        }

        /// Each window twice: as it is, and with those tokens masked that are not.
        NoisyBatch withComplement() {
            int rows = masked.length;
            int[] ids = new int[2 * windows.ids().length];
            System.arraycopy(windows.ids(), 0, ids, 0, windows.ids().length);
            System.arraycopy(windows.ids(), 0, ids, windows.ids().length, windows.ids().length);
            boolean[] both = new boolean[2 * rows];
            boolean[] mayBoth = new boolean[2 * rows];
            double[] weightsBoth = new double[2 * rows];
            for (int i = 0; i < rows; i++) {
                both[i] = masked[i];
                both[rows + i] = may[i] && !masked[i];
                mayBoth[i] = may[i];
                mayBoth[rows + i] = may[i];
                weightsBoth[i] = weights[i];
                weightsBoth[rows + i] = weights[i];
            }
            return new NoisyBatch(
                    new WindowBatch(ids, 2 * windows.rows(), windows.length()),
                    denoising,
                    both,
                    mayBoth,
                    weightsBoth,
                    weight);
        }

        /// The same of parts of the windows, at most so many.
        List<NoisyBatch> parts(int most) {
            int count = Math.min(most, rows());
            int each = windows.length();
            List<NoisyBatch> parts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int from = i * rows() / count;
                int to = (i + 1) * rows() / count;
                parts.add(
                        new NoisyBatch(
                                new WindowBatch(
                                        Arrays.copyOfRange(
                                                windows.ids(), from * (each + 1), to * (each + 1)),
                                        to - from,
                                        each),
                                denoising,
                                Arrays.copyOfRange(masked, from * each, to * each),
                                Arrays.copyOfRange(may, from * each, to * each),
                                Arrays.copyOfRange(weights, from * each, to * each),
                                weight));
            }
            return parts;
        }
    }
}
