package org.cumae.unit;

/// How ids become text.
///
/// @param skipSpecial whether special tokens are left out
/// @param continues whether the ids go on after others. Some tokenizers put a space before a text
///   and take it away when decoding; in the middle of a text that space is real
public record Decoding(boolean skipSpecial, boolean continues) {
    /// A whole text.
    public static final Decoding TEXT = new Decoding(true, false);

    /// A whole text with its special tokens written out.
    public static final Decoding VERBATIM = new Decoding(false, false);

    /// What a model wrote after a prompt.
    public static final Decoding CONTINUATION = new Decoding(true, true);
}
