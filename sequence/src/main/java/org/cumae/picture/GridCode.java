package org.cumae.picture;

import org.cumae.canvas.Span;
import org.cumae.order.Order;

/// Codes on a grid, row by row, each cell having one or several.
public non-sealed interface GridCode extends PictureCode {
    /// Rows of cells.
    int down();

    /// Columns of cells.
    int across();

    /// How many codes a cell has, one behind another in a picture's line.
    int perCell();

    /// The codes that one of a cell's may be: those of the first, of the second, one after another.
    ///
    /// @param part which of a cell's, from 0
    default Span span(int part) {
        int size = vocabulary() / perCell();
        return Span.of(part * size, size);
    }

    /// What a cell is as numbers, where it has several codes.
    ///
    /// @param codes of the cell
    /// @return `[width]`; nothing where a cell has one code
    float[] numbers(int... codes);

    /// How many numbers those are; 0 where a cell has one code.
    int width();

    @Override
    default int length() {
        return down() * across() * perCell();
    }

    /// Cell by cell.
    @Override
    default Order order() {
        return Order.blocks(length(), perCell());
    }
}
