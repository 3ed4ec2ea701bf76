package org.cumae.psi;

import org.cumae.Check;

import java.util.Arrays;

/// Numbers on a grid, `[rows, columns, channels]`: a picture with channels in [0, 1], a field of
/// motion (x, y), a map of one number a cell.
public final class Raster {
    private final int rows;
    private final int columns;
    private final int channels;
    private final float[] values; // [rows * columns * channels], channels next to each other

    /// All zero.
    ///
    /// @throws IllegalArgumentException if a size is not positive
    public Raster(int rows, int columns, int channels) {
        Check.argument(
                rows > 0 && columns > 0 && channels > 0,
                "a raster of %d rows, %d columns and %d channels; each must be 1 or more",
                rows,
                columns,
                channels);
        this.rows = rows;
        this.columns = columns;
        this.channels = channels;
        this.values = new float[rows * columns * channels];
    }

    /// What a cell holds.
    @FunctionalInterface
    public interface Cells {
        /// The value of a channel at a place.
        double at(int y, int x, int channel);
    }

    /// A raster of given cells.
    public static Raster of(int rows, int columns, int channels, Cells cells) {
        Raster raster = new Raster(rows, columns, channels);
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                for (int c = 0; c < channels; c++) {
                    raster.set(y, x, c, cells.at(y, x, c));
                }
            }
        }
        return raster;
    }

    /// How many rows.
    public int rows() {
        return rows;
    }

    /// How many columns.
    public int columns() {
        return columns;
    }

    /// How many numbers a cell holds.
    public int channels() {
        return channels;
    }

    /// Whether a place is on the grid.
    public boolean has(int y, int x) {
        return y >= 0 && y < rows && x >= 0 && x < columns;
    }

    /// The value of a channel at a place.
    public float at(int y, int x, int channel) {
        return values[index(y, x, channel)];
    }

    /// The only channel's value at a place.
    public float at(int y, int x) {
        return at(y, x, 0);
    }

    /// All channels of a place.
    public float[] cell(int y, int x) {
        int from = index(y, x, 0);
        return Arrays.copyOfRange(values, from, from + channels);
    }

    void set(int y, int x, int channel, double value) {
        values[index(y, x, channel)] = (float) value;
    }

    void add(int y, int x, int channel, double value) {
        values[index(y, x, channel)] += (float) value;
    }

    private int index(int y, int x, int channel) {
        if (!has(y, x) || channel < 0 || channel >= channels) {
            throw new IndexOutOfBoundsException(
                    "(%d, %d) channel %d of a raster of %d rows, %d columns and %d channels"
                            .formatted(y, x, channel, rows, columns, channels));
        }
        return (y * columns + x) * channels + channel;
    }

    /// The length of each cell's vector, `[rows, columns, 1]`.
    public Raster magnitude() {
        return of(
                rows,
                columns,
                1,
                (y, x, _) -> {
                    double sum = 0;
                    for (float value : cell(y, x)) {
                        sum += value * (double) value;
                    }
                    return Math.sqrt(sum);
                });
    }

    /// The largest value.
    public float max() {
        float most = values[0];
        for (float value : values) {
            most = Math.max(most, value);
        }
        return most;
    }

    /// Where the first channel is largest; the first such place in raster order.
    public Cell highest() {
        Cell best = new Cell(0, 0);
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                best = at(y, x, 0) > at(best.y(), best.x(), 0) ? new Cell(y, x) : best;
            }
        }
        return best;
    }

    /// The smallest value.
    public float min() {
        float least = values[0];
        for (float value : values) {
            least = Math.min(least, value);
        }
        return least;
    }

    /// The mean of all values.
    public double mean() {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /// A part of this raster, or all of it, at another size: each new cell is the mean of the area
    /// that it covers, so a smaller picture has no moiré, and a larger one has blocks.
    ///
    /// @param box what to take
    /// @param newRows of the result
    /// @param newColumns of the result
    public Raster resampled(Box box, int newRows, int newColumns) {
        double high = box.height() / newRows;
        double wide = box.width() / newColumns;
        Raster result = new Raster(newRows, newColumns, channels);
        for (int y = 0; y < newRows; y++) {
            for (int x = 0; x < newColumns; x++) {
                average(
                        result,
                        y,
                        x,
                        new Box(box.top() + y * high, box.left() + x * wide, high, wide));
            }
        }
        return result;
    }

    private void average(Raster result, int y, int x, Box area) {
        double total = 0;
        double[] sums = new double[channels];
        int bottom = (int) Math.min(rows, Math.ceil(area.top() + area.height() - 1e-9));
        int right = (int) Math.min(columns, Math.ceil(area.left() + area.width() - 1e-9));
        for (int i = (int) Math.max(0, Math.floor(area.top() + 1e-9)); i < bottom; i++) {
            double high = Math.min(i + 1, area.top() + area.height()) - Math.max(i, area.top());
            for (int j = (int) Math.max(0, Math.floor(area.left() + 1e-9)); j < right; j++) {
                double wide =
                        Math.min(j + 1, area.left() + area.width()) - Math.max(j, area.left());
                for (int c = 0; c < channels; c++) {
                    sums[c] += high * wide * at(i, j, c);
                }
                total += high * wide;
            }
        }
        for (int c = 0; c < channels; c++) {
            result.set(y, x, c, total > 0 ? sums[c] / total : 0);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Raster raster
                && rows == raster.rows
                && columns == raster.columns
                && channels == raster.channels
                && Arrays.equals(values, raster.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Raster of %d rows, %d columns, %d channels".formatted(rows, columns, channels);
    }
}
