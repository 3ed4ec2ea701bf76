package org.cumae.text;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A text with holes, each as many tokens long as it says: `To [MASK:2], or [MASK:6] be`.
///
/// @param parts in order
public record HoledText(List<Part> parts) {
    private static final Pattern HOLE = Pattern.compile("\\[MASK(?::([0-9]{1,6}))?\\]");

    /// A piece of the text.
    public sealed interface Part {}

    /// What is known.
    public record Known(String text) implements Part {}

    /// What is missing.
    ///
    /// @param tokens how many
    public record Hole(int tokens) implements Part {
        /// Checks the length.
        public Hole {
            Check.argument(tokens > 0, "a hole has %d tokens; it must have 1 or more", tokens);
        }
    }

    /// Copies the parts.
    ///
    /// @throws IllegalArgumentException if there is no hole
    public HoledText {
        parts = List.copyOf(parts);
        Check.argument(
                parts.stream().anyMatch(Hole.class::isInstance),
                "the text has no hole; write [MASK:5] where 5 tokens are missing");
    }

    /// Reads `[MASK:n]` as a hole of `n` tokens.
    ///
    /// @throws IllegalArgumentException if there is no hole, or one without a length
    public static HoledText parse(String text) {
        List<Part> parts = new ArrayList<>();
        int end = 0;
        Matcher holes = HOLE.matcher(text);
        for (MatchResult hole : holes.results().toList()) {
            String length = hole.group(1);
            Check.argument(
                    length != null,
                    "the hole [MASK] at character %d has no length; write [MASK:5] for 5 tokens, as"
                            + " the model must know where the text goes on",
                    hole.start());
            known(parts, text.substring(end, hole.start()));
            parts.add(new Hole(Integer.parseInt(length)));
            end = hole.end();
        }
        known(parts, text.substring(end));
        return new HoledText(parts);
    }

    private static void known(List<Part> parts, String text) {
        if (!text.isEmpty()) {
            parts.add(new Known(text));
        }
    }
}
