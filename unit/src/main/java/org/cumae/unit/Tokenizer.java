package org.cumae.unit;

/// What one variable of a text is: turns text into ids and ids into text.
///
/// A tokenizer never changes and keeps no state between calls: one instance serves any number of
/// threads, virtual ones too. A stream of ids needs a [Detokenizer] of its own.
///
/// Texts are Unicode. A lone surrogate, which is no character, is read as U+FFFD.
public sealed interface Tokenizer permits Characters, Bytes, Subwords {
    /// What messages call it, such as `characters` or `tokenizer.json (BPE)`.
    String name();

    /// How many ids there are: every id lies in `[0, size)`. A model may have more rows than that.
    int size();

    /// Turns text into ids.
    ///
    /// @throws IllegalArgumentException if the text has a character that no id stands for; the
    ///   message names it and its place
    int[] encode(String text, Encoding how);

    /// Ids of a text as a prompt: with the special ids the tokenizer puts around a text, and with
    /// special tokens written in it read as plain text.
    default int[] encode(String text) {
        return encode(text, Encoding.PROMPT);
    }

    /// A fresh reader of one stream of ids.
    Detokenizer detokenizer(Decoding how);

    /// Turns ids into text. Ids without a token give nothing.
    ///
    /// @throws IllegalArgumentException if an id is not in `[0, size)`
    default String decode(int[] ids, Decoding how) {
        Detokenizer stream = detokenizer(how);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(stream.add(id));
        }
        return text.append(stream.end()).toString();
    }

    /// The text of ids, without special tokens.
    default String decode(int[] ids) {
        return decode(ids, Decoding.TEXT);
    }

    /// The bytes that an id adds to a text it is not the first of; for a special token its name. A
    /// part of a character is not text yet, so bytes are what stop strings are compared with.
    byte[] bytes(int id);

    /// How to show an id to people: its token as the vocabulary writes it; empty where the
    /// vocabulary has a hole.
    String display(int id);

    /// The ids that steer a model.
    SpecialTokens special();

    /// What decoding gives back of an encoded text.
    Promise promise();

    /// SHA-256 over the bytes of every id and which ids are special, in hexadecimal. Two tokenizers
    /// with one fingerprint mean the same by every id, whatever file they came from: a draft model
    /// can propose ids to a target.
    default String fingerprint() {
        return Fingerprint.of(this);
    }

    /// This tokenizer as the file that describes it.
    TokenizerFile file();

    /// Refuses a tokenizer that knows more ids than a model has rows.
    ///
    /// @param rows rows of the model's embedding
    /// @throws TokenizerException naming both numbers
    default void requireFits(int rows) {
        if (size() > rows) {
            throw new TokenizerException(
                    "%s has ids up to %d, but the model has rows for %d; take the tokenizer that came with the model",
                    name(), size() - 1, rows);
        }
    }
}
