package org.cumae.picture;

import org.cumae.Check;
import org.cumae.psi.Raster;

/// Patches as vectors on a few axes, of about unit variance: a linear look at a picture that can be
/// undone, exactly where there are as many axes as numbers in a patch.
///
/// @param side of a patch, in pixels
/// @param channels of a pixel
/// @param mean `[side * side * channels]`, taken over
/// @param axes `[width][side * side * channels]`, orthonormal, taken over
/// @param scale what coordinates are divided by
@SuppressWarnings("ArrayRecordComponent") // large, made once, never written to
public record PatchBasis(int side, int channels, float[] mean, float[][] axes, float scale) {
    /// Checks the sizes.
    ///
    /// @throws IllegalArgumentException naming them
    public PatchBasis {
        int numbers = side * side * channels;
        Check.argument(
                mean.length == numbers && axes.length > 0 && axes[0].length == numbers,
                "patches of %d x %d pixels with %d channels have %d numbers; the mean has %d",
                side,
                side,
                channels,
                numbers,
                mean.length);
        Check.argument(scale > 0, "coordinates are divided by %s; it must be above 0", scale);
    }

    /// How many numbers a vector has.
    public int width() {
        return axes.length;
    }

    /// The vectors of a picture's patches, row by row.
    ///
    /// @param picture its sides multiples of the patch's
    /// @return `[cells * width]`
    float[] vectors(Raster picture) {
        Check.argument(
                picture.rows() % side == 0
                        && picture.columns() % side == 0
                        && picture.channels() == channels,
                "%s cannot be cut into patches of side %d with %d channels; crop it",
                picture,
                side,
                channels);
        int columns = picture.columns() / side;
        int cells = picture.rows() / side * columns;
        float[] vectors = new float[cells * width()];
        for (int cell = 0; cell < cells; cell++) {
            for (int i = 0; i < mean.length; i++) {
                int pixel = i / channels;
                int y = cell / columns * side + pixel / side;
                int x = cell % columns * side + pixel % side;
                float off = picture.at(y, x, i % channels) - mean[i];
                for (int axis = 0; axis < axes.length; axis++) {
                    vectors[cell * width() + axis] += off * axes[axis][i] / scale;
                }
            }
        }
        return vectors;
    }

    /// The picture of some vectors.
    ///
    /// @param vectors `[cells * width]`
    /// @param columns of patches
    Raster picture(float[] vectors, int columns) {
        int cells = vectors.length / width();
        float[][] patches = new float[cells][];
        for (int cell = 0; cell < cells; cell++) {
            float[] patch = mean.clone();
            for (int axis = 0; axis < axes.length; axis++) {
                float along = vectors[cell * width() + axis] * scale;
                for (int i = 0; i < patch.length; i++) {
                    patch[i] += along * axes[axis][i];
                }
            }
            patches[cell] = patch;
        }
        return Raster.of(
                cells / columns * side,
                columns * side,
                channels,
                (y, x, c) ->
                        patches[y / side * columns + x / side][
                                (y % side * side + x % side) * channels + c]);
    }
}
