package org.cumae.forecast;

import java.nio.file.Path;

/// A table that no series can be read from. The message names the file, the line and the column.
public final class SeriesException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @param file the table
    /// @param message what is wrong where, and what helps
    SeriesException(Path file, String message) {
        super(file + message);
    }

    /// In a line of the table, the header being line 1.
    static SeriesException at(Path file, long line, String message, Object... parts) {
        return new SeriesException(file, ", line %d: ".formatted(line) + message.formatted(parts));
    }

    /// Of the table as a whole.
    static SeriesException of(Path file, String message, Object... parts) {
        return new SeriesException(file, ": " + message.formatted(parts));
    }
}
