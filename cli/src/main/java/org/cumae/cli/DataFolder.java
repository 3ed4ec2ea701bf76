package org.cumae.cli;

import java.nio.file.Path;
import java.util.Optional;

/// Where data sets lie.
final class DataFolder {
    private DataFolder() {}

    /// A file of a data set: under `$CUMAE_DATA`, or `~/.cache/cumae`, or where an absolute path
    /// says.
    static Path find(String file) {
        Path folder =
                Optional.ofNullable(System.getenv("CUMAE_DATA"))
                        .filter(value -> !value.isBlank())
                        .map(Path::of)
                        .orElseGet(
                                () -> Path.of(System.getProperty("user.home"), ".cache", "cumae"));
        return folder.resolve(file);
    }
}
