package org.cumae.text;

/// How many tokens a generation has used.
///
/// @param promptTokens those of the prompt, added ones included
/// @param cachedTokens those of the prompt that did not have to be computed
/// @param completionTokens the new ones
public record Usage(int promptTokens, int cachedTokens, int completionTokens) {
    /// All together.
    public int totalTokens() {
        return promptTokens + completionTokens;
    }
}
