package org.cumae.unit.picture;

import org.cumae.Check;
import org.cumae.picture.Latent;
import org.cumae.psi.Raster;

import java.util.Arrays;
import java.util.List;

/// How well real vectors write the pictures that they are read from, and whether their numbers are
/// what noise is brought to: of unit spread. A spread far from 1 makes a model of them fail while
/// its loss looks fine.
///
/// @param psnr in decibels, a full range of 1; infinite where nothing is lost
/// @param spread the root of the mean square of all numbers
/// @param least the spread of the number of a vector that differs least
/// @param most of the one that differs most
public record LatentQuality(double psnr, double spread, double least, double most) {
    /// Holds vectors against pictures that they were not learned from.
    public static LatentQuality of(Latent latent, List<Raster> pictures) {
        Check.argument(!pictures.isEmpty(), "there are no pictures to hold the vectors against");
        double error = 0;
        int width = latent.width();
        double[] sums = new double[width];
        double[] squares = new double[width];
        for (Raster picture : pictures) {
            float[] values = latent.read(picture);
            error += CodeQuality.error(latent.write(values), picture);
            for (int i = 0; i < values.length; i++) {
                sums[i % width] += values[i];
                squares[i % width] += values[i] * (double) values[i];
            }
        }
        double count = (double) pictures.size() * latent.length();
        double[] spreads = new double[width];
        for (int i = 0; i < width; i++) {
            spreads[i] = Math.sqrt(squares[i] / count - Math.pow(sums[i] / count, 2));
        }
        return new LatentQuality(
                CodeQuality.psnr(error / pictures.size()),
                Math.sqrt(Arrays.stream(squares).sum() / count / width),
                Arrays.stream(spreads).min().orElseThrow(),
                Arrays.stream(spreads).max().orElseThrow());
    }
}
