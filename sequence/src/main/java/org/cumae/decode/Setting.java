package org.cumae.decode;

import java.util.Map;

/// Something that can be set on a decoder by name.
///
/// @param name how users write it
/// @param summary what it does, in a line
/// @param standard the value when it is not set
public record Setting(String name, String summary, String standard) {
    /// The value as a whole number.
    ///
    /// @param given what the user set
    /// @throws IllegalArgumentException if it is none
    int integer(Map<String, String> given) {
        try {
            return Integer.parseInt(word(given));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "%s is '%s'; it must be a whole number".formatted(name, word(given)), e);
        }
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
    String word(Map<String, String> given) {
        return given.getOrDefault(name, standard);
    }
}
