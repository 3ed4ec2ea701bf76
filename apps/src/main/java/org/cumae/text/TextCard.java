package org.cumae.text;

import org.cumae.model.Card;

/// What an open text model says of itself.
///
/// @param card name, vocabulary, length and what it can be asked
/// @param source where it came from: `shakespeare`, or the path as given
/// @param format `gguf` or `safetensors`
/// @param family of the architecture: `llama`, `qwen2`
/// @param parameters how many weights
/// @param weightBytes how much memory they take
/// @param device where it runs
/// @param dtype the number format of its products
/// @param chat whether it has a chat template
/// @param defaults options in force where a request says nothing
/// @param starters what texts of it may begin with
public record TextCard(
        Card card,
        String source,
        String format,
        String family,
        long parameters,
        long weightBytes,
        String device,
        String dtype,
        boolean chat,
        GenerationOptions defaults,
        Starters starters) {
    /// What messages call it.
    public String name() {
        return card.name();
    }
}
