package org.cumae.picture;

import org.cumae.Check;
import org.cumae.psi.Raster;

/// One real vector for each patch of a grid, row by row: a linear look at a picture that can be
/// undone, in place of a learned encoder and decoder.
///
/// @param basis the vectors of patches
/// @param down rows of the grid
/// @param across columns of the grid
public record PatchLatent(PatchBasis basis, int down, int across) implements Latent {
    /// Checks the grid.
    ///
    /// @throws IllegalArgumentException if it has no cell
    public PatchLatent {
        Check.argument(
                down > 0 && across > 0,
                "a grid has %d rows and %d columns; each must be 1 or more",
                down,
                across);
    }

    @Override
    public int rows() {
        return down * basis.side();
    }

    @Override
    public int columns() {
        return across * basis.side();
    }

    @Override
    public int channels() {
        return basis.channels();
    }

    @Override
    public int width() {
        return basis.width();
    }

    @Override
    public float[] read(Raster picture) {
        Check.argument(
                picture.rows() == rows() && picture.columns() == columns(),
                "%s is read as %d x %d pixels; crop or resample it",
                picture,
                columns(),
                rows());
        return basis.vectors(picture);
    }

    @Override
    public Raster write(float... values) {
        Check.argument(
                values.length == length() * width(),
                "a picture of %d vectors of %d numbers is written with %d",
                length(),
                width(),
                values.length);
        return basis.picture(values, across);
    }

    @Override
    public PatchLatent on(int otherDown, int otherAcross) {
        return new PatchLatent(basis, otherDown, otherAcross);
    }
}
