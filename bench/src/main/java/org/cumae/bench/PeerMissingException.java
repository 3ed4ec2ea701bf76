package org.cumae.bench;

/// A peer cannot be run on this machine; the message says why and what would help.
final class PeerMissingException extends Exception {
    private static final long serialVersionUID = 1L;

    PeerMissingException(String message) {
        super(message);
    }
}
