package org.cumae.text.jinja;

/// A template is wrong, was refused, or refused its input (`raise_exception`).
public final class TemplateException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    TemplateException(String message) {
        super(message);
    }

    TemplateException(String message, Object... values) {
        super(message.formatted(values));
    }
}
