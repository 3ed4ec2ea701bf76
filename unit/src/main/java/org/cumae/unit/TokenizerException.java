package org.cumae.unit;

import org.jspecify.annotations.Nullable;

/// A tokenizer file or folder that cannot be used; the message names the place and what is wrong
/// there.
public final class TokenizerException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /// @param message format
    /// @param parts what its places are filled with
    public TokenizerException(String message, @Nullable Object... parts) {
        super(parts.length == 0 ? message : message.formatted(parts));
    }
}
