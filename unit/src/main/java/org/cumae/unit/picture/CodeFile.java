package org.cumae.unit.picture;

import org.bytedeco.javacpp.PointerScope;
import org.cumae.Check;
import org.cumae.flow.GroupTimes;
import org.cumae.net.DiffusionShape;
import org.cumae.net.picture.Supply;
import org.cumae.picture.Bands;
import org.cumae.picture.EmergingCode;
import org.cumae.picture.GridCode;
import org.cumae.picture.Latent;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchCode;
import org.cumae.picture.PatchLatent;
import org.cumae.picture.PatchPyramid;
import org.cumae.picture.PictureUnit;
import org.cumae.picture.PyramidCode;
import org.cumae.unit.patch.BookFile;
import org.cumae.weights.NewTensor;
import org.cumae.weights.SafetensorsWriter;
import org.cumae.weights.WeightFile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What pictures are made of, in safetensors files: a book of patches ([BookFile]), the axes and
/// the book of a pyramid, the axes of real vectors, networks that read and write codes or vectors
/// ([LearnedFile]), or one that is told codes on the way out of noise.
public final class CodeFile {
    private static final String SIDES = "pyramid_sides";
    private static final String LAW = "pyramid_law";
    private static final String SCALE = "pyramid_scale";
    private static final String GRID = "latent_grid";
    private static final String EMERGING = "emerging_net"; // sizes, codes, whether it guesses
    private static final String GROUPS = "emerging_groups";
    private static final String BETA = "emerging_beta";
    private static final String RULE = "emerging_rule";

    private CodeFile() {}

    /// Writes codes or vectors.
    ///
    /// @throws java.io.UncheckedIOException if they cannot be written
    public static void write(PictureUnit unit, Path file) {
        switch (unit) {
            case PatchCode patches -> BookFile.write(patches.book(), file);
            case PatchPyramid pyramid -> write(pyramid, file);
            case PatchLatent(PatchBasis basis, int down, int across) ->
                    SafetensorsWriter.write(
                            file,
                            Map.of(GRID, down + "," + across, SCALE, Float.toString(basis.scale())),
                            tensors(basis));
            case LearnedCode learned -> LearnedFile.write(learned, file);
            case LearnedPyramid learned -> LearnedFile.write(learned, file);
            case LearnedLatent learned -> LearnedFile.write(learned, file);
            case DiffusionCode emerging -> write(emerging, file);
            case GridCode other -> throw notKept(other);
            case PyramidCode other -> throw notKept(other);
            case Latent other -> throw notKept(other);
            case EmergingCode other -> throw notKept(other);
        }
    }

    private static IllegalArgumentException notKept(PictureUnit other) {
        return new IllegalArgumentException("codes of %s are not kept in files".formatted(other));
    }

    private static void write(DiffusionCode code, Path file) {
        DiffusionShape shape = code.shape();
        Map<String, String> said = new LinkedHashMap<>();
        said.put(
                EMERGING,
                joined(
                        List.of(
                                shape.channels(),
                                shape.rows(),
                                shape.columns(),
                                shape.patch(),
                                shape.fine(),
                                shape.width(),
                                shape.heads(),
                                shape.reading(),
                                shape.telling(),
                                shape.emerging(),
                                shape.codes(),
                                shape.numbers(),
                                code.vocabulary(),
                                shape.guesses() ? 1 : 0)));
        GroupTimes times = code.times();
        said.put(GROUPS, Integer.toString(times.groups()));
        said.put(BETA, Double.toString(times.beta()));
        said.put(RULE, times.rule().name());
        try (var _ = new PointerScope()) {
            SafetensorsWriter.write(file, said, code.files());
        }
    }

    private static DiffusionCode emerging(WeightFile weights, Path file) {
        List<Integer> n = numbers(weights, EMERGING, 14, file);
        return new DiffusionCode(
                new DiffusionShape(
                        n.get(0),
                        n.get(1),
                        n.get(2),
                        n.get(3),
                        n.get(4),
                        n.get(5),
                        n.get(6),
                        n.get(7),
                        n.get(8),
                        n.get(9),
                        n.get(10),
                        n.get(11),
                        n.get(13) == 1),
                n.get(12),
                new GroupTimes(
                        Integer.parseInt(weights.metadata().requireText(GROUPS)),
                        Double.parseDouble(weights.metadata().requireText(BETA)),
                        GroupTimes.Rule.valueOf(weights.metadata().requireText(RULE))),
                Supply.of(weights));
    }

    static List<Integer> numbers(WeightFile weights, String key, int count, Path file) {
        String text = weights.metadata().requireText(key);
        List<Integer> numbers = numbers(text);
        Check.argument(
                numbers.size() == count,
                "%s says %s: %s; that should be %d numbers",
                file,
                key,
                text,
                count);
        return numbers;
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

    private static void write(PatchPyramid code, Path file) {
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
                        joined(code.sides()),
                        LAW,
                        code.law().name(),
                        SCALE,
                        Float.toString(basis.scale())),
                tensors);
    }

    static String joined(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
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
            if (weights.metadata().has(EMERGING)) {
                return emerging(weights, file);
            }
            if (LearnedFile.is(weights)) {
                return LearnedFile.read(weights, file);
            }
            if (!weights.metadata().has(SIDES)) {
                return new PatchCode(BookFile.read(file));
            }
            PatchBasis basis = basis(weights, file);
            return new PatchPyramid(
                    basis,
                    Bands.Law.valueOf(weights.metadata().requireText(LAW)),
                    numbers(weights.metadata().requireText(SIDES)),
                    cut(weights.floats("book"), basis.width()));
        }
    }

    static List<Integer> numbers(String text) {
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
