package org.cumae.model;

/// A decoder met a model that lacks what it needs; the message names both.
public final class CapabilityException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    CapabilityException(String message) {
        super(message);
    }
}
