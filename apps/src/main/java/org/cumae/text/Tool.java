package org.cumae.text;

import org.cumae.Check;
import org.cumae.grammar.Grammar;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

import java.util.Optional;
import java.util.regex.Pattern;

/// A function that a model may ask its caller to call.
///
/// @param name letters, digits, `_`, `.` and `-`, at most 64
/// @param description what it does, for the model; may be empty
/// @param parameters the JSON Schema of its arguments; a function without any has none
public record Tool(String name, String description, Optional<JsonNode> parameters) {
    private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    /// Checks the name.
    ///
    /// @throws IllegalArgumentException if it has other characters, or too many or none
    public Tool {
        Check.argument(
                NAMES.matcher(name).matches(),
                "a function's name is '%s'; it must have 1 to 64 letters, digits, '_', '.' or '-'",
                name.length() <= 80 ? name : name.substring(0, 77) + "...");
    }

    /// A function whose arguments a schema describes.
    public static Tool of(String name, String description, JsonNode parameters) {
        return new Tool(name, description, Optional.of(parameters));
    }

    /// The language of its arguments.
    ///
    /// @throws IllegalArgumentException if the schema asks for what a grammar cannot hold to
    Grammar arguments() {
        return parameters.map(JsonSchema::grammar).orElseGet(Tool::nothing);
    }

    private static Grammar nothing() {
        return JsonSchema.grammar(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("type", "object")
                        .put("additionalProperties", false));
    }
}
