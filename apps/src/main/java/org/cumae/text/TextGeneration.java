package org.cumae.text;

import org.cumae.decode.Finish;
import org.cumae.model.Ledger;
import org.cumae.model.Tokens;

import java.util.List;

/// A generated text. As a string it is the text itself.
///
/// @param text the new text, without the prompt and without a stop text
/// @param tokens the new tokens only, an end token that ended the text not among them
/// @param finish why it ended
/// @param usage how many tokens it has used
/// @param seed what its randomness came from: the same request with this seed gives the same text
/// @param chances for each new token how probable it was
/// @param ledger what it has cost
public record TextGeneration(
        String text,
        Tokens tokens,
        Finish finish,
        Usage usage,
        long seed,
        List<TokenChance> chances,
        Ledger.Entry ledger) {
    /// Copies the chances.
    public TextGeneration {
        chances = List.copyOf(chances);
    }

    /// Why it ended, in a word: `stop`, `length`, `time` or `cancelled`.
    public String finishReason() {
        return finish.reason();
    }

    @Override
    public String toString() {
        return text;
    }
}
