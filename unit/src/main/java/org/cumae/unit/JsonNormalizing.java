package org.cumae.unit;

import java.text.Normalizer;
import java.util.Base64;
import java.util.function.UnaryOperator;

/// Reads the `normalizer` of a `tokenizer.json`.
final class JsonNormalizing {
    private JsonNormalizing() {}

    static UnaryOperator<String> read(JsonPart part) {
        return switch (part.text("type")) {
            case "Sequence" ->
                    Normalizing.chain(
                            part.items("normalizers").stream().map(JsonNormalizing::read).toList());
            case "NFC" -> Normalizing.unicode(Normalizer.Form.NFC);
            case "NFD" -> Normalizing.unicode(Normalizer.Form.NFD);
            case "NFKC" -> Normalizing.unicode(Normalizer.Form.NFKC);
            case "NFKD" -> Normalizing.unicode(Normalizer.Form.NFKD);
            case "Lowercase" -> Normalizing::lowercase;
            case "Strip" ->
                    Normalizing.strip(
                            part.flag("strip_left", true), part.flag("strip_right", true));
            case "StripAccents" -> Normalizing::stripAccents;
            case "Prepend" -> Normalizing.prepend(part.text("prepend"));
            case "ByteLevel" -> ByteLetters::of;
            case "Replace" -> replace(part);
            case "Precompiled" -> precompiled(part);
            case "BertNormalizer" -> {
                boolean lowercase = part.flag("lowercase", true);
                yield Normalizing.bert(
                        part.flag("clean_text", true),
                        part.flag("handle_chinese_chars", true),
                        part.flag("strip_accents", lowercase),
                        lowercase);
            }
            case String other ->
                    throw part.wrong("the normalizer %s is not known here", Visible.text(other));
        };
    }

    static UnaryOperator<String> replace(JsonPart part) {
        String content = part.text("content");
        JsonPart pattern = part.require("pattern");
        if (pattern.child("String").isPresent()) {
            String literal = pattern.text("String");
            if (literal.isEmpty()) {
                throw pattern.wrong("an empty text cannot be replaced");
            }
            return text -> text.replace(literal, content);
        }
        BoundedRegex regex = BoundedRegex.of(pattern.text("Regex"));
        return text -> regex.replaceAll(text, content);
    }

    private static UnaryOperator<String> precompiled(JsonPart part) {
        try {
            byte[] map = Base64.getDecoder().decode(part.text("precompiled_charsmap"));
            return CharacterMap.read(map)::replaceGraphemes;
        } catch (TokenizerException e) {
            throw part.wrong("%s", e.getMessage());
        } catch (IllegalArgumentException e) {
            throw part.wrong("precompiled_charsmap is not base64: %s", e.getMessage());
        }
    }
}
