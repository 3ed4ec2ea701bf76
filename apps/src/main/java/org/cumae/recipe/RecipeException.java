package org.cumae.recipe;

/// A recipe that cannot be followed: the message says where and how to mend it.
public final class RecipeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    RecipeException(String message, Throwable cause) {
        super(message, cause);
    }

    RecipeException(String message) {
        super(message);
    }
}
