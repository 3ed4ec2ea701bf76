package org.cumae.engine;

/// A forward pass failed; the engine lives on and the other requests were served.
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EngineException(String message, Throwable cause) {
        super(message, cause);
    }
}
