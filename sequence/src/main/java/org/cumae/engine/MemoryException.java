package org.cumae.engine;

/// A request needs more memory for its context than the engine may use in all.
public final class MemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MemoryException(String message) {
        super(message);
    }
}
