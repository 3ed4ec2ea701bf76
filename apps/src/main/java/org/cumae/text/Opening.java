package org.cumae.text;

/// Opens models: finds the file, reads weights, tokenizer, template and defaults, starts the
/// engine.
@SuppressWarnings("DoNotCallSuggester")
final class Opening {
    private Opening() {}

    static TextModel open(String nameOrPath, OpenOptions options) {
        throw new IllegalStateException("cannot open " + ModelShelf.standard().find(nameOrPath));
    }
}
