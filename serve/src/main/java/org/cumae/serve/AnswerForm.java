package org.cumae.serve;

import org.cumae.grammar.Grammar;
import org.cumae.grammar.Regex;
import org.cumae.grammar.Rule;
import org.cumae.text.JsonSchema;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What an answer must look like: `response_format` as OpenAI has it, `structured_outputs` and the
/// older `guided_` fields as vLLM has them.
final class AnswerForm {
    private AnswerForm() {}

    /// The grammar that a request asks for.
    ///
    /// @throws ApiError if it asks for two, or for one that cannot be held to
    static Optional<Grammar> of(Fields fields) {
        List<Grammar> found = new ArrayList<>();
        fields.object("response_format").flatMap(AnswerForm::format).ifPresent(found::add);
        fields.object("structured_outputs").ifPresent(asked -> found.addAll(all(asked, "")));
        found.addAll(all(fields, "guided_"));
        if (found.size() > 1) {
            throw ApiError.badField(
                    "response_format",
                    "the answer can have one form; keep one of response_format, structured_outputs"
                            + " and guided_json, guided_regex, guided_choice");
        }
        return found.stream().findFirst();
    }

    private static Optional<Grammar> format(Fields format) {
        String type =
                format.text("type")
                        .orElseThrow(
                                () ->
                                        ApiError.badField(
                                                "response_format.type",
                                                "response_format has no type; it must be text,"
                                                        + " json_object or json_schema"));
        return switch (type) {
            case "text" -> Optional.empty();
            case "json_object" -> Optional.of(JsonSchema.anyObject());
            case "json_schema" -> Optional.of(schema(format));
            default ->
                    throw ApiError.badField(
                            "response_format.type",
                            "response_format.type is '%s'; it must be text, json_object or"
                                    + " json_schema",
                            ApiError.shortened(type));
        };
    }

    private static Grammar schema(Fields format) {
        String path = "response_format.json_schema.schema";
        JsonNode schema =
                format.object("json_schema")
                        .flatMap(named -> named.get("schema"))
                        .orElseThrow(() -> ApiError.badField(path, "%s is missing", path));
        return taken(path, () -> JsonSchema.grammar(schema));
    }

    private static List<Grammar> all(Fields fields, String prefix) {
        List<Grammar> found = new ArrayList<>();
        fields.get(prefix + "json")
                .ifPresent(
                        schema ->
                                found.add(
                                        taken(
                                                fields.path(prefix + "json"),
                                                () ->
                                                        schema.isString()
                                                                ? JsonSchema.grammar(
                                                                        schema.stringValue())
                                                                : JsonSchema.grammar(schema))));
        fields.text(prefix + "regex")
                .ifPresent(
                        expression ->
                                found.add(
                                        taken(
                                                fields.path(prefix + "regex"),
                                                () -> Grammar.of(Regex.parse(expression)))));
        List<String> choices = fields.texts(prefix + "choice");
        if (!choices.isEmpty()) {
            found.add(Grammar.of(new Rule.OneOf(choices.stream().map(Rule::text).toList())));
        }
        return found;
    }

    private static Grammar taken(String path, Supplier<Grammar> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw ApiError.badField(path, "%s", String.valueOf(e.getMessage()));
        }
    }
}
