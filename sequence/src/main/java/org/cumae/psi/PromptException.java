package org.cumae.psi;

/// A prompt that says nothing, with the column where it stops doing so.
public final class PromptException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final int column;

    PromptException(String prompt, int column, String what) {
        super("prompt '%s', column %d: %s".formatted(prompt, column, what));
        this.column = column;
    }

    /// Where, counted from 1.
    public int column() {
        return column;
    }
}
