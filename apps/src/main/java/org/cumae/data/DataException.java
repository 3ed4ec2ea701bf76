package org.cumae.data;

import org.jspecify.annotations.Nullable;

/// A data set could not be had; the message says what went wrong and what to do.
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DataException(@Nullable Throwable cause, String message, @Nullable Object... parts) {
        super(message.formatted(parts), cause);
    }
}
