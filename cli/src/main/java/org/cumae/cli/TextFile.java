package org.cumae.cli;

import org.cumae.Check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A text that a person names on the command line.
final class TextFile {
    private TextFile() {}

    /// Reads it whole.
    ///
    /// @throws IllegalArgumentException if there is no such file, or it is not UTF-8
    static String read(Path file) {
        Check.argument(Files.isRegularFile(file), "there is no file %s", file);
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "%s is no text in UTF-8; convert it".formatted(file), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read %s".formatted(file), e);
        }
    }
}
