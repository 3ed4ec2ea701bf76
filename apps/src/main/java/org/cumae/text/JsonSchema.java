package org.cumae.text;

import org.cumae.grammar.Grammar;
import org.cumae.grammar.Regex;
import org.cumae.grammar.Rule;
import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads a JSON Schema (2020-12) as the grammar of texts that it accepts.
///
/// Every text of the grammar is a value that the schema accepts; it need not be every such value.
/// So objects have the properties that the schema names, in its order, and no others, where it
/// names any; an object or array of which nothing is said may be any. A keyword that says something
/// a grammar cannot hold to is refused, never passed over; those that only describe are.
public final class JsonSchema {
    private static final long MOST_WHOLE = 999_999_999_999_999L;
    private static final int DEEPEST = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Set<String> DESCRIBING =
            Set.of(
                    "$schema",
                    "$id",
                    "$anchor",
                    "$comment",
                    "$defs",
                    "definitions",
                    "title",
                    "description",
                    "default",
                    "example",
                    "examples",
                    "deprecated",
                    "readOnly",
                    "writeOnly",
                    "discriminator");

    private static final Map<String, String> FORMATS =
            Map.of(
                    "date", "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])",
                    "time",
                            "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])",
                    "date-time",
                            "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])",
                    "uuid", "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
                    "email",
                            "[A-Za-z0-9_+-]{1,30}(\\.[A-Za-z0-9_+-]{1,20}){0,2}@[A-Za-z0-9]{1,20}(\\.[A-Za-z0-9]{1,20}){0,2}\\.[a-z]{2,6}",
                    "ipv4",
                            "((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])");

    private final JsonNode root;
    private final Map<String, Rule> rules = new HashMap<>(JsonRules.NAMED);
    private final Set<String> begun = new HashSet<>();
    private int depth;

    private JsonSchema(JsonNode root) {
        this.root = root;
    }

    /// The grammar of a schema.
    ///
    /// @param schema an object, or `true`
    /// @throws IllegalArgumentException if it is no schema, or asks for what a grammar cannot hold
    ///   to; the message names the path
    public static Grammar grammar(JsonNode schema) {
        JsonSchema reader = new JsonSchema(schema);
        return new Grammar(reader.value(schema, "#"), reader.rules);
    }

    /// The grammar of a schema that is written as JSON.
    ///
    /// @throws IllegalArgumentException as [#grammar(JsonNode)], and if the text is no JSON
    public static Grammar grammar(String schema) {
        try {
            return grammar(JSON.readTree(schema));
        } catch (tools.jackson.core.JacksonException e) {
            throw new IllegalArgumentException(
                    "the schema is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    /// The grammar of any JSON object.
    public static Grammar anyObject() {
        return new Grammar(new Rule.Named(JsonRules.OBJECT), JsonRules.NAMED);
    }

    private Rule value(JsonNode schema, String path) {
        require(++depth <= DEEPEST, path, "is nested more than " + DEEPEST + " deep");
        Rule rule = undeepened(schema, path);
        depth--;
        return rule;
    }

    private Rule undeepened(JsonNode schema, String path) {
        if (schema.isBoolean() && schema.booleanValue()) {
            return new Rule.Named(JsonRules.VALUE);
        }
        require(schema.isObject(), path, "is no schema; a schema is an object or true");
        JsonNode reference = schema.get("$ref");
        if (reference != null) {
            only(schema, path, "$ref");
            return reference(reference, path);
        }
        JsonNode constant = schema.get("const");
        if (constant != null) {
            only(schema, path, "const", "type");
            require(isOfType(constant, schema), path, "has a const of another type");
            return Rule.text(compact(constant));
        }
        JsonNode values = schema.get("enum");
        if (values != null) {
            only(schema, path, "enum", "type");
            require(values.isArray(), path + "/enum", "is no array");
            List<Rule> choices =
                    values.valueStream()
                            .filter(value -> isOfType(value, schema))
                            .map(value -> Rule.text(compact(value)))
                            .toList();
            require(!choices.isEmpty(), path + "/enum", "has no value of the schema's type");
            return new Rule.OneOf(choices);
        }
        for (String word : List.of("anyOf", "oneOf", "allOf")) {
            JsonNode parts = schema.get(word);
            if (parts != null) {
                only(schema, path, word);
                return combined(word, parts, path + "/" + word);
            }
        }
        return typed(schema, path);
    }

    private Rule combined(String word, JsonNode parts, String path) {
        require(parts.isArray() && !parts.isEmpty(), path, "is no array of schemas");
        if (word.equals("allOf")) {
            require(parts.size() == 1, path, "has more than one schema; write them as one");
        }
        if (word.equals("oneOf")) {
            requireApart(parts, path);
        }
        List<Rule> choices = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            choices.add(value(parts.get(i), path + "/" + i));
        }
        return choices.size() == 1 ? choices.getFirst() : new Rule.OneOf(choices);
    }

    /// A value must be one of `oneOf` only: that is sure where no two can hold one value.
    private void requireApart(JsonNode parts, String path) {
        for (int i = 0; i < parts.size(); i++) {
            for (int j = 0; j < i; j++) {
                require(
                        areApart(resolved(parts.get(i)), resolved(parts.get(j))),
                        path,
                        "has schemas %d and %d, which one value may fit both; give them types or a"
                                        .formatted(j, i)
                                + " required property of different constants, or say anyOf");
            }
        }
    }

    private static boolean areApart(JsonNode a, JsonNode b) {
        Set<String> types = new HashSet<>(types(a));
        types.retainAll(types(b));
        if (types.isEmpty()) {
            return true;
        }
        if (constants(a) != null && constants(b) != null) {
            return noneShared(a, b);
        }
        for (String name : names(a.path("properties"))) {
            JsonNode one = a.path("properties").path(name);
            JsonNode other = b.path("properties").path(name);
            if (types.equals(Set.of("object"))
                    && isRequired(a, name)
                    && isRequired(b, name)
                    && noneShared(one, other)) {
                return true;
            }
        }
        return false;
    }

    private static boolean noneShared(JsonNode a, JsonNode b) {
        List<JsonNode> some = constants(a);
        List<JsonNode> others = constants(b);
        return some != null && others != null && some.stream().noneMatch(others::contains);
    }

    private static @Nullable List<JsonNode> constants(JsonNode schema) {
        if (schema.has("const")) {
            return List.of(schema.get("const"));
        }
        return schema.has("enum") ? schema.get("enum").valueStream().toList() : null;
    }

    private static boolean isRequired(JsonNode schema, String name) {
        return schema.path("required").valueStream().anyMatch(one -> one.asString().equals(name));
    }

    private static Set<String> names(JsonNode object) {
        return new LinkedHashSet<>(object.propertyNames());
    }

    private JsonNode resolved(JsonNode schema) {
        JsonNode node = schema;
        for (int i = 0; i < DEEPEST && node.has("$ref"); i++) {
            node = target(node.get("$ref").asString());
        }
        return node;
    }

    private Rule reference(JsonNode reference, String path) {
        require(reference.isString(), path + "/$ref", "is no text");
        String pointer = reference.stringValue();
        require(
                pointer.startsWith("#"),
                path + "/$ref",
                "is '" + pointer + "'; only references inside the schema (#/...) are followed");
        JsonNode target = target(pointer);
        require(!target.isMissingNode(), path + "/$ref", "leads nowhere: " + pointer);
        String name = "schema " + pointer;
        if (begun.add(name)) {
            int outer = depth;
            depth = 0;
            rules.put(name, value(target, pointer));
            depth = outer;
        }
        return new Rule.Named(name);
    }

    private JsonNode target(String pointer) {
        return pointer.equals("#") || !pointer.startsWith("#/")
                ? root
                : root.at(pointer.substring(1));
    }

    private static List<String> types(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isString()) {
            return List.of(type.stringValue());
        }
        if (type.isArray()) {
            return type.valueStream().map(JsonNode::asString).toList();
        }
        List<JsonNode> constants = constants(schema);
        if (constants != null) {
            return constants.stream().map(JsonSchema::type).distinct().toList();
        }
        return implied(schema);
    }

    /// The types that a schema without a type speaks of; all, if of none.
    private static List<String> implied(JsonNode schema) {
        if (hasAny(schema, "properties", "required", "additionalProperties")) {
            return List.of("object");
        }
        if (hasAny(schema, "items", "prefixItems", "minItems", "maxItems")) {
            return List.of("array");
        }
        if (hasAny(schema, "pattern", "minLength", "maxLength", "format")) {
            return List.of("string");
        }
        return hasAny(schema, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
                ? List.of("number")
                : List.of("object", "array", "string", "number", "boolean", "null");
    }

    private static boolean hasAny(JsonNode schema, String... words) {
        return List.of(words).stream().anyMatch(schema::has);
    }

    private static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            default -> "null";
        };
    }

    private static boolean isOfType(JsonNode value, JsonNode schema) {
        String type = type(value);
        List<String> types = types(schema);
        return !schema.has("type")
                || types.contains(type)
                || (type.equals("integer") && types.contains("number"));
    }

    private Rule typed(JsonNode schema, String path) {
        List<String> types = types(schema);
        require(!types.isEmpty(), path + "/type", "is empty");
        Set<String> read = new HashSet<>(Set.of("type"));
        List<Rule> choices = new ArrayList<>();
        for (String type : types) {
            choices.add(
                    switch (type) {
                        case "object" -> object(schema, path, read);
                        case "array" -> array(schema, path, read);
                        case "string" -> string(schema, path, read);
                        case "integer" -> integer(schema, path, read);
                        case "number" -> number(schema, path, read);
                        case "boolean" -> JsonRules.BOOLEAN;
                        case "null" -> JsonRules.NULL;
                        default ->
                                throw refused(
                                        path + "/type",
                                        "is '"
                                                + type
                                                + "'; it must be object, array, string, integer,"
                                                + " number, boolean or null");
                    });
        }
        only(schema, path, read.toArray(String[]::new));
        return choices.size() == 1 ? choices.getFirst() : new Rule.OneOf(choices);
    }

    private Rule object(JsonNode schema, String path, Set<String> read) {
        read.addAll(
                Set.of(
                        "properties",
                        "required",
                        "additionalProperties",
                        "minProperties",
                        "maxProperties"));
        JsonNode properties = schema.path("properties");
        require(
                properties.isMissingNode() || properties.isObject(),
                path + "/properties",
                "is no object");
        List<String> names = List.copyOf(names(properties));
        Set<String> required = new LinkedHashSet<>();
        schema.path("required").valueStream().forEach(name -> required.add(name.asString()));
        for (String name : required) {
            require(
                    names.contains(name),
                    path + "/required",
                    "asks for '" + name + "', which is not among the properties");
        }
        int least = count(schema, "minProperties", path, 0);
        int most = count(schema, "maxProperties", path, Rule.ENDLESS);
        if (names.isEmpty()) {
            return anyObject(schema, path, least, most);
        }
        require(
                least <= required.size(),
                path + "/minProperties",
                "is more than the required properties; require them by name");
        require(
                most >= names.size(),
                path + "/maxProperties",
                "is less than the properties that are named");
        return members(properties, names, required, path);
    }

    private Rule anyObject(JsonNode schema, String path, int least, int most) {
        JsonNode others = schema.path("additionalProperties");
        Rule value =
                others.isMissingNode() || others.isBoolean()
                        ? new Rule.Named(JsonRules.VALUE)
                        : value(others, path + "/additionalProperties");
        boolean none = others.isBoolean() && !others.booleanValue();
        require(least <= 1, path + "/minProperties", "is more than 1, and keys may be equal");
        require(least <= most, path + "/minProperties", "is more than maxProperties");
        Rule member = JsonRules.member(JsonRules.string(0, Rule.ENDLESS), value);
        return Rule.all(
                Rule.text("{"),
                JsonRules.SPACE,
                JsonRules.items(member, least, none ? 0 : most),
                Rule.text("}"));
    }

    /// The members from each on are a rule of their own, once after a comma and once without, so
    /// that a grammar grows with the properties and not with their subsets.
    private Rule members(
            JsonNode properties, List<String> names, Set<String> required, String path) {
        Rule first = JsonRules.SPACE;
        Rule later = JsonRules.SPACE;
        for (int i = names.size() - 1; i >= 0; i--) {
            String name = names.get(i);
            String at = path + "/properties/" + name;
            Rule member =
                    JsonRules.member(
                            Rule.text(compact(JSON.valueToTree(name))),
                            named(value(properties.get(name), at), at));
            Rule next = named(later, "after " + at);
            Rule withIt = Rule.all(member, next);
            Rule withComma = Rule.all(Rule.text(","), JsonRules.SPACE, member, next);
            if (required.contains(name)) {
                first = withIt;
                later = withComma;
            } else {
                first = Rule.any(withIt, named(first, "before " + at));
                later = Rule.any(withComma, next);
            }
        }
        Rule filled = Rule.all(JsonRules.SPACE, first);
        return Rule.all(Rule.text("{"), filled, Rule.text("}"));
    }

    /// A rule of its own, so that what holds it several times does not grow.
    private Rule named(Rule rule, String path) {
        if (rule instanceof Rule.Named) {
            return rule;
        }
        String name = "part " + path;
        rules.put(name, rule);
        return new Rule.Named(name);
    }

    private Rule array(JsonNode schema, String path, Set<String> read) {
        read.addAll(Set.of("items", "prefixItems", "minItems", "maxItems"));
        int least = count(schema, "minItems", path, 0);
        int most = count(schema, "maxItems", path, Rule.ENDLESS);
        require(least <= most, path + "/minItems", "is more than maxItems");
        JsonNode prefix = schema.path("prefixItems");
        JsonNode items = schema.path("items");
        boolean none = items.isBoolean() && !items.booleanValue();
        List<Rule> first = new ArrayList<>();
        for (int i = 0; i < Math.min(prefix.size(), most); i++) {
            first.add(value(prefix.get(i), path + "/prefixItems/" + i));
        }
        int leastMore = Math.max(0, least - first.size());
        boolean more = !none && (prefix.isEmpty() || !items.isMissingNode() || leastMore > 0);
        require(more || leastMore == 0, path + "/minItems", "is more than there are items");
        Rule item =
                items.isMissingNode() || none
                        ? new Rule.Named(JsonRules.VALUE)
                        : named(value(items, path + "/items"), path + "/items");
        int mostMore = more ? most == Rule.ENDLESS ? most : most - first.size() : 0;
        if (first.isEmpty()) {
            return bracketed(JsonRules.items(item, leastMore, mostMore));
        }
        List<Rule> all = new ArrayList<>();
        for (Rule one : first) {
            if (!all.isEmpty()) {
                all.addAll(List.of(Rule.text(","), JsonRules.SPACE));
            }
            all.add(one);
        }
        Rule other = Rule.all(Rule.text(","), JsonRules.SPACE, item);
        all.add(new Rule.Repeated(other, leastMore, mostMore));
        all.add(JsonRules.SPACE);
        return bracketed(new Rule.InOrder(all));
    }

    private static Rule bracketed(Rule items) {
        return Rule.all(Rule.text("["), JsonRules.SPACE, items, Rule.text("]"));
    }

    private Rule string(JsonNode schema, String path, Set<String> read) {
        read.addAll(Set.of("pattern", "format", "minLength", "maxLength"));
        int least = count(schema, "minLength", path, 0);
        int most = count(schema, "maxLength", path, Rule.ENDLESS);
        require(least <= most, path + "/minLength", "is more than maxLength");
        JsonNode pattern = schema.path("pattern");
        JsonNode format = schema.path("format");
        if (pattern.isMissingNode() && format.isMissingNode()) {
            return JsonRules.string(least, most);
        }
        require(
                !schema.has("minLength") && !schema.has("maxLength"),
                path,
                "has a length beside a pattern or format; say it in the pattern");
        require(
                pattern.isMissingNode() || format.isMissingNode(),
                path,
                "has a pattern and a format; keep one");
        String expression;
        if (format.isMissingNode()) {
            expression = pattern.asString();
        } else {
            expression = FORMATS.getOrDefault(format.asString(), "");
            require(
                    !expression.isEmpty(),
                    path + "/format",
                    "is '" + format.asString() + "'; known: " + FORMATS.keySet());
        }
        try {
            return JsonRules.quoted(JsonRules.escaped(Regex.parse(expression)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the schema's %s/pattern is not taken: %s".formatted(path, e.getMessage()), e);
        }
    }

    private Rule integer(JsonNode schema, String path, Set<String> read) {
        Bounds bounds = bounds(schema, path, read);
        return bounds.isOpen() ? JsonRules.INTEGER : JsonRules.whole(bounds.least, bounds.most);
    }

    private Rule number(JsonNode schema, String path, Set<String> read) {
        Bounds bounds = bounds(schema, path, read);
        if (bounds.isOpen()) {
            return JsonRules.NUMBER;
        }
        require(
                bounds.least >= 0 && !schema.has("exclusiveMinimum"),
                path,
                "bounds a number below 0 or by exclusiveMinimum; only minimum 0 or more and maximum"
                        + " are held to, or make it an integer");
        require(
                bounds.least < bounds.most || !schema.has("exclusiveMaximum"),
                path,
                "leaves no number between its bounds");
        Rule last = JsonRules.whole(bounds.most, bounds.most);
        return bounds.most == bounds.least
                ? last
                : Rule.any(
                        Rule.all(
                                JsonRules.whole(bounds.least, bounds.most - 1),
                                Rule.maybe(JsonRules.FRACTION)),
                        schema.has("exclusiveMaximum")
                                ? JsonRules.whole(bounds.least, bounds.most - 1)
                                : last);
    }

    /// The whole numbers that bound a number.
    private record Bounds(long least, long most) {
        boolean isOpen() {
            return least == -MOST_WHOLE && most == MOST_WHOLE;
        }
    }

    private Bounds bounds(JsonNode schema, String path, Set<String> read) {
        read.addAll(Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"));
        boolean whole = types(schema).contains("integer");
        long least = bound(schema, "minimum", path, -MOST_WHOLE);
        long most = bound(schema, "maximum", path, MOST_WHOLE);
        long above = bound(schema, "exclusiveMinimum", path, -MOST_WHOLE - 1);
        long below = bound(schema, "exclusiveMaximum", path, MOST_WHOLE + 1);
        least = Math.max(least, above + 1);
        // Of numbers, an excluded bound is held to by ending the whole part before it.
        most = Math.min(most, whole || below > MOST_WHOLE ? below - 1 : below);
        require(least <= most, path, "leaves no number between its bounds");
        return new Bounds(least, most);
    }

    private long bound(JsonNode schema, String word, String path, long otherwise) {
        JsonNode bound = schema.path(word);
        if (bound.isMissingNode()) {
            return otherwise;
        }
        require(
                bound.isNumber()
                        && bound.doubleValue() == Math.rint(bound.doubleValue())
                        && Math.abs(bound.doubleValue()) <= MOST_WHOLE,
                path + "/" + word,
                "is " + bound + "; it must be a whole number of at most 15 digits");
        return (long) bound.doubleValue();
    }

    private int count(JsonNode schema, String word, String path, int otherwise) {
        JsonNode count = schema.path(word);
        if (count.isMissingNode()) {
            return otherwise;
        }
        require(
                count.isIntegralNumber() && count.canConvertToInt() && count.intValue() >= 0,
                path + "/" + word,
                "is " + count + "; it must be a whole number, 0 or more");
        return count.intValue();
    }

    private static String compact(JsonNode value) {
        return JSON.writeValueAsString(value);
    }

    /// No keywords beside those that were read.
    private static void only(JsonNode schema, String path, String... words) {
        Set<String> read = Set.of(words);
        for (String word : schema.propertyNames()) {
            require(
                    read.contains(word) || DESCRIBING.contains(word),
                    path + "/" + word,
                    "cannot be held to here; leave it out, or check the answer yourself");
        }
    }

    private static void require(boolean holds, String path, String fault) {
        if (!holds) {
            throw refused(path, fault);
        }
    }

    private static IllegalArgumentException refused(String path, String fault) {
        return new IllegalArgumentException("the schema's %s %s".formatted(path, fault));
    }
}
