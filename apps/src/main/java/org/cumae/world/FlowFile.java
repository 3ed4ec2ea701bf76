package org.cumae.world;

import org.cumae.Check;
import org.cumae.psi.Raster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// Motion in files of the Middlebury benchmark (`.flo`): a magic number, the width, the height, and
/// row after row (x, y) of each pixel, little-endian.
public final class FlowFile {
    private static final float MAGIC = 202021.25f; // the bytes spell PIEH
    private static final int HEADER = 12;
    private static final int MOST = 1 << 14; // pixels of a side

    private FlowFile() {}

    /// Writes a field.
    ///
    /// @param motion `[rows, columns, 2]`, (x, y) in pixels
    /// @throws UncheckedIOException if the file cannot be written
    public static void write(Raster motion, Path file) {
        Check.argument(
                motion.channels() == 2,
                "motion has 2 numbers a pixel and this raster %d",
                motion.channels());
        ByteBuffer bytes =
                ByteBuffer.allocate(HEADER + 8 * motion.rows() * motion.columns())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(MAGIC)
                        .putInt(motion.columns())
                        .putInt(motion.rows());
        for (int y = 0; y < motion.rows(); y++) {
            for (int x = 0; x < motion.columns(); x++) {
                bytes.putFloat(motion.at(y, x, 0)).putFloat(motion.at(y, x, 1));
            }
        }
        try {
            Files.write(file, bytes.array());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /// Reads a field, `[rows, columns, 2]`.
    ///
    /// @throws IllegalArgumentException if it is no such file, or has another length than it says
    /// @throws UncheckedIOException if it cannot be read
    public static Raster read(Path file) {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        Check.argument(
                content.length >= HEADER && bytes.getFloat() == MAGIC,
                "%s is no .flo file: it does not begin with its magic number",
                file);
        int columns = bytes.getInt();
        int rows = bytes.getInt();
        Check.argument(
                columns > 0 && rows > 0 && columns <= MOST && rows <= MOST,
                "%s says that it is %d x %d pixels; sides are 1 to %d",
                file,
                columns,
                rows,
                MOST);
        Check.argument(
                content.length == HEADER + 8L * rows * columns,
                "%s has %d bytes; %d x %d pixels take %d",
                file,
                content.length,
                columns,
                rows,
                HEADER + 8L * rows * columns);
        float[] values = new float[2 * rows * columns];
        bytes.asFloatBuffer().get(values);
        return Raster.of(rows, columns, 2, (y, x, c) -> values[2 * (y * columns + x) + c]);
    }
}
