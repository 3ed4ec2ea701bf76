package org.cumae.bench;

/// What came of one way of writing. Of a mixture only [#together] is measured; the rest is NaN.
///
/// @param arm model and decoder
/// @param exact whether the decoder keeps the law of the model that it writes with
/// @param passes a text, the prompt's among them
/// @param tokensPerPass tokens over passes
/// @param rowsPerPass rows that a pass fed, prompts not counted
/// @param rowCost how long a pass of so many rows takes over one of a single row: what
///   [#tokensPerPass] must exceed to be faster than one token a pass
/// @param surprise of the texts under the first arm's model, nats a character
/// @param same share of texts that are the first arm's to the letter
/// @param right share of texts that are right, where there is somebody to say so
/// @param alone tokens a second, one request at a time
/// @param together tokens a second of as many as run side by side
public record DecoderRow(
        String arm,
        boolean exact,
        double passes,
        double tokensPerPass,
        double rowsPerPass,
        double rowCost,
        double surprise,
        double same,
        double right,
        double alone,
        double together) {
    static DecoderRow mixed(String arm, double together) {
        double none = Double.NaN;
        return new DecoderRow(arm, true, none, none, none, none, none, none, none, none, together);
    }
}
