package org.cumae.unit.picture;

import org.cumae.Check;
import org.cumae.picture.Bands;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchCode;
import org.cumae.picture.PictureCode;
import org.cumae.picture.PyramidCode;
import org.cumae.unit.patch.BookFile;
import org.cumae.weights.NewTensor;
import org.cumae.weights.SafetensorsWriter;
import org.cumae.weights.WeightFile;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Codes of pictures in safetensors files: a book of patches ([BookFile]), or the axes and the book
/// of a pyramid.
public final class CodeFile {
    private static final String SIDES = "pyramid_sides";
    private static final String LAW = "pyramid_law";
    private static final String SCALE = "pyramid_scale";

    private CodeFile() {}

    /// Writes a code.
    ///
    /// @throws java.io.UncheckedIOException if it cannot be written
    public static void write(PictureCode code, Path file) {
        switch (code) {
            case PatchCode patches -> BookFile.write(patches.book(), file);
            case PyramidCode pyramid -> write(pyramid, file);
        }
    }

    private static void write(PyramidCode code, Path file) {
        PatchBasis basis = code.basis();
        long side = basis.side();
        long channels = basis.channels();
        float[][] book = new float[code.vocabulary()][];
        Arrays.setAll(book, code::vector);
        List<Long> patch = List.of(side, side, channels);
        SafetensorsWriter.write(
                file,
                Map.of(
                        SIDES,
                        code.sides().stream().map(String::valueOf).collect(Collectors.joining(",")),
                        LAW,
                        code.law().name(),
                        SCALE,
                        Float.toString(basis.scale())),
                List.of(
                        NewTensor.floats("mean", patch, basis.mean()),
                        NewTensor.floats(
                                "axes",
                                List.of((long) basis.width(), side, side, channels),
                                joined(basis.axes())),
                        NewTensor.floats(
                                "book",
                                List.of((long) book.length, (long) basis.width()),
                                joined(book))));
    }

    private static float[] joined(float[]... rows) {
        float[] all = new float[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, all, i * rows[0].length, rows[0].length);
        }
        return all;
    }

    private static float[][] cut(float[] all, int width) {
        float[][] rows = new float[all.length / width][];
        Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * width, (i + 1) * width));
        return rows;
    }

    /// Reads a code.
    ///
    /// @throws org.cumae.weights.WeightFileException if the file is damaged
    /// @throws IllegalArgumentException if it holds no code
    public static PictureCode read(Path file) {
        try (WeightFile weights = WeightFile.open(file)) {
            if (!weights.metadata().has(SIDES)) {
                return new PatchCode(BookFile.read(file));
            }
            List<Long> shape = weights.info("axes").shape();
            Check.argument(
                    shape.size() == 4 && weights.info("book").shape().size() == 2,
                    "%s holds axes of shape %s; they need four sides",
                    file,
                    shape);
            int side = Math.toIntExact(shape.get(1));
            int channels = Math.toIntExact(shape.get(3));
            PatchBasis basis =
                    new PatchBasis(
                            side,
                            channels,
                            weights.floats("mean"),
                            cut(weights.floats("axes"), side * side * channels),
                            Float.parseFloat(weights.metadata().requireText(SCALE)));
            return new PyramidCode(
                    basis,
                    Bands.Law.valueOf(weights.metadata().requireText(LAW)),
                    Arrays.stream(weights.metadata().requireText(SIDES).split(","))
                            .map(Integer::parseInt)
                            .toList(),
                    cut(weights.floats("book"), basis.width()));
        }
    }
}
