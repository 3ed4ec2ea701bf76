package org.cumae.psi;

import org.cumae.Check;
import org.cumae.canvas.Address;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/// Some cells of a grid.
public final class Mask {
    private final int rows;
    private final int columns;
    private final BitSet cells;

    private Mask(int rows, int columns, BitSet cells) {
        this.rows = rows;
        this.columns = columns;
        this.cells = cells;
    }

    /// Which cells belong to it.
    @FunctionalInterface
    public interface Choice {
        /// Whether a cell does.
        boolean has(int y, int x);
    }

    /// A mask of given cells.
    public static Mask of(int rows, int columns, Choice cells) {
        BitSet set = new BitSet();
        for (int i = 0; i < rows * columns; i++) {
            set.set(i, cells.has(i / columns, i % columns));
        }
        return new Mask(rows, columns, set);
    }

    /// A mask of the cells at some addresses.
    public static Mask of(int rows, int columns, Collection<Address> addresses) {
        BitSet set = new BitSet();
        addresses.forEach(address -> set.set(address.y() * columns + address.x()));
        return new Mask(rows, columns, set);
    }

    /// The cells above the threshold that splits the values into two classes as far apart as can be
    /// (Otsu 1979), of all splits between the values that are there; none where all are equal.
    ///
    /// @param map of one channel
    public static Mask otsu(Raster map) {
        double[] sorted = new double[map.rows() * map.columns()];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = map.at(i / map.columns(), i % map.columns());
        }
        Arrays.sort(sorted);
        double total = Arrays.stream(sorted).sum();
        double best = 0;
        double threshold = sorted[sorted.length - 1];
        double below = 0;
        for (int i = 1; i < sorted.length; i++) {
            below += sorted[i - 1];
            if (sorted[i] > sorted[i - 1]) {
                double gap = (total - below) / (sorted.length - i) - below / i;
                double between = (double) i * (sorted.length - i) * gap * gap;
                if (between > best) {
                    best = between;
                    threshold = (sorted[i - 1] + sorted[i]) / 2;
                }
            }
        }
        double limit = threshold;
        return of(map.rows(), map.columns(), (y, x) -> map.at(y, x) > limit);
    }

    /// How many rows the grid has.
    public int rows() {
        return rows;
    }

    /// How many columns the grid has.
    public int columns() {
        return columns;
    }

    /// Whether a cell belongs to it.
    public boolean has(int y, int x) {
        return y >= 0 && y < rows && x >= 0 && x < columns && cells.get(y * columns + x);
    }

    /// Its cells, row by row.
    public List<Cell> cells() {
        return cells.stream().mapToObj(i -> new Cell(i / columns, i % columns)).toList();
    }

    /// How many cells.
    public int count() {
        return cells.cardinality();
    }

    /// Those that hang together with a cell, side to side; the cell alone if it is not one of them.
    public Mask component(int y, int x) {
        Check.argument(
                y >= 0 && y < rows && x >= 0 && x < columns,
                "cell (%d, %d) is outside a grid of %d rows and %d columns",
                y,
                x,
                rows,
                columns);
        BitSet found = new BitSet();
        Deque<Integer> open = new ArrayDeque<>();
        found.set(y * columns + x);
        open.add(y * columns + x);
        while (has(y, x) && !open.isEmpty()) {
            int cell = open.remove();
            visit(cell / columns - 1, cell % columns, found, open);
            visit(cell / columns + 1, cell % columns, found, open);
            visit(cell / columns, cell % columns - 1, found, open);
            visit(cell / columns, cell % columns + 1, found, open);
        }
        return new Mask(rows, columns, found);
    }

    private void visit(int y, int x, BitSet found, Deque<Integer> open) {
        if (has(y, x) && !found.get(y * columns + x)) {
            found.set(y * columns + x);
            open.add(y * columns + x);
        }
    }

    /// Cells of both over cells of either: 1 for equal masks, of empty ones too.
    ///
    /// @throws IllegalArgumentException if the grids differ
    public double iou(Mask other) {
        Check.argument(
                rows == other.rows && columns == other.columns,
                "a mask of %d x %d cells is compared with one of %d x %d",
                rows,
                columns,
                other.rows,
                other.columns);
        BitSet both = (BitSet) cells.clone();
        both.and(other.cells);
        BitSet either = (BitSet) cells.clone();
        either.or(other.cells);
        return either.isEmpty() ? 1 : (double) both.cardinality() / either.cardinality();
    }

    /// 1 on its cells and 0 elsewhere.
    public Raster raster() {
        return Raster.of(rows, columns, 1, (y, x, _) -> has(y, x) ? 1 : 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mask mask
                && rows == mask.rows
                && columns == mask.columns
                && cells.equals(mask.cells);
    }

    @Override
    public int hashCode() {
        return cells.hashCode();
    }

    @Override
    public String toString() {
        return "Mask of %d of %d x %d cells".formatted(count(), rows, columns);
    }
}
