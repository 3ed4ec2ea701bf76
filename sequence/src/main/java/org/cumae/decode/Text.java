package org.cumae.decode;

/// How ids become text: all that decoders need to know of a tokenizer.
///
/// A tokenizer is passed as a method reference: `tokenizer::bytes`.
@FunctionalInterface
public interface Text {
    /// The UTF-8 bytes that a token adds to the text; a part of a character is allowed, and so is
    /// nothing, for tokens that do not show.
    byte[] bytes(int token);
}
