package org.cumae;

/// Refusals in words: every message names the value, the limit and the remedy.
public final class Check {
    private Check() {}

    /// Refuses an argument.
    ///
    /// @param holds what must be true of the argument
    /// @param message format with the value, the limit and the remedy
    /// @param parts what the format's places are filled with
    /// @throws IllegalArgumentException if it does not hold
    public static void argument(boolean holds, String message, Object... parts) {
        if (!holds) {
            throw new IllegalArgumentException(message.formatted(parts));
        }
    }

    /// Refuses a call that comes at the wrong moment.
    ///
    /// @param holds what must be true of the object now
    /// @param message format with what is, what should be, and the remedy
    /// @param parts what the format's places are filled with
    /// @throws IllegalStateException if it does not hold
    public static void state(boolean holds, String message, Object... parts) {
        if (!holds) {
            throw new IllegalStateException(message.formatted(parts));
        }
    }
}
