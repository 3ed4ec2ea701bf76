package org.cumae.decode.speculative.draft;

import org.cumae.Check;

/// How a table of trigrams follows the text.
///
/// @param increment added to the weight of a trigram that occurred
/// @param cap no weight grows above it
/// @param window of the text's last tokens that are looked at
/// @param once whether an occurrence counts once; else it counts in every round while it is in the
///   window
/// @param wholePrompt whether the whole prompt counts, or only its end inside the window
public record Adaptation(
        double increment, double cap, int window, boolean once, boolean wholePrompt) {
    /// Every occurrence once, the prompt's among them.
    public static final Adaptation DEFAULT = new Adaptation(0.04, 3, 16, true, true);

    /// As the paper's authors do it.
    public static final Adaptation REFERENCE = new Adaptation(0.04, 3, 16, false, false);

    /// Not at all: the table stays as it is.
    public static final Adaptation NONE = new Adaptation(0, 1, 3, true, false);

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException if the increment is negative, the cap not above 0, or the
    ///   window below 3
    public Adaptation {
        Check.argument(
                increment >= 0 && increment < Double.POSITIVE_INFINITY,
                "increment is %s; it must be 0 or more, and finite",
                increment);
        Check.argument(cap > 0, "cap is %s; it must be above 0", cap);
        Check.argument(window >= 3, "window is %d; a trigram needs 3 tokens", window);
    }
}
