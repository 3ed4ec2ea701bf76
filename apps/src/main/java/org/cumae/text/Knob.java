package org.cumae.text;

import org.cumae.Check;
import org.cumae.naming.Known;

import java.util.Arrays;
import java.util.List;

/// A number that shapes generation. The words are those of the libraries that people know; see
/// [GenerationOptions].
public enum Knob {
    /// How many tokens to generate at most.
    MAX_TOKENS("max_tokens", 0, Integer.MAX_VALUE, 256, true),
    /// How many tokens must come before an end token or a stop string may end the text.
    MIN_TOKENS("min_tokens", 0, Integer.MAX_VALUE, 0, true),
    /// Divides the logits; 0 takes the most probable token.
    TEMPERATURE("temperature", 0, 2, 1, false),
    /// Keeps the most probable so many; 0 keeps all.
    TOP_K("top_k", 0, Integer.MAX_VALUE, 0, true),
    /// Keeps the fewest tokens whose probabilities reach this sum; 1 keeps all.
    TOP_P("top_p", 0, 1, 1, false),
    /// Keeps tokens at least this fraction as probable as the best; 0 keeps all.
    MIN_P("min_p", 0, 1, 0, false),
    /// Keeps the tokens whose surprise is nearest to the entropy; 1 keeps all.
    TYPICAL_P("typical_p", 0, 1, 1, false),
    /// Divides positive and multiplies negative logits of tokens that have occurred; 1 is off.
    REPETITION_PENALTY("repetition_penalty", 0, 100, 1, false),
    /// Subtracted from the logit of a token that was generated before; 0 is off.
    PRESENCE_PENALTY("presence_penalty", -2, 2, 0, false),
    /// Subtracted from a logit once for each time the token was generated; 0 is off.
    FREQUENCY_PENALTY("frequency_penalty", -2, 2, 0, false);

    private final String word;
    private final double least;
    private final double most;
    private final double neutral;
    private final boolean whole;

    Knob(String word, double least, double most, double neutral, boolean whole) {
        this.word = word;
        this.least = least;
        this.most = most;
        this.neutral = neutral;
        this.whole = whole;
    }

    /// Its name in requests and files: `top_p`.
    public String word() {
        return word;
    }

    /// The value it has when nobody says anything.
    public double neutral() {
        return neutral;
    }

    /// Whether its values are whole numbers.
    public boolean isWhole() {
        return whole;
    }

    /// Refuses a value out of range.
    ///
    /// @return the value
    /// @throws IllegalArgumentException naming the knob, the value and the range
    public double check(double value) {
        boolean open = this == TOP_P || this == TYPICAL_P || this == REPETITION_PENALTY;
        Check.argument(
                value >= least && value <= most && !(open && value == least),
                "%s is %s; it must lie in %s%s, %s]",
                word,
                format(value),
                open ? "(" : "[",
                format(least),
                format(most));
        Check.argument(
                !whole || value == Math.rint(value),
                "%s is %s; it must be a whole number",
                word,
                value);
        return value;
    }

    /// A value as people write it.
    String format(double value) {
        return whole && value == Math.rint(value) ? Long.toString((long) value) : "" + value;
    }

    /// The knob of that word.
    ///
    /// @throws org.cumae.naming.UnknownNameException listing the words
    public static Knob parse(String word) {
        return Arrays.stream(values())
                .filter(knob -> knob.word.equals(word))
                .findFirst()
                .orElseThrow(() -> Known.of("generation option", words()).refusal(word));
    }

    private static List<String> words() {
        return Arrays.stream(values()).map(Knob::word).toList();
    }
}
