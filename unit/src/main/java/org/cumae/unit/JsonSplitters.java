package org.cumae.unit;

import java.util.Locale;

/// Reads the `pre_tokenizer` of a `tokenizer.json`.
final class JsonSplitters {
    private static final BoundedRegex WORDS_AND_SIGNS = BoundedRegex.of("\\w+|[^\\w\\s]+");

    private JsonSplitters() {}

    static Splitter read(JsonPart part) {
        return switch (part.text("type")) {
            case "Sequence" ->
                    Splitter.chain(
                            part.items("pretokenizers").stream().map(JsonSplitters::read).toList());
            case "ByteLevel" ->
                    Splitters.byteLetters(
                            part.flag("add_prefix_space", true), part.flag("use_regex", true));
            case "Split" ->
                    Splitters.at(
                            pattern(part.require("pattern")),
                            Splitters.Behaviour.parse(part.text("behavior")),
                            part.flag("invert", false));
            case "Metaspace" ->
                    Splitters.wordMarks(
                            part.character("replacement"), prepend(part), part.flag("split", true));
            case "Whitespace" -> Splitters.at(WORDS_AND_SIGNS, Splitters.Behaviour.REMOVED, true);
            case "WhitespaceSplit" -> Splitters.at(Splitters::isSpace, Splitters.Behaviour.REMOVED);
            case "BertPreTokenizer" ->
                    Splitters.at(Splitters::isSpace, Splitters.Behaviour.REMOVED)
                            .then(
                                    Splitters.at(
                                            Splitters::isPunctuation,
                                            Splitters.Behaviour.ISOLATED));
            case "Punctuation" ->
                    Splitters.at(
                            Splitters::isPunctuation,
                            Splitters.Behaviour.parse(part.text("behavior", "Isolated")));
            case "Digits" ->
                    Splitters.at(
                            Splitters::isNumber,
                            part.flag("individual_digits", false)
                                    ? Splitters.Behaviour.ISOLATED
                                    : Splitters.Behaviour.CONTIGUOUS);
            case "CharDelimiterSplit" -> {
                int delimiter = part.character("delimiter");
                yield Splitters.at(it -> it == delimiter, Splitters.Behaviour.REMOVED);
            }
            case String other ->
                    throw part.wrong("the pre-tokenizer %s is not known here", Visible.text(other));
        };
    }

    private static BoundedRegex pattern(JsonPart pattern) {
        try {
            return pattern.child("String").isPresent()
                    ? BoundedRegex.literal(pattern.text("String"))
                    : BoundedRegex.of(pattern.text("Regex"));
        } catch (TokenizerException e) {
            throw pattern.wrong("%s", e.getMessage());
        }
    }

    /// Newer files say when the mark is put before a text, older ones only whether.
    static Splitters.Prepend prepend(JsonPart part) {
        String missing = part.flag("add_prefix_space", true) ? "always" : "never";
        String scheme = part.text("prepend_scheme", missing).toUpperCase(Locale.ROOT);
        try {
            return Splitters.Prepend.valueOf(scheme);
        } catch (IllegalArgumentException e) {
            throw part.wrong(
                    "prepend_scheme is %s; known are always, first, never", Visible.text(scheme));
        }
    }
}
