package org.cumae.serve;

import org.cumae.text.Tool;
import org.cumae.text.ToolForm;
import org.cumae.text.ToolUse;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The functions that a chat may have called: `tools`, `tool_choice`, `parallel_tool_calls`.
final class ToolFields {
    private static final int MOST_TOOLS = 128;

    private ToolFields() {}

    /// Reads and checks; empty where none is to be called.
    ///
    /// @throws ApiError if one is wrong, or the model's template has no place for functions
    static Optional<ToolUse> parse(Fields fields, Served model) {
        refuse(fields);
        List<Tool> tools = tools(fields);
        boolean several = fields.flag("parallel_tool_calls").orElse(true);
        Optional<JsonNode> choice = fields.get("tool_choice");
        if (tools.isEmpty()) {
            if (choice.filter(one -> !one.isString() || one.asString().equals("required"))
                    .isPresent()) {
                throw ApiError.badField(
                        "tool_choice",
                        "tool_choice asks for a call and tools is empty; send the functions");
            }
            return Optional.empty();
        }
        ToolForm form =
                model.tools()
                        .orElseThrow(
                                () ->
                                        ApiError.unsupported(
                                                "tools",
                                                "the chat template of model %s has no tools in a"
                                                        + " form that this server reads (Hermes, Mistral,"
                                                        + " Llama 3); leave tools out",
                                                model.id()));
        ToolUse use = new ToolUse(form, tools, false, several);
        String word = choice.map(one -> word(one, tools)).orElse("auto");
        return switch (word) {
            case "none" -> Optional.empty(); // what it is not told of, it does not call
            case "auto" -> Optional.of(use);
            case "required" -> Optional.of(use.withForced(true));
            default -> Optional.of(named(use, word));
        };
    }

    private static ToolUse named(ToolUse use, String name) {
        List<Tool> one = use.tools().stream().filter(tool -> tool.name().equals(name)).toList();
        return new ToolUse(use.form(), one, true, false);
    }

    private static void refuse(Fields fields) {
        for (String name : List.of("functions", "function_call")) {
            if (fields.get(name).isPresent()) {
                throw ApiError.unsupported(
                        name, "%s is the older form; send tools and tool_choice", name);
            }
        }
    }

    /// `none`, `auto`, `required`, or a function's name.
    private static String word(JsonNode choice, List<Tool> tools) {
        if (choice.isString()) {
            String word = choice.stringValue();
            if (Set.of("none", "auto", "required").contains(word)) {
                return word;
            }
            throw ApiError.badField(
                    "tool_choice",
                    "tool_choice is '%s'; it must be none, auto, required, or {\"type\":"
                            + " \"function\", \"function\": {\"name\": ...}}",
                    ApiError.shortened(word));
        }
        String name = choice.at("/function/name").asString("");
        if (tools.stream().noneMatch(tool -> tool.name().equals(name))) {
            throw ApiError.badField(
                    "tool_choice",
                    "tool_choice names the function '%s'; tools has %s",
                    ApiError.shortened(name),
                    tools.stream().map(Tool::name).toList());
        }
        return name;
    }

    private static List<Tool> tools(Fields fields) {
        Optional<JsonNode> value = fields.get("tools");
        if (value.isEmpty()) {
            return List.of();
        }
        if (!value.get().isArray()) {
            throw Fields.wrongType("tools", value.get(), "a list of functions");
        }
        if (value.get().size() > MOST_TOOLS) {
            throw ApiError.badField(
                    "tools",
                    "tools has %d functions; at most %d are taken",
                    value.get().size(),
                    MOST_TOOLS);
        }
        List<Tool> tools = new ArrayList<>();
        for (JsonNode one : value.get()) {
            Tool tool = tool("tools[%d]".formatted(tools.size()), one);
            if (tools.stream().anyMatch(other -> other.name().equals(tool.name()))) {
                throw ApiError.badField(
                        "tools[%d].function.name".formatted(tools.size()),
                        "two functions are called %s; give each a name of its own",
                        tool.name());
            }
            tools.add(tool);
        }
        return tools;
    }

    private static Tool tool(String path, JsonNode value) {
        if (!(value instanceof ObjectNode object)
                || !object.path("type").asString("function").equals("function")) {
            throw Fields.wrongType(
                    path, value, "{\"type\": \"function\", \"function\": {\"name\": ...}}");
        }
        Fields function =
                new Fields(object)
                        .object("function")
                        .orElseThrow(() -> ApiError.badField(path, "%s has no function", path));
        String name =
                function.text("name")
                        .orElseThrow(
                                () ->
                                        ApiError.badField(
                                                path + ".function.name",
                                                "%s.function has no name",
                                                path));
        try {
            return new Tool(
                    name,
                    function.text("description").orElse(""),
                    function.object("parameters").flatMap(_ -> function.get("parameters")));
        } catch (IllegalArgumentException e) {
            throw ApiError.badField(path + ".function.name", "%s", String.valueOf(e.getMessage()));
        }
    }

    /// Holds an answer to calls where there must be some.
    ///
    /// @throws ApiError if it is to have another form as well, or a schema cannot be held to
    static Ask hold(Ask ask, Optional<ToolUse> tools) {
        if (tools.filter(ToolUse::forced).isEmpty()) {
            return ask;
        }
        if (ask.drawing().grammar().isPresent()) {
            throw ApiError.badField(
                    "tool_choice",
                    "tool_choice asks for a call, which cannot have the form that response_format"
                            + " or structured_outputs asks for; keep one of them");
        }
        try {
            return tools.flatMap(ToolUse::grammar).map(ask::withGrammar).orElse(ask);
        } catch (IllegalArgumentException e) {
            throw ApiError.badField("tools", "%s", String.valueOf(e.getMessage()));
        }
    }
}
