package org.cumae.unit.patch;

import org.cumae.Check;
import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.psi.Book;
import org.cumae.weights.NewTensor;
import org.cumae.weights.SafetensorsWriter;
import org.cumae.weights.WeightFile;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Books in safetensors files: a tensor of patches for each level, and what they are of.
///
/// A model must be asked with the book that it was trained with; [#fingerprint] tells books apart.
public final class BookFile {
    private static final String FINGERPRINT = "fingerprint";

    private BookFile() {}

    /// Writes a book.
    ///
    /// @throws java.io.UncheckedIOException if it cannot be written
    public static void write(Book book, Path file) {
        TokenType type = book.type();
        List<NewTensor> tensors = new ArrayList<>();
        for (int level = 0; level < type.levels(); level++) {
            long codes = type.codes().get(level).size();
            long side = book.side();
            tensors.add(
                    NewTensor.floats(
                            "level." + level,
                            List.of(codes, side, side, (long) book.channels()),
                            patches(book, level)));
        }
        String ranges =
                type.codes().stream()
                        .map(span -> span.from() + "-" + span.to())
                        .collect(Collectors.joining(","));
        SafetensorsWriter.write(
                file,
                Map.of(
                        "type",
                        type.name(),
                        "rows",
                        Integer.toString(type.rows()),
                        "columns",
                        Integer.toString(type.columns()),
                        "codes",
                        ranges,
                        FINGERPRINT,
                        fingerprint(book)),
                tensors);
    }

    /// The patches of a level, one behind the other.
    private static float[] patches(Book book, int level) {
        int before = book.side() * book.side() * book.channels();
        Span codes = book.type().codes().get(level);
        float[] all = new float[codes.size() * before];
        for (int code = 0; code < codes.size(); code++) {
            System.arraycopy(book.patch(level, code), 0, all, code * before, before);
        }
        return all;
    }

    /// Reads a book.
    ///
    /// @throws org.cumae.weights.WeightFileException if the file is damaged
    /// @throws IllegalArgumentException if it is no book, or not the one that it says it is
    public static Book read(Path file) {
        try (WeightFile weights = WeightFile.open(file)) {
            for (String key : List.of("type", "rows", "columns", "codes", FINGERPRINT)) {
                Check.argument(
                        weights.metadata().has(key),
                        "%s is no book: it does not say %s",
                        file,
                        key);
            }
            List<Span> codes = new ArrayList<>();
            for (String range : weights.metadata().requireText("codes").split(",")) {
                String[] ends = range.split("-");
                codes.add(new Span(Integer.parseInt(ends[0]), Integer.parseInt(ends[1])));
            }
            TokenType type =
                    new TokenType(
                            weights.metadata().requireText("type"),
                            Integer.parseInt(weights.metadata().requireText("rows")),
                            Integer.parseInt(weights.metadata().requireText("columns")),
                            codes);
            List<Long> shape = weights.info("level.0").shape();
            int side = Math.toIntExact(shape.get(1));
            int channels = Math.toIntExact(shape.get(3));
            List<float[][]> levels = new ArrayList<>();
            for (int level = 0; level < codes.size(); level++) {
                float[] all = weights.floats("level." + level);
                int length = side * side * channels;
                float[][] patches = new float[all.length / length][length];
                for (int code = 0; code < patches.length; code++) {
                    System.arraycopy(all, code * length, patches[code], 0, length);
                }
                levels.add(patches);
            }
            Book book = new Book(type, side, channels, levels);
            String said = weights.metadata().requireText(FINGERPRINT);
            Check.argument(
                    fingerprint(book).equals(said),
                    "%s is not the book that it says it is (%s and %s); write it again",
                    file,
                    fingerprint(book),
                    said);
            return book;
        }
    }

    /// What a book means, in 64 hexadecimal digits.
    public static String fingerprint(Book book) {
        MessageDigest digest = sha256();
        digest.update(book.type().toString().getBytes(StandardCharsets.UTF_8));
        for (int level = 0; level < book.type().levels(); level++) {
            float[] patches = patches(book, level);
            ByteBuffer bytes = ByteBuffer.allocate(4 * patches.length);
            bytes.asFloatBuffer().put(patches);
            digest.update(bytes.array());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
