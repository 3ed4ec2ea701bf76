package org.cumae.train.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The directory of a model that is taught something and stays as it is.
///
/// @param path of the directory
public record BaseFolder(Path path) {
    /// Copies its files to a directory, but for one, which is about to be written there anew, and
    /// those that are there.
    ///
    /// @throws UncheckedIOException if one cannot be read or written
    public void copy(Path folder, String but) {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> files = Files.list(path)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path copy = folder.resolve(file.getFileName());
                    if (!copy.endsWith(but) && !Files.exists(copy)) {
                        Files.copy(file, copy);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy %s to %s".formatted(path, folder), e);
        }
    }
}
