package org.cumae.engine;

import java.util.concurrent.RejectedExecutionException;

/// A request waited in line for as long as its [Terms] allow, and was not begun.
public final class LateException extends RejectedExecutionException {
    private static final long serialVersionUID = 1L;

    LateException(String message) {
        super(message);
    }
}
