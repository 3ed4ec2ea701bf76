package org.cumae.unit;

/// How text becomes ids.
///
/// @param addSpecial whether the special ids that the tokenizer puts around a text are added, such
///   as begin-of-text
/// @param parseSpecial whether special tokens written in the text become their ids. A person's text
///   is not to be trusted with them: a look-alike typed by a user would steer the model
public record Encoding(boolean addSpecial, boolean parseSpecial) {
    /// Only the text.
    public static final Encoding PLAIN = new Encoding(false, false);

    /// The text with the special ids around it.
    public static final Encoding PROMPT = new Encoding(true, false);

    /// What a chat template made: its special tokens are written out.
    public static final Encoding TEMPLATE = new Encoding(false, true);

    /// As the reference implementations do by default: added and parsed.
    public static final Encoding REFERENCE = new Encoding(true, true);
}
