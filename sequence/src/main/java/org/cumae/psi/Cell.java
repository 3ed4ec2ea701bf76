package org.cumae.psi;

import org.cumae.canvas.Address;

/// A place on a grid.
///
/// @param y row
/// @param x column
public record Cell(int y, int x) {
    /// Where a variable lives on the grid of its type.
    public static Cell of(Address address) {
        return new Cell(address.y(), address.x());
    }

    @Override
    public String toString() {
        return y + "," + x;
    }
}
