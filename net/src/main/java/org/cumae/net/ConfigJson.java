package org.cumae.net;

import org.cumae.weights.WeightFileException;

import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// Fields of a `config.json`. A field that is null counts as absent.
record ConfigJson(Path file, JsonNode node) {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

    static ConfigJson read(Path file) {
        try {
            JsonNode node = MAPPER.readTree(file.toFile());
            if (!node.isObject()) {
                throw new WeightFileException(file, "is not a JSON object");
            }
            return new ConfigJson(file, node);
        } catch (JacksonException e) {
            throw new WeightFileException(
                    e, file, "cannot be read as JSON: %s", e.getOriginalMessage());
        }
    }

    boolean has(String field) {
        return node.hasNonNull(field);
    }

    /// Whether the field is there, null or not.
    boolean names(String field) {
        return node.has(field);
    }

    OptionalInt count(String field) {
        if (!has(field)) {
            return OptionalInt.empty();
        }
        JsonNode value = node.get(field);
        if (!value.canConvertToInt() || !value.isIntegralNumber()) {
            throw wrong(field, value, "a whole number below 2^31");
        }
        return OptionalInt.of(value.intValue());
    }

    int requireCount(String field) {
        return count(field).orElseThrow(() -> missing(field));
    }

    OptionalDouble number(String field) {
        if (!has(field)) {
            return OptionalDouble.empty();
        }
        JsonNode value = node.get(field);
        if (!value.isNumber()) {
            throw wrong(field, value, "a number");
        }
        return OptionalDouble.of(value.doubleValue());
    }

    double requireNumber(String field) {
        return number(field).orElseThrow(() -> missing(field));
    }

    boolean flag(String field, boolean otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        JsonNode value = node.get(field);
        if (!value.isBoolean()) {
            throw wrong(field, value, "true or false");
        }
        return value.booleanValue();
    }

    Optional<String> text(String field) {
        if (!has(field)) {
            return Optional.empty();
        }
        JsonNode value = node.get(field);
        if (!value.isString()) {
            throw wrong(field, value, "a string");
        }
        return Optional.of(value.stringValue());
    }

    Optional<List<String>> texts(String field) {
        if (!has(field)) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode value : node.get(field)) {
            if (!value.isString()) {
                throw wrong(field, value, "a list of strings");
            }
            texts.add(value.stringValue());
        }
        return Optional.of(texts);
    }

    boolean isText(String field) {
        return has(field) && node.get(field).isString();
    }

    /// A list of numbers, of which newer files write those that JSON does not know as
    /// `{"__float__": "Infinity"}`.
    Optional<List<Double>> numbers(String field) {
        if (!has(field)) {
            return Optional.empty();
        }
        List<Double> numbers = new ArrayList<>();
        for (JsonNode value : node.get(field)) {
            JsonNode spelled = value.get("__float__");
            if (value.isNumber()) {
                numbers.add(value.doubleValue());
            } else if (spelled != null && "Infinity".equals(spelled.stringValue(""))) {
                numbers.add(Double.POSITIVE_INFINITY);
            } else {
                throw wrong(field, value, "a list of numbers");
            }
        }
        return Optional.of(numbers);
    }

    Optional<ConfigJson> object(String field) {
        if (!has(field)) {
            return Optional.empty();
        }
        JsonNode value = node.get(field);
        if (!value.isObject()) {
            throw wrong(field, value, "an object");
        }
        return Optional.of(new ConfigJson(file, value));
    }

    /// A list of objects; of none where the field is absent.
    List<ConfigJson> objects(String field) {
        List<ConfigJson> objects = new ArrayList<>();
        if (has(field)) {
            for (JsonNode value : node.get(field)) {
                if (!value.isObject()) {
                    throw wrong(field, value, "a list of objects");
                }
                objects.add(new ConfigJson(file, value));
            }
        }
        return objects;
    }

    /// Refuses a value that the transformer cannot follow.
    WeightFileException unknown(String field, Object value, String known) {
        return new WeightFileException(
                file, "field \"%s\" is %s; this transformer knows %s", field, value, known);
    }

    private WeightFileException missing(String field) {
        return new WeightFileException(file, "field \"%s\" is missing", field);
    }

    private WeightFileException wrong(String field, JsonNode value, String expected) {
        return new WeightFileException(
                file, "field \"%s\" is %s; it must be %s", field, value, expected);
    }
}
