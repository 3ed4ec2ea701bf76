package org.cumae.text;

import org.cumae.Check;
import org.cumae.decode.speculative.draft.Trigrams;
import org.cumae.unit.Tokenizer;
import org.cumae.weights.WholeFile;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A table of trigrams that lies with a model, so that its drafts need not begin from nothing.
public final class TrigramFile {
    /// Its name beside the weights.
    public static final String NAME = "trigrams.bin";

    private static final int DIGITS = 16; // of a long

    private TrigramFile() {}

    /// What tells the ids of a tokenizer from those of others, in a table.
    public static long fingerprint(Tokenizer tokenizer) {
        return Long.parseUnsignedLong(tokenizer.fingerprint().substring(0, DIGITS), DIGITS);
    }

    /// Writes a table into the directory of a model.
    public static void write(Path folder, Trigrams table) {
        WholeFile.write(
                folder.resolve(NAME),
                sink -> {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    table.write(bytes);
                    sink.write(bytes.toByteArray());
                });
    }

    /// The table that lies in the directory of a model, where there is one.
    ///
    /// @throws IllegalArgumentException if it is damaged, or was counted with another tokenizer
    static Optional<Trigrams> beside(Path model, Tokenizer tokenizer) {
        Path file = model.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            Trigrams table = Trigrams.read(in);
            Check.argument(
                    table.fingerprint() == fingerprint(tokenizer),
                    "%s was counted with another tokenizer than the model's; count again by a recipe"
                            + " of kind trigrams, or remove it",
                    file);
            return Optional.of(table);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
