package org.cumae.picture;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/// How much of a square grid of vectors each scale of a pyramid is to tell.
///
/// Each part is what is left of the grid's discrete Fourier transform in some of its bins; the
/// parts add up to the grid. A pyramid of residuals has everything in its first part.
public final class Bands {
    private static final double EDGE = 1e-9; // sums of shares that should meet

    private final int side;
    private final int[] band; // [side * side] of each bin
    private final List<double[]> kernels; // [band][side * side], of a circular convolution

    /// By what a bin's frequency is measured.
    public enum Law {
        /// All in the first part: the pyramid of VAR (arXiv 2404.02905).
        RESIDUAL,
        /// By the square of the radius, so that a band has bins in proportion to its codes.
        AREA,
        /// By the radius itself, as the text of NFIG (arXiv 2503.07076) may be read.
        RADIUS
    }

    private Bands(int side, int[] band, int bands) {
        this.side = side;
        this.band = band;
        this.kernels = new ArrayList<>();
        for (int each = 0; each < bands; each++) {
            kernels.add(kernel(each));
        }
    }

    /// Bands whose edges share the frequencies in proportion to the codes of the scales.
    ///
    /// @param side of the grid
    /// @param sides of the scales
    public static Bands of(Law law, int side, int... sides) {
        int[] band = new int[side * side];
        if (law != Law.RESIDUAL) {
            double total = IntStream.of(sides).mapToDouble(s -> (double) s * s).sum();
            int fastest = side / 2;
            double most = Math.sqrt(2) * fastest;
            IntToDoubleFunction share =
                    bin -> {
                        double radius =
                                Math.hypot(frequency(bin / side, side), frequency(bin % side, side))
                                        / Math.max(most, 1);
                        return law == Law.AREA ? radius * radius : radius;
                    };
            for (int bin = 0; bin < band.length; bin++) {
                double edge = 0;
                int at = -1;
                do {
                    at++;
                    edge += sides[at] * (double) sides[at] / total;
                } while (at + 1 < sides.length && share.applyAsDouble(bin) >= edge - EDGE);
                band[bin] = at;
            }
        }
        return new Bands(side, band, sides.length);
    }

    /// Cycles along a side, without their sign.
    private static int frequency(int index, int side) {
        return Math.min(index, side - index);
    }

    /// How many bins each band has.
    public List<Integer> bins() {
        return IntStream.range(0, kernels.size())
                .map(each -> (int) Arrays.stream(band).filter(at -> at == each).count())
                .boxed()
                .toList();
    }

    private double[] kernel(int wanted) {
        double[] kernel = new double[side * side];
        for (int bin = 0; bin < band.length; bin++) {
            if (band[bin] == wanted) {
                for (int cell = 0; cell < kernel.length; cell++) {
                    long turns =
                            (long) (bin / side) * (cell / side)
                                    + (long) (bin % side) * (cell % side);
                    kernel[cell] += Math.cos(2 * Math.PI * (turns % side) / side) / band.length;
                }
            }
        }
        return kernel;
    }

    /// The part of a grid that lies in a band.
    ///
    /// @param grid `[side * side * width]`
    /// @return same
    float[] part(int wanted, float[] grid, int width) {
        Check.argument(
                grid.length == side * side * width,
                "a grid of side %d has %d numbers; %d are given",
                side,
                side * side * width,
                grid.length);
        if (Arrays.stream(band).allMatch(at -> at == wanted)) {
            return grid.clone();
        }
        double[] kernel = kernels.get(wanted);
        float[] part = new float[grid.length];
        double[] sum = new double[width];
        for (int to = 0; to < kernel.length; to++) {
            Arrays.fill(sum, 0);
            for (int from = 0; from < kernel.length; from++) {
                int y = Math.floorMod(to / side - from / side, side);
                int x = Math.floorMod(to % side - from % side, side);
                double weight = kernel[y * side + x];
                for (int c = 0; c < width; c++) {
                    sum[c] += weight * grid[from * width + c];
                }
            }
            for (int c = 0; c < width; c++) {
                part[to * width + c] = (float) sum[c];
            }
        }
        return part;
    }
}
