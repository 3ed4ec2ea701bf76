package org.cumae.unit.patch;

import org.cumae.Check;
import org.cumae.canvas.TokenType;
import org.cumae.noise.Noise;
import org.cumae.psi.Book;
import org.cumae.psi.Raster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Learns a hierarchical local quantizer: codes of patches, then of what is left of them, level
/// after level.
///
/// A patch's codes depend on its own numbers only (the strict locality of PSI, arXiv 2509.09737).
/// The paper's quantizer is a network with a decoder that looks around; this one is exactly local
/// in both directions and learns in seconds.
///
/// @param rounds of k-means
/// @param most patches that are learned from; of more, a random choice
/// @param seed of what is left to chance
/// @param law what codes of a level stand for
public record PatchTraining(int rounds, int most, long seed, Law law) {
    /// Twenty rounds over 20,000 patches.
    public static final PatchTraining DEFAULT = new PatchTraining(20, 20_000, 1);

    /// What codes of a level stand for.
    public enum Law {
        /// Means of k-means, and code 0 of each level for no change: so a picture that is written
        /// with one level more is never farther from what was read, and of a motion's first level
        /// code 0 is standing still.
        MEANS,
        /// Signs on the axes on which patches differ most, a bit for each, the first axis' bit the
        /// highest: look-up-free codes (Yu et al. 2023, arXiv 2310.05737), whose number is a power
        /// of two. Axes are at right angles, so the nearest code is the one whose signs are the
        /// patch's. Each level brings what is written nearer on average, not in every patch.
        SIGNS
    }

    /// By k-means.
    public PatchTraining(int rounds, int most, long seed) {
        this(rounds, most, seed, Law.MEANS);
    }

    /// Checks the numbers.
    public PatchTraining {
        Check.argument(rounds > 0, "%d rounds of k-means; one or more are needed", rounds);
        Check.argument(most > 1, "%d patches are learned from; two or more are needed", most);
    }

    /// Learns the book of a type.
    ///
    /// @param type whose codes; its levels and their sizes say how many patches there are
    /// @param side of a patch, in cells of the rasters
    /// @param rasters to learn from, all of one number of channels, their sides multiples of the
    ///   patch's
    /// @throws IllegalArgumentException if there are too few patches, or a raster does not fit
    public Book learn(TokenType type, int side, List<Raster> rasters) {
        Check.argument(!rasters.isEmpty(), "there is nothing to learn type %s from", type.name());
        int channels = rasters.getFirst().channels();
        float[][] left = chosen(patches(side, channels, rasters));
        List<float[][]> levels = new ArrayList<>();
        for (int level = 0; level < type.levels(); level++) {
            int codes = type.codes().get(level).size();
            Check.argument(
                    codes <= left.length,
                    "type %s has %d codes at level %d and %d patches to learn them from; give more",
                    type.name(),
                    codes,
                    level,
                    left.length);
            float[][] book =
                    switch (law) {
                        case MEANS -> means(left, codes, Noise.of(seed, level));
                        case SIGNS -> signs(left, codes);
                    };
            levels.add(book);
            for (float[] patch : left) {
                float[] taken = book[nearest(book, patch)];
                for (int i = 0; i < patch.length; i++) {
                    patch[i] -= taken[i];
                }
            }
        }
        return new Book(type, side, channels, levels);
    }

    /// Cuts rasters into patches, row by row.
    ///
    /// @return `[patch][side * side * channels]`
    /// @throws IllegalArgumentException if a raster does not fit
    public static List<float[]> patches(int side, int channels, List<Raster> rasters) {
        List<float[]> patches = new ArrayList<>();
        for (Raster raster : rasters) {
            Check.argument(
                    raster.channels() == channels
                            && raster.rows() % side == 0
                            && raster.columns() % side == 0,
                    "%s cannot be cut into patches of side %d with %d channels; crop it",
                    raster,
                    side,
                    channels);
            for (int y = 0; y < raster.rows(); y += side) {
                for (int x = 0; x < raster.columns(); x += side) {
                    float[] patch = new float[side * side * channels];
                    for (int i = 0; i < patch.length; i++) {
                        int cell = i / channels;
                        patch[i] = raster.at(y + cell / side, x + cell % side, i % channels);
                    }
                    patches.add(patch);
                }
            }
        }
        return patches;
    }

    private float[][] chosen(List<float[]> patches) {
        Noise noise = Noise.of(seed, -1);
        int count = Math.min(most, patches.size());
        for (int i = 0; i < count; i++) { // the first of a random order
            int other = i + (int) (noise.uniform(i) * (patches.size() - i));
            float[] swapped = patches.get(i);
            patches.set(i, patches.get(other));
            patches.set(other, swapped);
        }
        return patches.subList(0, count).toArray(float[][]::new);
    }

    /// Zero, and the means of the other clusters; a cluster that lost all its patches begins again
    /// at the patch that is farthest from its mean.
    private float[][] means(float[][] patches, int codes, Noise noise) {
        float[][] means = new float[codes][patches[0].length];
        for (int code = 1; code < codes; code++) {
            means[code] = patches[(int) (noise.uniform(code) * patches.length)].clone();
        }
        for (int round = 0; round < rounds; round++) {
            double[][] sums = new double[codes][patches[0].length];
            int[] counts = new int[codes];
            int farthest = 0;
            double most = -1;
            for (int i = 0; i < patches.length; i++) {
                int code = nearest(means, patches[i]);
                counts[code]++;
                for (int j = 0; j < patches[i].length; j++) {
                    sums[code][j] += patches[i][j];
                }
                double distance = distance(means[code], patches[i]);
                if (distance > most) {
                    most = distance;
                    farthest = i;
                }
            }
            for (int code = 1; code < codes; code++) {
                if (counts[code] == 0) {
                    means[code] = patches[farthest].clone();
                    farthest = (farthest + 1) % patches.length;
                } else {
                    for (int j = 0; j < means[code].length; j++) {
                        means[code][j] = (float) (sums[code][j] / counts[code]);
                    }
                }
            }
        }
        return means;
    }

    /// The mean, and so far to one side of it or the other on each axis as patches lie on average.
    private static float[][] signs(float[][] patches, int codes) {
        int bits = Integer.numberOfTrailingZeros(codes);
        int numbers = patches[0].length;
        Check.argument(
                codes == 1 << bits && bits > 0 && bits <= numbers,
                "%d codes are not told by signs of patches of %d numbers; take a power of two, from 2"
                        + " to 2 to the power of that",
                codes,
                numbers);
        PrincipalAxes found = PrincipalAxes.of(patches, bits);
        double[] far = new double[bits];
        for (float[] patch : patches) {
            for (int bit = 0; bit < bits; bit++) {
                double along = 0;
                for (int i = 0; i < numbers; i++) {
                    along += found.axes()[bit][i] * (patch[i] - found.mean()[i]);
                }
                far[bit] += Math.abs(along) / patches.length;
            }
        }
        float[][] book = new float[codes][numbers];
        for (int code = 0; code < codes; code++) {
            for (int i = 0; i < numbers; i++) {
                double sum = found.mean()[i];
                for (int bit = 0; bit < bits; bit++) {
                    boolean set = (code >> (bits - 1 - bit) & 1) == 1;
                    sum += (set ? far[bit] : -far[bit]) * found.axes()[bit][i];
                }
                book[code][i] = (float) sum;
            }
        }
        return book;
    }

    private static int nearest(float[][] means, float[] patch) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int code = 0; code < means.length; code++) {
            double distance = distance(means[code], patch);
            if (distance < least) {
                least = distance;
                best = code;
            }
        }
        return best;
    }

    private static double distance(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            double gap = one[i] - other[i];
            sum += gap * gap;
        }
        return sum;
    }

    /// How well a book writes what it reads.
    ///
    /// @param psnr `[level]`, decibels with that level and those before it, a full range of 1;
    ///   infinite where nothing is lost
    /// @param usage `[level]`, the share of codes that occur
    /// @param perplexity `[level]`, how many codes there would be, were all equally frequent
    /// @param bitsPerPatch of all levels, before anything is known of their frequencies
    public record Quality(
            List<Double> psnr, List<Double> usage, List<Double> perplexity, double bitsPerPatch) {
        /// Copies the lists.
        public Quality {
            psnr = List.copyOf(psnr);
            usage = List.copyOf(usage);
            perplexity = List.copyOf(perplexity);
        }
    }

    /// Holds a book against rasters that it did not learn from.
    public static Quality quality(Book book, List<Raster> rasters) {
        TokenType type = book.type();
        double[] errors = new double[type.levels()];
        long[][] counts = new long[type.levels()][];
        Arrays.setAll(counts, level -> new long[type.codes().get(level).size()]);
        long cells = 0;
        for (float[] patch : patches(book.side(), book.channels(), rasters)) {
            var codes = book.codes(patch);
            cells += patch.length;
            for (int level = 0; level < errors.length; level++) {
                errors[level] += distance(book.patch(codes.slice(0, level + 1)), patch);
                counts[level][codes.get(level) - type.codes().get(level).from()]++;
            }
        }
        List<Double> psnr = new ArrayList<>();
        List<Double> usage = new ArrayList<>();
        List<Double> perplexity = new ArrayList<>();
        double bits = 0;
        for (int level = 0; level < errors.length; level++) {
            psnr.add(-10 * Math.log10(errors[level] / cells));
            long total = Arrays.stream(counts[level]).sum();
            usage.add(
                    (double) Arrays.stream(counts[level]).filter(n -> n > 0).count()
                            / counts[level].length);
            double entropy = 0;
            for (long count : counts[level]) {
                double p = (double) count / total;
                entropy -= p > 0 ? p * Math.log(p) : 0;
            }
            perplexity.add(Math.exp(entropy));
            bits += Math.log(counts[level].length) / Math.log(2);
        }
        return new Quality(psnr, usage, perplexity, bits);
    }
}
