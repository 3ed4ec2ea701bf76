package org.cumae.train;

/// A run cannot go on, for a reason that its message tells with the remedy.
public final class TrainingException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// With a message.
    public TrainingException(String message) {
        super(message);
    }

    /// With a message and what lies behind it.
    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
