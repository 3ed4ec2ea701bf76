package org.cumae.unit;

/// Turns a stretch of text, already normalised and cut, into ids. Never changes, serves all
/// threads.
interface Segmenter {
    /// @throws IllegalArgumentException if no id stands for a part of it
    void segment(String text, Ints out);

    /// The refusal of a character that no id stands for.
    static IllegalArgumentException unknown(int character) {
        return new IllegalArgumentException(
                "the character %s has no id in this tokenizer, which has no token for unknown text; leave it out"
                        .formatted(Visible.character(character)));
    }
}
