package org.cumae.engine;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/// The engine takes no more requests now: its line is full, or it is being closed.
public final class BusyException extends RejectedExecutionException {
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    BusyException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /// When a place in the line may be free, going by how fast requests have ended lately.
    public Duration retryAfter() {
        return retryAfter;
    }
}
