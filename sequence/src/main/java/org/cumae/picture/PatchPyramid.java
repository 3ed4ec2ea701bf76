package org.cumae.picture;

import org.cumae.Check;
import org.cumae.psi.Raster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// A pyramid over vectors of patches, whose book is found by k-means and not by a network.
///
/// With [Bands.Law#RESIDUAL] that is VAR's multi-scale residual quantisation (arXiv 2404.02905),
/// with the other laws NFIG's bands (arXiv 2503.07076). What a scale stands for is enlarged by
/// cubic interpolation and nothing else (VAR's phi with ratio 0). Code 0 stands for nothing, since
/// a small book without it diverges: every scale would have to add something.
public final class PatchPyramid implements PyramidCode {
    private final PatchBasis basis;
    private final Bands.Law law;
    private final int[] sides;
    private final float[][] book; // [code][width]
    private final Bands bands;
    private final List<Resize> pools = new ArrayList<>();
    private final List<Resize> enlargements = new ArrayList<>();

    /// A code.
    ///
    /// @param basis the vectors of a picture's patches
    /// @param law what each scale is to tell
    /// @param sides of the scales, ascending; the last one is the grid of patches
    /// @param book `[code][width]`, code 0 all zero; taken over
    /// @throws IllegalArgumentException if sides do not ascend, or code 0 is not zero
    public PatchPyramid(PatchBasis basis, Bands.Law law, List<Integer> sides, float[]... book) {
        this.basis = basis;
        this.law = law;
        this.sides = PyramidCode.ascending(sides).stream().mapToInt(Integer::intValue).toArray();
        this.book = book;
        Check.argument(
                book.length > 0 && book[0].length == basis.width(),
                "codes stand for vectors of %d numbers and patches have %d",
                book.length == 0 ? 0 : book[0].length,
                basis.width());
        for (float value : book[0]) {
            Check.argument(value == 0, "code 0 must stand for nothing; it holds %s", value);
        }
        int grid = sides.getLast();
        this.bands = Bands.of(law, grid, this.sides);
        for (int side : sides) {
            pools.add(Resize.pool(grid, side));
            enlargements.add(Resize.cubic(side, grid));
        }
    }

    /// The vectors of patches.
    public PatchBasis basis() {
        return basis;
    }

    /// What each scale is to tell.
    public Bands.Law law() {
        return law;
    }

    @Override
    public List<Integer> sides() {
        return IntStream.of(sides).boxed().toList();
    }

    /// What a code stands for, `[width]`.
    public float[] vector(int code) {
        return book[code].clone();
    }

    /// Which bins of the spectrum each scale is to tell.
    public Bands bands() {
        return bands;
    }

    /// The same with another book.
    ///
    /// @param other `[code][width]`
    public PatchPyramid withBook(float[]... other) {
        return new PatchPyramid(basis, law, sides(), other);
    }

    @Override
    public int vocabulary() {
        return book.length;
    }

    @Override
    public int width() {
        return basis.width();
    }

    @Override
    public int rows() {
        return grid() * basis.side();
    }

    @Override
    public int columns() {
        return rows();
    }

    @Override
    public int channels() {
        return basis.channels();
    }

    private int grid() {
        return sides[sides.length - 1];
    }

    @Override
    public int[] read(Raster picture) {
        return reading(picture).codes();
    }

    /// What reading a picture met with.
    ///
    /// @param codes `[length]`
    /// @param vectors `[length][width]`, what each code was chosen for
    /// @param owed `[scale][grid * grid * width]`, what was left behind each scale
    @SuppressWarnings("ArrayRecordComponent") // looked at and dropped
    public record Reading(int[] codes, float[][] vectors, float[][] owed) {}

    /// Reads a picture, and tells what was met on the way.
    public Reading reading(Raster picture) {
        Check.argument(
                picture.rows() == rows() && picture.columns() == columns(),
                "a picture of %d x %d pixels is read in scales to %d x %d; crop or resample it",
                picture.columns(),
                picture.rows(),
                columns(),
                rows());
        int width = basis.width();
        float[] vectors = basis.vectors(picture);
        int[] codes = new int[length()];
        float[][] met = new float[codes.length][];
        float[][] left = new float[sides.length][];
        float[] owed = new float[vectors.length];
        int from = 0;
        for (int k = 0; k < sides.length; k++) {
            if (k == 0 || law != Bands.Law.RESIDUAL) {
                add(owed, bands.part(k, vectors, width), 1);
            }
            float[] pooled = pools.get(k).of(owed, width);
            int cells = sides[k] * sides[k];
            for (int cell = 0; cell < cells; cell++) {
                float[] wanted = Arrays.copyOfRange(pooled, cell * width, (cell + 1) * width);
                met[from + cell] = wanted;
                codes[from + cell] = nearest(wanted);
            }
            add(owed, told(k, codes, from), -1);
            left[k] = owed.clone();
            from += cells;
        }
        return new Reading(codes, met, left);
    }

    /// The code that stands for the vector nearest to another one; the first of several.
    ///
    /// @param wanted `[width]`
    public int nearest(float... wanted) {
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int code = 0; code < book.length; code++) {
            double distance = 0;
            for (int i = 0; i < wanted.length && distance < least; i++) {
                double gap = book[code][i] - wanted[i];
                distance += gap * gap;
            }
            if (distance < least) {
                least = distance;
                best = code;
            }
        }
        return best;
    }

    /// What a scale adds to the grid, `[grid * grid * width]`.
    private float[] told(int k, int[] codes, int from) {
        int width = basis.width();
        int cells = sides[k] * sides[k];
        float[] small = new float[cells * width];
        for (int cell = 0; cell < cells; cell++) {
            int code = codes[from + cell];
            Check.argument(
                    code >= UNKNOWN && code < book.length,
                    "place %d has code %d; codes are [0, %d)",
                    from + cell,
                    code,
                    book.length);
            if (code != UNKNOWN) {
                System.arraycopy(book[code], 0, small, cell * width, width);
            }
        }
        return enlargements.get(k).of(small, width);
    }

    private static void add(float[] to, float[] more, int sign) {
        for (int i = 0; i < to.length; i++) {
            to[i] += sign * more[i];
        }
    }

    @Override
    public float[][] before(int scales, int... codes) {
        requireBehind(scales);
        int width = basis.width();
        float[] pooled = pools.get(scales).of(sum(scales, codes), width);
        float[][] rows = new float[sides[scales] * sides[scales]][];
        for (int cell = 0; cell < rows.length; cell++) {
            rows[cell] = Arrays.copyOfRange(pooled, cell * width, (cell + 1) * width);
        }
        return rows;
    }

    @Override
    public float[][] rows(int... codes) {
        List<float[]> rows = new ArrayList<>();
        for (int k = 1; k < sides.length; k++) {
            rows.addAll(List.of(before(k, codes)));
        }
        return rows.toArray(float[][]::new);
    }

    private float[] sum(int scales, int... codes) {
        float[] sum = new float[grid() * grid() * basis.width()];
        int from = 0;
        for (int k = 0; k < scales; k++) {
            add(sum, told(k, codes, from), 1);
            from += sides[k] * sides[k];
        }
        return sum;
    }

    @Override
    public Raster write(int... codes) {
        requireWhole(codes);
        return basis.picture(sum(sides.length, codes), grid());
    }
}
