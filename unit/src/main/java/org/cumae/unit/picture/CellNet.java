package org.cumae.unit.picture;

import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.net.picture.Autoencoder;
import org.cumae.net.picture.AutoencoderShape;
import org.cumae.psi.Raster;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.List;

/// Networks that read pictures of one size as a grid of cells and write them.
///
/// @param net that reads and writes
/// @param down rows of cells
/// @param across columns of cells
record CellNet(Autoencoder net, int down, int across) {
    /// Checks the grid.
    ///
    /// @throws IllegalArgumentException if it has no cell
    CellNet {
        Check.argument(
                down > 0 && across > 0, "a grid of %d x %d cells; take 1 or more", down, across);
    }

    /// The networks of pictures like one.
    ///
    /// @param like a picture, whose sides are multiples of a cell's
    /// @param cell the side of a cell in pixels, a power of two
    /// @param base channels at full size
    /// @param out how many numbers a cell is read as
    /// @param in how many numbers a cell is written from
    static AutoencoderShape shape(Raster like, int cell, int base, int out, int in) {
        Check.argument(
                Integer.bitCount(cell) == 1,
                "a cell has side %d; networks halve pictures, so take a power of two",
                cell);
        Check.argument(
                like.rows() % cell == 0 && like.columns() % cell == 0,
                "%s cannot be cut into cells of side %d; crop it",
                like,
                cell);
        List<Integer> multiples = new ArrayList<>();
        for (int side = 1; side <= cell; side *= 2) {
            multiples.add(Math.min(side, 2));
        }
        return new AutoencoderShape(like.channels(), base, multiples, 1, true, out, in);
    }

    AutoencoderShape shape() {
        return net.shape();
    }

    int rows() {
        return down * shape().cell();
    }

    int columns() {
        return across * shape().cell();
    }

    int channels() {
        return shape().channels();
    }

    /// Reads a picture. Needs an open scope.
    ///
    /// @return `[1, out, down, across]`
    /// @throws IllegalArgumentException if it has another size
    Tensor read(Raster picture) {
        return read(List.of(picture));
    }

    /// Reads pictures at once. Needs an open scope.
    ///
    /// @return `[pictures, out, down, across]`
    /// @throws IllegalArgumentException if one has another size
    Tensor read(List<Raster> pictures) {
        Pixels.require(pictures, rows(), columns(), channels());
        return net.read(Pixels.of(pictures));
    }

    /// Writes a picture. Needs an open scope.
    ///
    /// @param grid `[1, in, down, across]`
    Raster write(Tensor grid) {
        float[] pixels = Ops.floats(net.write(grid));
        int rows = rows();
        int columns = columns();
        return Raster.of(
                rows, columns, channels(), (y, x, c) -> pixels[(c * rows + y) * columns + x]);
    }

    /// `[pictures * cells, numbers]` of `[pictures, numbers, down, across]`.
    static Tensor cells(Tensor grid) {
        return grid.flatten(2, 3).transpose(1, 2).flatten(0, 1);
    }

    /// `[pictures, numbers, down, across]` of `[pictures * cells, numbers]`.
    Tensor grid(Tensor cells) {
        long each = (long) down * across;
        long pictures = cells.size(0) / each;
        return cells.view(pictures, each, cells.size(1))
                .transpose(1, 2)
                .reshape(pictures, cells.size(1), down, across);
    }
}
