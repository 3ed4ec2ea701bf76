package org.cumae.weights;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Locale;

/// A weight file that cannot be used or written: the message names the file, the tensor or offset,
/// what was expected, what was found and what to do.
public final class WeightFileException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /// Says what is wrong with a file.
    ///
    /// @param file the file, named first in the message
    /// @param problem a format in the manner of [String#format]
    /// @param values what goes into the format
    public WeightFileException(Path file, String problem, @Nullable Object... values) {
        super(text(file, problem, values));
    }

    /// Says what is wrong with a file, and which failure below showed it.
    ///
    /// @param cause the failure below
    /// @param file the file, named first in the message
    /// @param problem a format in the manner of [String#format]
    /// @param values what goes into the format
    public WeightFileException(
            Throwable cause, Path file, String problem, @Nullable Object... values) {
        super(text(file, problem, values), cause);
    }

    private static String text(Path file, String problem, @Nullable Object... values) {
        return file + ": " + String.format(Locale.ROOT, problem, values);
    }
}
