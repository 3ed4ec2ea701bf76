package org.cumae.serve;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/// The fields of a JSON object, read with their bounds; remembers which were asked for.
///
/// `null` counts as absent, as clients send it. Every refusal names the field by its path.
final class Fields {
    private final ObjectNode node;
    private final String prefix;
    private final Set<String> known = new HashSet<>();

    Fields(ObjectNode node) {
        this(node, "");
    }

    private Fields(ObjectNode node, String prefix) {
        this.node = node;
        this.prefix = prefix;
    }

    /// The value, unless it is absent or null.
    Optional<JsonNode> get(String name) {
        known.add(name);
        return Optional.ofNullable(node.get(name)).filter(value -> !value.isNull());
    }

    /// Marks fields as known without reading them.
    void accept(List<String> names) {
        known.addAll(names);
    }

    /// Fields that nobody has asked for.
    List<String> surplus() {
        return node.propertyNames().stream().filter(name -> !known.contains(name)).toList();
    }

    /// The field's path from the body's root.
    String path(String name) {
        return prefix + name;
    }

    Optional<String> text(String name) {
        return get(name).map(value -> text(path(name), value));
    }

    Optional<Boolean> flag(String name) {
        return get(name)
                .map(
                        value -> {
                            if (!value.isBoolean()) {
                                throw wrongType(path(name), value, "true or false");
                            }
                            return value.booleanValue();
                        });
    }

    /// A number in `[least, most]`.
    OptionalDouble number(String name, double least, double most) {
        Optional<JsonNode> value = get(name);
        if (value.isEmpty()) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(number(path(name), value.get(), least, most));
    }

    /// A whole number in `[least, most]`.
    OptionalInt whole(String name, int least, int most) {
        Optional<JsonNode> value = get(name);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        return OptionalInt.of((int) whole(path(name), value.get(), least, most));
    }

    /// Any 64-bit number.
    OptionalLong wholeLong(String name) {
        Optional<JsonNode> value = get(name);
        if (value.isEmpty()) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(whole(path(name), value.get(), Long.MIN_VALUE, Long.MAX_VALUE));
    }

    /// The object under a name.
    Optional<Fields> object(String name) {
        return get(name)
                .map(
                        value -> {
                            if (!(value instanceof ObjectNode object)) {
                                throw wrongType(path(name), value, "an object");
                            }
                            return new Fields(object, path(name) + ".");
                        });
    }

    /// A string, or a list of strings.
    List<String> texts(String name) {
        Optional<JsonNode> value = get(name);
        if (value.isEmpty()) {
            return List.of();
        }
        if (value.get().isString()) {
            return List.of(text(path(name), value.get()));
        }
        if (!value.get().isArray()) {
            throw wrongType(path(name), value.get(), "a string or a list of strings");
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode one : value.get()) {
            texts.add(text("%s[%d]".formatted(path(name), texts.size()), one));
        }
        return texts;
    }

    /// A list of token ids below `vocabulary`.
    List<Integer> ids(String name, int vocabulary) {
        Optional<JsonNode> value = get(name);
        if (value.isEmpty()) {
            return List.of();
        }
        return ids(path(name), value.get(), vocabulary);
    }

    static List<Integer> ids(String path, JsonNode value, int vocabulary) {
        if (!value.isArray()) {
            throw wrongType(path, value, "a list of token ids");
        }
        List<Integer> ids = new ArrayList<>(value.size());
        for (JsonNode one : value) {
            String at = "%s[%d]".formatted(path, ids.size());
            ids.add((int) whole(at, one, 0, vocabulary - 1));
        }
        return ids;
    }

    static String text(String path, JsonNode value) {
        if (!value.isString()) {
            throw wrongType(path, value, "a string");
        }
        String text = value.stringValue();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
                continue;
            }
            throw ApiError.badField(
                    path,
                    "%s holds the lone surrogate U+%04X at %d; send whole characters",
                    path,
                    (int) c,
                    i);
        }
        return text;
    }

    static double number(String path, JsonNode value, double least, double most) {
        if (!value.isNumber()) {
            throw wrongType(path, value, "a number");
        }
        double number = value.doubleValue();
        if (!(number >= least && number <= most)) {
            throw ApiError.badField(
                    path,
                    "%s is %s; it must lie in [%s, %s]",
                    path,
                    shown(value),
                    plain(least),
                    plain(most));
        }
        return number;
    }

    static long whole(String path, JsonNode value, long least, long most) {
        if (!value.isNumber()) {
            throw wrongType(path, value, "a whole number");
        }
        if (!value.isIntegralNumber()) {
            throw ApiError.badField(
                    path, "%s is %s; it must be a whole number", path, shown(value));
        }
        if (!value.canConvertToLong() || value.longValue() < least || value.longValue() > most) {
            throw ApiError.badField(
                    path, "%s is %s; it must lie in [%d, %d]", path, shown(value), least, most);
        }
        return value.longValue();
    }

    static ApiError wrongType(String path, JsonNode value, String wanted) {
        return ApiError.badField(path, "%s is %s; it must be %s", path, shown(value), wanted);
    }

    private static String shown(JsonNode value) {
        return ApiError.shortened(value.toString()).replaceAll("\\p{Cntrl}", "?");
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }
}
