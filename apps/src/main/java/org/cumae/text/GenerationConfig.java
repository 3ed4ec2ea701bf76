package org.cumae.text;

import org.cumae.Check;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What a model's directory says of how it wants to be decoded, in `generation_config.json`.
///
/// @param defaults options in force where a request says nothing
/// @param ends ids that end a text
record GenerationConfig(GenerationOptions defaults, Set<Integer> ends) {
    /// Says nothing.
    static final GenerationConfig NONE = new GenerationConfig(GenerationOptions.NONE, Set.of());

    private static final String FILE = "generation_config.json";
    private static final JsonMapper JSON = new JsonMapper();

    /// The words of the file that are options here.
    private static final Map<String, Knob> KNOBS =
            Map.of(
                    "max_new_tokens", Knob.MAX_TOKENS,
                    "min_new_tokens", Knob.MIN_TOKENS,
                    "temperature", Knob.TEMPERATURE,
                    "top_k", Knob.TOP_K,
                    "top_p", Knob.TOP_P,
                    "min_p", Knob.MIN_P,
                    "typical_p", Knob.TYPICAL_P,
                    "repetition_penalty", Knob.REPETITION_PENALTY);

    /// Reads a directory's file; a directory without one, and a GGUF file, say nothing.
    ///
    /// @throws IllegalArgumentException naming the file, and the word and value that cannot be
    static GenerationConfig of(Path model) {
        Path file = model.resolve(FILE);
        return Files.isRegularFile(file) ? read(file) : NONE;
    }

    private static GenerationConfig read(Path file) {
        try {
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            Check.argument(root.isObject(), "%s holds no JSON object; correct or remove it", file);
            return new GenerationConfig(defaults(root), ends(root.path("eos_token_id")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "%s is no JSON: %s; correct or remove it"
                            .formatted(file, e.getOriginalMessage()),
                    e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static GenerationOptions defaults(JsonNode root) {
        Map<Knob, Double> values = new LinkedHashMap<>();
        KNOBS.forEach(
                (word, knob) -> {
                    JsonNode value = root.path(word);
                    if (!value.isMissingNode() && !value.isNull()) {
                        Check.argument(
                                value.isNumber(), "%s is %s; it must be a number", word, value);
                        values.put(knob, value.asDouble());
                    }
                });
        return new GenerationOptions(values);
    }

    private static Set<Integer> ends(JsonNode eos) {
        Set<Integer> ends = new TreeSet<>();
        for (JsonNode id : eos.isArray() ? eos : JSON.createArrayNode().add(eos)) {
            if (id.isMissingNode() || id.isNull()) {
                continue;
            }
            Check.argument(
                    id.isIntegralNumber() && id.canConvertToInt() && id.asInt() >= 0,
                    "eos_token_id holds %s; it must be an id or a list of ids",
                    id);
            ends.add(id.asInt());
        }
        return Set.copyOf(ends);
    }
}
