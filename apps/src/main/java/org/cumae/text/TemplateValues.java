package org.cumae.text;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Messages and functions as chat templates know them: the maps that the reference implementation
/// hands to them, key by key, since templates write some of them out whole.
final class TemplateValues {
    private static final ObjectMapper JSON = new ObjectMapper();

    private TemplateValues() {}

    /// A message.
    ///
    /// @param typed what becomes of words that people wrote
    static Map<String, @Nullable Object> of(ChatMessage message, UnaryOperator<String> typed) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("role", message.role());
        values.put("content", typed.apply(message.content()));
        if (!message.calls().isEmpty()) {
            values.put("tool_calls", message.calls().stream().map(c -> of(c, typed)).toList());
        }
        message.answers().ifPresent(call -> values.put("tool_call_id", typed.apply(call)));
        return values;
    }

    private static Map<String, @Nullable Object> of(ToolCall call, UnaryOperator<String> typed) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("id", typed.apply(call.id()));
        values.put("type", "function");
        Map<String, @Nullable Object> function = new LinkedHashMap<>();
        function.put("name", typed.apply(call.name()));
        function.put("arguments", of(arguments(call), typed));
        values.put("function", function);
        return values;
    }

    private static JsonNode arguments(ToolCall call) {
        try {
            JsonNode arguments = JSON.readTree(call.arguments());
            if (arguments.isObject()) {
                return arguments;
            }
        } catch (JacksonException e) {
            // said below
        }
        throw new IllegalArgumentException(
                "the arguments of call '%s' are no JSON object; send them as they came"
                        .formatted(call.id()));
    }

    /// A function.
    ///
    /// @param typed what becomes of words that people wrote
    static Map<String, @Nullable Object> of(Tool tool, UnaryOperator<String> typed) {
        Map<String, @Nullable Object> function = new LinkedHashMap<>();
        function.put("name", tool.name());
        if (!tool.description().isEmpty()) {
            function.put("description", typed.apply(tool.description()));
        }
        tool.parameters().ifPresent(schema -> function.put("parameters", of(schema, typed)));
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("type", "function");
        values.put("function", function);
        return values;
    }

    private static @Nullable Object of(JsonNode value, UnaryOperator<String> typed) {
        return switch (value.getNodeType()) {
            case OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                value.properties()
                        .forEach(e -> map.put(typed.apply(e.getKey()), of(e.getValue(), typed)));
                yield map;
            }
            case ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                value.forEach(one -> list.add(of(one, typed)));
                yield list;
            }
            case BOOLEAN -> value.booleanValue();
            case NUMBER ->
                    value.isIntegralNumber() && value.canConvertToLong()
                            ? (Object) value.longValue()
                            : value.doubleValue();
            case STRING -> typed.apply(value.stringValue());
            case NULL, MISSING -> null;
            case BINARY, POJO -> throw new IllegalArgumentException("a value is no JSON");
        };
    }
}
