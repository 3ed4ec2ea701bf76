package org.cumae.unit.picture;

import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.psi.Raster;

import java.util.List;

/// Pictures as networks look at them.
public final class Pixels {
    private Pixels() {}

    /// Refuses pictures that a code of one size does not read.
    ///
    /// @throws IllegalArgumentException naming the first that has another size
    static void require(List<Raster> pictures, int rows, int columns, int channels) {
        for (Raster picture : pictures) {
            Check.argument(
                    picture.rows() == rows
                            && picture.columns() == columns
                            && picture.channels() == channels,
                    "%s is read as %d x %d pixels of %d channels; crop or resample it",
                    picture,
                    columns,
                    rows,
                    channels);
        }
    }

    /// Pictures as a tensor. Needs an open scope.
    ///
    /// @param pictures of one size; what lies outside [0, 1] is cut off
    /// @return `[pictures, channels, rows, columns]` in [0, 1]
    /// @throws IllegalArgumentException if one has another size than the first
    public static Tensor of(List<Raster> pictures) {
        Raster first = pictures.getFirst();
        int rows = first.rows();
        int columns = first.columns();
        int channels = first.channels();
        float[] all = new float[pictures.size() * channels * rows * columns];
        int next = 0;
        for (Raster picture : pictures) {
            Check.argument(
                    picture.rows() == rows
                            && picture.columns() == columns
                            && picture.channels() == channels,
                    "%s is to be looked at beside %s; all must be alike",
                    picture,
                    first);
            for (int c = 0; c < channels; c++) {
                for (int y = 0; y < rows; y++) {
                    for (int x = 0; x < columns; x++) {
                        all[next++] = Math.clamp(picture.at(y, x, c), 0, 1);
                    }
                }
            }
        }
        return Tensor.create(all, pictures.size(), channels, rows, columns);
    }
}
