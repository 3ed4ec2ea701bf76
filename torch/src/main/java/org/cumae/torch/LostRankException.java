package org.cumae.torch;

/// A process that computes a model together with this one is no longer there.
public final class LostRankException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// @param message which, and what to do
    /// @param cause what libtorch said
    public LostRankException(String message, Throwable cause) {
        super(message, cause);
    }
}
