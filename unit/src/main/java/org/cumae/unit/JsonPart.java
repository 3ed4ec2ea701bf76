package org.cumae.unit;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A part of a JSON file and where it stands, so that messages can say so.
///
/// @param file the file's name
/// @param path where in the file, such as `model.merges[3]`
record JsonPart(String file, String path, JsonNode node) {
    /// More than the largest tokenizers in use (33 MB).
    static final int MOST_BYTES = 64 << 20;

    // Names are not kept for later files: a vocabulary is a quarter of a million different ones.
    static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .build();

    /// @throws TokenizerException if it is too long or no JSON object
    static JsonPart parse(String file, byte[] content) {
        if (content.length > MOST_BYTES) {
            throw new TokenizerException(
                    "%s has %d bytes; %d are the most a tokenizer file may have",
                    file, content.length, MOST_BYTES);
        }
        try {
            JsonNode node = MAPPER.readTree(content);
            if (!node.isObject()) {
                throw new TokenizerException(
                        "%s does not hold a JSON object%s", file, looksLike(content));
            }
            return new JsonPart(file, "", node);
        } catch (JacksonException e) {
            throw new TokenizerException(
                    "%s is not JSON%s: %s%s",
                    file, looksLike(content), e.getOriginalMessage(), place(e.getLocation()));
        }
    }

    /// What is nested too deeply is refused without a place.
    private static String place(@Nullable TokenStreamLocation at) {
        return at == null
                ? ""
                : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
    }

    private static String looksLike(byte[] content) {
        String beginning =
                new String(content, 0, Math.min(content.length, 40), StandardCharsets.ISO_8859_1);
        if (beginning.startsWith("version https://git-lfs")) {
            return " but a Git-LFS pointer; fetch the file itself with 'git lfs pull'";
        }
        return beginning.startsWith("<")
                ? " but looks like a web page; download the file itself"
                : "";
    }

    TokenizerException wrong(String message, @Nullable Object... parts) {
        return new TokenizerException(
                "%s%s: %s", file, path.isEmpty() ? "" : " at " + path, message.formatted(parts));
    }

    private JsonPart at(String name, JsonNode child) {
        return new JsonPart(file, path.isEmpty() ? name : path + "." + name, child);
    }

    /// A part that may be missing or null.
    Optional<JsonPart> child(String name) {
        JsonNode child = node.get(name);
        return child == null || child.isNull() ? Optional.empty() : Optional.of(at(name, child));
    }

    JsonPart require(String name) {
        return child(name).orElseThrow(() -> wrong("it has no \"%s\"", name));
    }

    List<JsonPart> items(String name) {
        Optional<JsonPart> list = child(name);
        return list.isEmpty() ? List.of() : list.get().items();
    }

    List<JsonPart> items() {
        if (!node.isArray()) {
            throw wrong("it should be a list");
        }
        List<JsonPart> items = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) {
            items.add(new JsonPart(file, path + "[" + i + "]", node.get(i)));
        }
        return items;
    }

    String text() {
        if (!node.isString()) {
            throw wrong("it should be a text");
        }
        return node.stringValue();
    }

    int number() {
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw wrong("it should be a whole number of 32 bits");
        }
        return node.intValue();
    }

    double real() {
        if (!node.isNumber()) {
            throw wrong("it should be a number");
        }
        return node.doubleValue();
    }

    String text(String name) {
        return require(name).text();
    }

    String text(String name, String missing) {
        return child(name).map(JsonPart::text).orElse(missing);
    }

    int number(String name) {
        return require(name).number();
    }

    boolean flag(String name, boolean missing) {
        JsonNode child = node.get(name);
        if (child == null || child.isNull()) {
            return missing;
        }
        if (!child.isBoolean()) {
            throw at(name, child).wrong("it should be true or false");
        }
        return child.booleanValue();
    }

    /// The one character of a text.
    int character(String name) {
        String text = text(name);
        if (!Characters.isOne(text)) {
            throw wrong("\"%s\" should be one character, not %s", name, Visible.text(text));
        }
        return text.codePointAt(0);
    }
}
