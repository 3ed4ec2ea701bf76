package org.cumae.decode;

import org.cumae.Check;
import org.cumae.model.Tokens;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What ends a text, and how its tokens read.
///
/// With a [Text] the decoder streams text beside the tokens; stop strings need one.
///
/// @param tokens any of these ends the text and is not part of it
/// @param strings so does any of these, wherever tokens or characters are cut
/// @param text how the tokens read
public record Stops(Set<Integer> tokens, List<String> strings, Optional<Text> text) {
    /// Nothing does.
    public static final Stops NONE = new Stops(Set.of(), List.of(), Optional.empty());

    /// Copies the collections.
    ///
    /// @throws IllegalArgumentException if a string is empty, or there are strings and no text
    public Stops {
        tokens = Set.copyOf(tokens);
        strings = List.copyOf(strings);
        strings.forEach(
                stop ->
                        Check.argument(
                                !stop.isEmpty(),
                                "a stop string is empty, which would stop everything at once; remove"
                                        + " it"));
        Check.argument(
                strings.isEmpty() || text.isPresent(),
                "there are %d stop strings and no text to look for them in; say how tokens read",
                strings.size());
    }

    /// These tokens end the text.
    public static Stops at(Integer... tokens) {
        return new Stops(Set.of(tokens), List.of(), Optional.empty());
    }

    /// The same with other stop tokens.
    public Stops withTokens(Set<Integer> tokens) {
        return new Stops(tokens, strings, text);
    }

    /// The same with other stop strings; needs a text.
    public Stops withStrings(String... strings) {
        return new Stops(tokens, List.of(strings), text);
    }

    /// The same where tokens read so.
    public Stops reading(Text text) {
        return new Stops(tokens, strings, Optional.of(text));
    }

    /// Whether a stop string ends a line, at its last token or before.
    ///
    /// @param line tokens from the first written one
    /// @param least so many tokens are read without heeding stop strings
    boolean endIn(Tokens line, int least) {
        if (strings.isEmpty()) {
            return false;
        }
        StopText reading = new StopText(text.orElseThrow(), strings);
        for (int i = 0; i < line.size(); i++) {
            if (reading.read(line.get(i), i + 1 >= least).isPresent()) {
                return true;
            }
        }
        return false;
    }

    void check(int vocabulary) {
        for (int token : tokens) {
            Check.argument(
                    token >= 0 && token < vocabulary,
                    "the stop tokens name id %d; the vocabulary of the model is [0, %d)",
                    token,
                    vocabulary);
        }
    }
}
