package org.cumae.reproduce.picture;

import org.cumae.psi.Raster;

import java.util.Arrays;
import java.util.List;

/// Square grey pictures by how fast they change: what turns at most a quarter as often as pixels
/// can tell is slow.
final class Spectrum {
    private Spectrum() {}

    private static double[] pixels(Raster picture) {
        int side = picture.columns();
        double[] pixels = new double[picture.rows() * side];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = Math.clamp(picture.at(i / side, i % side), 0, 1);
        }
        return pixels;
    }

    /// How far pictures are from others, as the root of the mean square of pixels.
    static double error(List<Raster> ones, List<Raster> others) {
        double sum = 0;
        long count = 0;
        for (int i = 0; i < ones.size(); i++) {
            double[] one = pixels(ones.get(i));
            double[] other = pixels(others.get(i));
            for (int j = 0; j < one.length; j++) {
                sum += (one[j] - other[j]) * (one[j] - other[j]);
            }
            count += one.length;
        }
        return Math.sqrt(sum / count);
    }

    /// What share of the slow or of the fast changes of pictures, beyond those that all of them
    /// have, is in what was made of them; below 0 where that is farther off than their mean.
    static double told(List<Raster> pictures, List<Raster> made, boolean slow) {
        int side = pictures.getFirst().rows();
        double[] mean = new double[side * side];
        for (Raster picture : pictures) {
            double[] pixels = pixels(picture);
            for (int j = 0; j < mean.length; j++) {
                mean[j] += pixels[j] / pictures.size();
            }
        }
        double missed = 0;
        double all = 0;
        for (int i = 0; i < pictures.size(); i++) {
            double[] pixels = pixels(pictures.get(i));
            double[] gap = pixels(made.get(i));
            double[] own = pixels.clone();
            for (int j = 0; j < gap.length; j++) {
                gap[j] -= pixels[j];
                own[j] -= mean[j];
            }
            missed += energy(gap, side, slow);
            all += energy(own, side, slow);
        }
        return 1 - missed / all;
    }

    private static double energy(double[] pixels, int side, boolean slow) {
        double[] low = low(pixels, side);
        double energy = 0;
        for (int i = 0; i < pixels.length; i++) {
            double part = slow ? low[i] : pixels[i] - low[i];
            energy += part * part;
        }
        return energy;
    }

    /// How alike the slow parts of two pictures are.
    static double correlation(Raster one, Raster other) {
        int side = one.rows();
        double[] a = low(pixels(one), side);
        double[] b = low(pixels(other), side);
        double meanA = Arrays.stream(a).average().orElseThrow();
        double meanB = Arrays.stream(b).average().orElseThrow();
        double both = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            both += (a[i] - meanA) * (b[i] - meanB);
            squaresA += (a[i] - meanA) * (a[i] - meanA);
            squaresB += (b[i] - meanB) * (b[i] - meanB);
        }
        return both / Math.sqrt(squaresA * squaresB);
    }

    /// What is left of a picture in its slow waves, along both axes.
    private static double[] low(double[] pixels, int side) {
        double[] smooth = new double[side];
        int fastest = side / 8; // a quarter of half a turn a pixel
        for (int gap = 0; gap < side; gap++) {
            for (int turns = -fastest; turns <= fastest; turns++) {
                smooth[gap] += Math.cos(2 * Math.PI * turns * gap / side) / side;
            }
        }
        double[] rows = new double[pixels.length];
        double[] low = new double[pixels.length];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                for (int i = 0; i < side; i++) {
                    rows[y * side + x] += smooth[Math.floorMod(x - i, side)] * pixels[y * side + i];
                }
            }
        }
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                for (int i = 0; i < side; i++) {
                    low[y * side + x] += smooth[Math.floorMod(y - i, side)] * rows[i * side + x];
                }
            }
        }
        return low;
    }
}
