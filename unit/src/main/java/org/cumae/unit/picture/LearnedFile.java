package org.cumae.unit.picture;

import org.bytedeco.javacpp.PointerScope;
import org.cumae.net.picture.AutoencoderShape;
import org.cumae.net.picture.Supply;
import org.cumae.picture.PictureUnit;
import org.cumae.weights.SafetensorsWriter;
import org.cumae.weights.WeightFile;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What convolutional networks read pictures as, in safetensors files: their shape, what lies
/// between them, and all weights.
final class LearnedFile {
    private static final String CELLS = "learned_cells";
    private static final String NET = "learned_net"; // channels, base, blocks, whether it looks
    private static final String LEVELS = "learned_levels";
    private static final String BOOK = "learned_book"; // codes, width
    private static final String SCALES = "learned_sides";
    private static final String SPREAD = "learned_spread";
    private static final String BITS = "learned_bits"; // bits, parts

    private LearnedFile() {}

    /// Whether a file holds what networks read pictures as.
    static boolean is(WeightFile weights) {
        return weights.metadata().has(NET);
    }

    /// Reads what was written.
    static PictureUnit read(WeightFile weights, Path file) {
        if (weights.metadata().has(SCALES)) {
            return pyramid(weights, file);
        }
        return weights.metadata().has(SPREAD) ? latent(weights, file) : code(weights, file);
    }

    static void write(LearnedCode code, Path file) {
        Map<String, String> said = said(code.shape());
        said.put(CELLS, code.down() + "," + code.across());
        switch (code.pinch()) {
            case BottleneckShape.Book(int codes, int width) -> said.put(BOOK, codes + "," + width);
            case BottleneckShape.Binary(int bits, int parts) -> said.put(BITS, bits + "," + parts);
        }
        try (var _ = new PointerScope()) {
            SafetensorsWriter.write(file, said, code.files());
        }
    }

    static void write(LearnedPyramid code, Path file) {
        PyramidShape shape = code.shape();
        Map<String, String> said = said(code.networks());
        said.put(SCALES, CodeFile.joined(shape.sides()));
        said.put(BOOK, shape.codes() + "," + shape.width());
        try (var _ = new PointerScope()) {
            SafetensorsWriter.write(file, said, code.files());
        }
    }

    private static LearnedPyramid pyramid(WeightFile weights, Path file) {
        List<Integer> book = CodeFile.numbers(weights, BOOK, 2, file);
        PyramidShape shape =
                new PyramidShape(
                        CodeFile.numbers(weights.metadata().requireText(SCALES)),
                        book.getFirst(),
                        book.getLast());
        return new LearnedPyramid(
                networks(weights, shape.width(), shape.width(), file), shape, Supply.of(weights));
    }

    static void write(LearnedLatent latent, Path file) {
        Map<String, String> said = said(latent.networks());
        said.put(CELLS, latent.down() + "," + latent.across());
        said.put(SPREAD, Float.toString(latent.spread()));
        try (var _ = new PointerScope()) {
            SafetensorsWriter.write(file, said, latent.files());
        }
    }

    private static LearnedLatent latent(WeightFile weights, Path file) {
        List<Integer> cells = CodeFile.numbers(weights, CELLS, 2, file);
        float[] center = weights.floats("center");
        return new LearnedLatent(
                networks(weights, 2 * center.length, center.length, file),
                cells.getFirst(),
                cells.getLast(),
                center,
                Float.parseFloat(weights.metadata().requireText(SPREAD)),
                Supply.of(weights));
    }

    private static Map<String, String> said(AutoencoderShape shape) {
        Map<String, String> said = new LinkedHashMap<>();
        said.put(
                NET,
                CodeFile.joined(
                        List.of(
                                shape.channels(),
                                shape.base(),
                                shape.blocks(),
                                shape.looks() ? 1 : 0)));
        said.put(LEVELS, CodeFile.joined(shape.multiples()));
        return said;
    }

    private static AutoencoderShape networks(WeightFile weights, int out, int in, Path file) {
        List<Integer> net = CodeFile.numbers(weights, NET, 4, file);
        return new AutoencoderShape(
                net.get(0),
                net.get(1),
                CodeFile.numbers(weights.metadata().requireText(LEVELS)),
                net.get(2),
                net.get(3) == 1,
                out,
                in);
    }

    private static LearnedCode code(WeightFile weights, Path file) {
        List<Integer> cells = CodeFile.numbers(weights, CELLS, 2, file);
        BottleneckShape pinch;
        if (weights.metadata().has(BITS)) {
            List<Integer> bits = CodeFile.numbers(weights, BITS, 2, file);
            pinch = new BottleneckShape.Binary(bits.getFirst(), bits.getLast());
        } else {
            List<Integer> book = CodeFile.numbers(weights, BOOK, 2, file);
            pinch = new BottleneckShape.Book(book.getFirst(), book.getLast());
        }
        return new LearnedCode(
                networks(weights, pinch.out(), pinch.in(), file),
                pinch,
                cells.getFirst(),
                cells.getLast(),
                Supply.of(weights));
    }
}
