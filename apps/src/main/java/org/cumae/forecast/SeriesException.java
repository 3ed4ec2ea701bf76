package org.cumae.forecast;

/// A table that no series can be read from. The message names the table, the line and the column.
public final class SeriesException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @param message what is wrong where, and what helps
    SeriesException(String message) {
        super(message);
    }
}
