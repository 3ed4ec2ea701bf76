package org.cumae.cli.parquet;

import org.apache.parquet.io.ParquetDecodingException;
import org.jspecify.annotations.Nullable;

/// What a file must say of itself. Metadata are read field by field, so a damaged file lacks any.
final class Told {
    private Told() {}

    /// @throws ParquetDecodingException if it is not said, or in a word that the format has not
    static <T> T of(@Nullable T told, String what) {
        if (told == null) {
            throw new ParquetDecodingException("it does not say " + what);
        }
        return told;
    }
}
