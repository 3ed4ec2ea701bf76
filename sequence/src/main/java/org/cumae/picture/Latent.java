package org.cumae.picture;

import org.cumae.noise.Noise;
import org.cumae.psi.Raster;

/// One real vector for each cell of a grid, row by row, each number of about unit spread and 0 on
/// the average.
public non-sealed interface Latent extends PictureUnit {
    /// Rows of cells.
    int down();

    /// Columns of cells.
    int across();

    /// How many numbers a vector has.
    int width();

    /// Reads a picture.
    ///
    /// @param picture `[rows, columns, channels]` in [0, 1]
    /// @return `[length * width]`
    /// @throws IllegalArgumentException if it has another size
    float[] read(Raster picture);

    /// Reads a picture for a model to learn from: where it may be read as one vector or another,
    /// one of them by chance.
    ///
    /// @param noise that decides, read at one index a number
    /// @return `[length * width]`
    default float[] read(Raster picture, Noise noise) {
        return read(picture);
    }

    /// Writes a picture.
    ///
    /// @param values `[length * width]`
    /// @return `[rows, columns, channels]`
    /// @throws IllegalArgumentException if there is another number of them
    Raster write(float... values);

    /// The same vectors on another grid, for pictures of another size.
    ///
    /// @param down rows of cells
    /// @param across columns of cells
    Latent on(int down, int across);

    @Override
    default int length() {
        return down() * across();
    }
}
