package org.cumae.train.picture;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.Check;
import org.cumae.psi.Raster;
import org.cumae.torch.Ops;

import java.util.List;

/// How like real pictures others are, without a network of somebody else's.
///
/// Real pictures are not at 0 from other real ones: every figure wants the one of two disjoint
/// halves of the real ones beside it.
///
/// @param pixels the Fréchet distance of the 32 strongest axes of pixels
/// @param features the Fréchet distance of a classifier's features
/// @param energy the energy distance of pixels
/// @param spectrum the mean over radii of how far apart the logarithms of power are, base 10
public record Likeness(double pixels, double features, double energy, double spectrum) {
    private static final int AXES = 32;
    private static final int MOST_PAIRED = 500; // pictures of each side, for distances of pairs

    /// Holds pictures against real ones.
    ///
    /// @param eyes trained on real pictures
    /// @param real some that neither the eyes nor the model were trained on
    /// @param made the others
    /// @throws IllegalArgumentException if there are fewer than two on a side
    public static Likeness of(Classifier eyes, List<Raster> real, List<Raster> made) {
        Check.argument(
                real.size() > 1 && made.size() > 1,
                "%d real pictures are held against %d; take two or more of each",
                real.size(),
                made.size());
        double[][] truth = flat(real);
        double[][] others = flat(made);
        return new Likeness(
                onAxes(truth, others),
                frechet(eyes.features(real), eyes.features(made)),
                energy(truth, others),
                spectrum(real, made));
    }

    private static double[][] flat(List<Raster> pictures) {
        return pictures.stream()
                .map(
                        picture -> {
                            int channels = picture.channels();
                            double[] all =
                                    new double[picture.rows() * picture.columns() * channels];
                            for (int i = 0; i < all.length; i++) {
                                int cell = i / channels;
                                all[i] =
                                        Math.clamp(
                                                picture.at(
                                                        cell / picture.columns(),
                                                        cell % picture.columns(),
                                                        i % channels),
                                                0,
                                                1);
                            }
                            return all;
                        })
                .toArray(double[][]::new);
    }

    private static Tensor matrix(double[][] rows) {
        double[] all = new double[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
        }
        return Tensor.create(all, rows.length, rows[0].length);
    }

    /// The distance on the axes on which real pictures differ most.
    private static double onAxes(double[][] real, double[][] made) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor truth = matrix(real);
            Tensor spread = covariance(truth);
            long width = truth.size(1);
            long axes = Math.min(AXES, width);
            return Ops.eigen(
                    spread,
                    (_, vectors) -> {
                        Tensor strongest = vectors.narrow(1, width - axes, axes);
                        return frechet(truth.matmul(strongest), matrix(made).matmul(strongest));
                    });
        }
    }

    /// The Fréchet distance of two clouds of points, taken for normal: the square of the distance
    /// of their means and what their covariances differ by.
    ///
    /// @param one `[point][width]`
    /// @param other same width
    /// @see <a href="https://arxiv.org/abs/1706.08500">Heusel et al. 2017</a>
    public static double frechet(double[][] one, double[][] other) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            return frechet(matrix(one), matrix(other));
        }
    }

    private static double frechet(Tensor one, Tensor other) {
        Tensor apart = one.mean(0).sub(other.mean(0));
        Tensor first = covariance(one);
        Tensor second = covariance(other);
        Tensor root = root(first);
        Tensor both = root(root.matmul(second).matmul(root));
        return apart.square().sum().item_double()
                + first.trace().item_double()
                + second.trace().item_double()
                - 2 * both.trace().item_double();
    }

    private static Tensor covariance(Tensor points) {
        Tensor off = points.sub(points.mean(0));
        return off.t().matmul(off).div(Ops.scalar(points.size(0) - 1.0));
    }

    /// The root of a symmetric matrix that has no negative eigenvalue but by rounding.
    private static Tensor root(Tensor matrix) {
        return Ops.eigen(
                matrix,
                (values, vectors) ->
                        vectors.mul(values.clamp_min(Ops.scalar(0)).sqrt()).matmul(vectors.t()));
    }

    /// Twice the mean distance between pictures of the two sides, less the mean distances within
    /// each.
    static double energy(double[][] real, double[][] made) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor one = some(real);
            Tensor other = some(made);
            return 2 * torch.cdist(one, other).mean().item_double() - within(one) - within(other);
        }
    }

    private static Tensor some(double[][] rows) {
        Tensor all = matrix(rows);
        return all.narrow(0, 0, Math.min(MOST_PAIRED, rows.length));
    }

    private static double within(Tensor points) {
        double count = points.size(0);
        return torch.cdist(points, points).sum().item_double() / (count * (count - 1));
    }

    /// How far apart the mean power at each radius of the Fourier transform is.
    public static double spectrum(List<Raster> real, List<Raster> made) {
        double[] truth = power(real);
        double[] others = power(made);
        double sum = 0;
        for (int radius = 0; radius < truth.length; radius++) {
            sum += Math.abs(Math.log10(others[radius] + 1e-9) - Math.log10(truth[radius] + 1e-9));
        }
        return sum / truth.length;
    }

    private static double[] power(List<Raster> pictures) {
        Raster first = pictures.getFirst();
        int rows = first.rows();
        int columns = first.columns();
        float[] all = new float[pictures.size() * rows * columns];
        for (int i = 0; i < all.length; i++) {
            int pixel = i % (rows * columns);
            double sum = 0;
            Raster picture = pictures.get(i / (rows * columns));
            for (int c = 0; c < picture.channels(); c++) {
                sum += Math.clamp(picture.at(pixel / columns, pixel % columns, c), 0, 1);
            }
            all[i] = (float) (sum / picture.channels());
        }
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor mean =
                    torch.fft_fft2(Tensor.create(all, pictures.size(), rows, columns))
                            .abs()
                            .square()
                            .mean(0)
                            .to(ScalarType.Double);
            double[] bins = Ops.doubles(mean);
            int radii = Math.min(rows, columns) / 2;
            double[] sums = new double[radii];
            int[] counts = new int[radii];
            for (int bin = 0; bin < bins.length; bin++) {
                int y = Math.min(bin / columns, rows - bin / columns);
                int x = Math.min(bin % columns, columns - bin % columns);
                int radius = (int) Math.round(Math.hypot(y, x));
                if (radius < radii) {
                    sums[radius] += bins[bin];
                    counts[radius]++;
                }
            }
            for (int radius = 0; radius < radii; radius++) {
                sums[radius] /= counts[radius];
            }
            return sums;
        }
    }
}
