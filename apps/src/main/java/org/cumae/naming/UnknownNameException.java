package org.cumae.naming;

/// Somebody typed a name that is not known; the message lists the known ones.
public final class UnknownNameException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UnknownNameException(String message) {
        super(message);
    }
}
