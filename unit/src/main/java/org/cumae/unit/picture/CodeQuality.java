package org.cumae.unit.picture;

import org.cumae.Check;
import org.cumae.picture.PictureCode;
import org.cumae.picture.PyramidCode;
import org.cumae.psi.Raster;

import java.util.Arrays;
import java.util.List;

/// How well a code writes the pictures that it reads.
///
/// @param psnr in decibels, a full range of 1; infinite where nothing is lost
/// @param usage the share of codes that occur
/// @param perplexity how many codes there would be, were all equally frequent
public record CodeQuality(double psnr, double usage, double perplexity) {
    /// Holds a code against pictures that it did not learn from.
    public static CodeQuality of(PictureCode code, List<Raster> pictures) {
        Check.argument(!pictures.isEmpty(), "there are no pictures to hold the code against");
        double error = 0;
        long[] counts = new long[code.vocabulary()];
        for (Raster picture : pictures) {
            int[] codes = code.read(picture);
            Raster written = code.write(codes);
            error += error(written, picture);
            for (int each : codes) {
                counts[each]++;
            }
        }
        double total = Arrays.stream(counts).sum();
        double entropy =
                -Arrays.stream(counts)
                        .filter(count -> count > 0)
                        .mapToDouble(count -> count / total * Math.log(count / total))
                        .sum();
        double used = Arrays.stream(counts).filter(count -> count > 0).count();
        return new CodeQuality(
                psnr(error / pictures.size()), used / counts.length, Math.exp(entropy));
    }

    /// The same of a pyramid's pictures by how many scales are told: of the first alone, of the
    /// first two, and so on to all of them.
    ///
    /// @return `[scale]` in decibels
    public static List<Double> told(PyramidCode code, List<Raster> pictures) {
        Check.argument(!pictures.isEmpty(), "there are no pictures to hold the code against");
        double[] errors = new double[code.sides().size()];
        for (Raster picture : pictures) {
            int[] codes = code.read(picture);
            for (int k = 0; k < errors.length; k++) {
                errors[k] += error(code.write(code.first(k + 1, codes)), picture);
            }
        }
        return Arrays.stream(errors).mapToObj(error -> psnr(error / pictures.size())).toList();
    }

    static double psnr(double error) {
        return -10 * Math.log10(error);
    }

    /// The mean square of what pixels of two pictures differ by.
    static double error(Raster written, Raster picture) {
        double error = 0;
        for (int y = 0; y < picture.rows(); y++) {
            for (int x = 0; x < picture.columns(); x++) {
                for (int c = 0; c < picture.channels(); c++) {
                    double gap = written.at(y, x, c) - picture.at(y, x, c);
                    error += gap * gap;
                }
            }
        }
        return error / ((double) picture.rows() * picture.columns() * picture.channels());
    }
}
