package org.cumae.decode.named;

import org.cumae.Check;

import java.util.List;
import java.util.Map;

/// Something that can be set on a decoder by name.
///
/// @param name how users write it
/// @param summary what it does, in a line
/// @param standard the value when it is not set
/// @param choices the values that it can have; empty where there are too many to list
public record Setting(String name, String summary, String standard, List<String> choices) {
    /// Copies the list.
    public Setting {
        choices = List.copyOf(choices);
    }

    /// A setting with more values than can be listed.
    Setting(String name, String summary, String standard) {
        this(name, summary, standard, List.of());
    }

    /// The value as a whole number.
    ///
    /// @param given what the user set
    /// @throws IllegalArgumentException if it is none
    int integer(Map<String, String> given) {
        try {
            return Integer.parseInt(word(given));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s is '%s'; it must be a whole number%s"
                            .formatted(name, word(given), orStandard()),
                    e);
        }
    }

    private String orStandard() {
        return standard.equals("auto") ? ", or auto" : "";
    }

    /// The value as a whole number; the other one where it is `auto`.
    int integerOr(Map<String, String> given, int automatic) {
        return word(given).equals("auto") ? automatic : integer(given);
    }

    /// The value as a number.
    ///
    /// @param given what the user set
    /// @throws IllegalArgumentException if it is none
    double number(Map<String, String> given) {
        try {
            return Double.parseDouble(word(given));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s is '%s'; it must be a number".formatted(name, word(given)), e);
        }
    }

    /// The value as it was written.
    ///
    /// @throws IllegalArgumentException if it is none of the choices, listing them
    String word(Map<String, String> given) {
        String word = given.getOrDefault(name, standard);
        Check.argument(
                choices.isEmpty() || choices.contains(word),
                "%s is '%s'; it must be one of %s",
                name,
                word,
                String.join(", ", choices));
        return word;
    }
}
