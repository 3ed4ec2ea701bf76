package org.cumae.unit.picture;

import org.cumae.Check;
import org.cumae.noise.Noise;
import org.cumae.picture.Bands;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchPyramid;
import org.cumae.psi.Raster;
import org.cumae.unit.patch.PatchTraining;
import org.cumae.unit.patch.PrincipalAxes;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Learns the code of a pyramid: the axes on which patches differ most, and then its book, by
/// rounds of reading pictures with the book that there is and moving each code to the mean of what
/// it was chosen for.
///
/// Code 0 stays nothing. A code that nothing chose begins again at a vector that was met.
///
/// @param rounds of reading and moving
/// @param most pictures that are read in a round; of more, another choice each round
/// @param seed of what is left to chance
public record PyramidTraining(int rounds, int most, long seed) {
    /// Twelve rounds over 600 pictures.
    public static final PyramidTraining DEFAULT = new PyramidTraining(12, 600, 1);

    /// Checks the numbers.
    public PyramidTraining {
        Check.argument(rounds > 0, "%d rounds; one or more are needed", rounds);
        Check.argument(most > 0, "%d pictures are read; one or more are needed", most);
    }

    /// The axes on which patches differ most.
    ///
    /// @param width how many; at most as many as a patch has numbers
    /// @param side of a patch
    /// @param pictures to learn from
    public PatchBasis basis(int width, int side, List<Raster> pictures) {
        int channels = pictures.getFirst().channels();
        PrincipalAxes found =
                PrincipalAxes.of(
                        PatchTraining.patches(side, channels, pictures).toArray(float[][]::new),
                        width);
        double total = 0;
        for (float variance : found.variances()) {
            total += variance;
        }
        return new PatchBasis(
                side,
                channels,
                found.mean(),
                found.axes(),
                (float) Math.max(Math.sqrt(total / width), 1e-6));
    }

    /// Learns a code.
    ///
    /// @param law what each scale is to tell
    /// @param sides of the scales
    /// @param codes how many
    /// @param width of vectors
    /// @param side of a patch, in pixels
    /// @param pictures to learn from
    public PatchPyramid learn(
            Bands.Law law,
            List<Integer> sides,
            int codes,
            int width,
            int side,
            List<Raster> pictures) {
        Check.argument(!pictures.isEmpty(), "there are no pictures to learn from");
        List<Raster> few = pictures.subList(0, Math.min(pictures.size(), most));
        PatchBasis basis = basis(width, side, few);
        PatchPyramid code = new PatchPyramid(basis, law, sides, new float[1][width]);
        for (int round = 0; round < rounds; round++) {
            float[][] met = met(code, pictures, round);
            Check.argument(
                    codes <= met.length,
                    "%d codes are learned from %d vectors; give more pictures",
                    codes,
                    met.length);
            code =
                    code.withBook(
                            round == 0
                                    ? chosen(met, codes, Noise.of(seed, 0))
                                    : moved(code, met, Noise.of(seed, round)));
        }
        return code;
    }

    private float[][] met(PatchPyramid code, List<Raster> pictures, int round) {
        int count = Math.min(most, pictures.size());
        return IntStream.range(0, count)
                .map(i -> (int) (((long) round * count + i) % pictures.size()))
                .mapToObj(i -> code.reading(pictures.get(i)).vectors())
                .flatMap(Arrays::stream)
                .toArray(float[][]::new);
    }

    /// Nothing, and vectors by chance.
    private static float[][] chosen(float[][] met, int codes, Noise noise) {
        float[][] book = new float[codes][met[0].length];
        for (int code = 1; code < codes; code++) {
            book[code] = met[(int) (noise.uniform(code) * met.length)].clone();
        }
        return book;
    }

    private static float[][] moved(PatchPyramid code, float[][] met, Noise noise) {
        int width = met[0].length;
        double[][] sums = new double[code.vocabulary()][width];
        int[] counts = new int[sums.length];
        for (float[] vector : met) {
            int nearest = code.nearest(vector);
            counts[nearest]++;
            for (int i = 0; i < width; i++) {
                sums[nearest][i] += vector[i];
            }
        }
        float[][] book = new float[sums.length][width];
        for (int each = 1; each < book.length; each++) {
            if (counts[each] == 0) {
                book[each] = met[(int) (noise.uniform(each) * met.length)].clone();
            } else {
                for (int i = 0; i < width; i++) {
                    book[each][i] = (float) (sums[each][i] / counts[each]);
                }
            }
        }
        return book;
    }
}
