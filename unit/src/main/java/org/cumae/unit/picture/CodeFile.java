package org.cumae.unit.picture;

import org.cumae.Check;
import org.cumae.picture.Bands;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchCode;
import org.cumae.picture.PatchLatent;
import org.cumae.picture.PictureUnit;
import org.cumae.picture.PyramidCode;
import org.cumae.unit.patch.BookFile;
import org.cumae.weights.NewTensor;
import org.cumae.weights.SafetensorsWriter;
import org.cumae.weights.WeightFile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What pictures are made of, in safetensors files: a book of patches ([BookFile]), the axes and
/// the book of a pyramid, or the axes of real vectors.
public final class CodeFile {
    private static final String SIDES = "pyramid_sides";
    private static final String LAW = "pyramid_law";
    private static final String SCALE = "pyramid_scale";
    private static final String GRID = "latent_grid";

    private CodeFile() {}

    /// Writes codes or vectors.
    ///
    /// @throws java.io.UncheckedIOException if they cannot be written
    public static void write(PictureUnit unit, Path file) {
        switch (unit) {
            case PatchCode patches -> BookFile.write(patches.book(), file);
            case PyramidCode pyramid -> write(pyramid, file);
            case PatchLatent(PatchBasis basis, int down, int across) ->
                    SafetensorsWriter.write(
                            file,
                            Map.of(GRID, down + "," + across, SCALE, Float.toString(basis.scale())),
                            tensors(basis));
        }
    }

    private static List<NewTensor> tensors(PatchBasis basis) {
        long side = basis.side();
        long channels = basis.channels();
        return List.of(
                NewTensor.floats("mean", List.of(side, side, channels), basis.mean()),
                NewTensor.floats(
                        "axes",
                        List.of((long) basis.width(), side, side, channels),
                        joined(basis.axes())));
    }

    private static void write(PyramidCode code, Path file) {
        PatchBasis basis = code.basis();
        float[][] book = new float[code.vocabulary()][];
        Arrays.setAll(book, code::vector);
        List<NewTensor> tensors = new ArrayList<>(tensors(basis));
        tensors.add(
                NewTensor.floats(
                        "book", List.of((long) book.length, (long) basis.width()), joined(book)));
        SafetensorsWriter.write(
                file,
                Map.of(
                        SIDES,
                        code.sides().stream().map(String::valueOf).collect(Collectors.joining(",")),
                        LAW,
                        code.law().name(),
                        SCALE,
                        Float.toString(basis.scale())),
                tensors);
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

    /// Reads what was written.
    ///
    /// @throws org.cumae.weights.WeightFileException if the file is damaged
    /// @throws IllegalArgumentException if it holds neither codes nor vectors
    public static PictureUnit read(Path file) {
        try (WeightFile weights = WeightFile.open(file)) {
            if (weights.metadata().has(GRID)) {
                List<Integer> grid = numbers(weights.metadata().requireText(GRID));
                Check.argument(grid.size() == 2, "%s has the grid %s; two sides", file, grid);
                return new PatchLatent(basis(weights, file), grid.getFirst(), grid.getLast());
            }
            if (!weights.metadata().has(SIDES)) {
                return new PatchCode(BookFile.read(file));
            }
            PatchBasis basis = basis(weights, file);
            return new PyramidCode(
                    basis,
                    Bands.Law.valueOf(weights.metadata().requireText(LAW)),
                    numbers(weights.metadata().requireText(SIDES)),
                    cut(weights.floats("book"), basis.width()));
        }
    }

    private static List<Integer> numbers(String text) {
        return Arrays.stream(text.split(",")).map(Integer::parseInt).toList();
    }

    private static PatchBasis basis(WeightFile weights, Path file) {
        List<Long> shape = weights.info("axes").shape();
        Check.argument(
                shape.size() == 4, "%s holds axes of shape %s; they need four sides", file, shape);
        int side = Math.toIntExact(shape.get(1));
        int channels = Math.toIntExact(shape.get(3));
        return new PatchBasis(
                side,
                channels,
                weights.floats("mean"),
                cut(weights.floats("axes"), side * side * channels),
                Float.parseFloat(weights.metadata().requireText(SCALE)));
    }
}
