package org.cumae.serve;

import org.cumae.engine.Terms;
import org.cumae.text.ChatMessage;
import org.cumae.text.Prompt;
import org.cumae.text.ToolCall;
import org.cumae.text.ToolUse;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// A checked request of `/v1/chat/completions`.
///
/// @param prompt the conversation under the model's template
/// @param asks one for each choice
/// @param logprobs how many alternatives are told of; absent means no log-probabilities
/// @param tools the functions that may be called
record ChatRequest(
        List<Integer> prompt,
        List<Ask> asks,
        OptionalInt logprobs,
        Reply reply,
        Optional<ToolUse> tools) {
    private static final List<String> ROLES =
            List.of("system", "developer", "user", "assistant", "tool");
    private static final int MAX_MESSAGES = 10_000;

    ChatRequest {
        prompt = List.copyOf(prompt);
        asks = List.copyOf(asks);
    }

    /// Reads and checks the body.
    static ChatRequest parse(Fields fields, Served model, Terms terms, boolean strict) {
        GenerationFields generation = new GenerationFields(fields, model, terms);
        OptionalInt logprobs = logprobs(fields);
        Ask ask = generation.ask(logprobs.orElse(0));
        int n = fields.whole("n", 1, CompletionRequest.MAX_CHOICES).orElse(1);
        OptionalInt maxTokens = fields.whole("max_completion_tokens", 0, Integer.MAX_VALUE);
        OptionalInt older = fields.whole("max_tokens", 0, Integer.MAX_VALUE);
        if (maxTokens.isEmpty()) {
            maxTokens = older;
        }
        Reply reply = Reply.parse(fields);
        Optional<ToolUse> tools = ToolFields.parse(fields, model);
        ask = ToolFields.hold(ask, tools);
        List<Integer> prompt = prompt(fields, model, tools);
        Reply.surplus(fields, strict);
        int room = new Prompts(model).room("messages", prompt.size(), maxTokens, Integer.MAX_VALUE);
        List<Ask> asks = new ArrayList<>();
        for (int choice = 0; choice < n; choice++) {
            asks.add(ask.withPrompt(prompt, room).withSeed(ask.seed() + choice));
        }
        return new ChatRequest(prompt, asks, logprobs, reply, tools);
    }

    /// The conversation under the model's template, as token ids.
    static List<Integer> prompt(Fields fields, Served model) {
        return prompt(fields, model, ToolFields.parse(fields, model));
    }

    private static List<Integer> prompt(Fields fields, Served model, Optional<ToolUse> tools) {
        fields.accept(List.of("add_generation_prompt"));
        if (!model.chats()) {
            throw ApiError.unsupported(
                    "messages",
                    "model %s has no chat template, so it cannot answer messages; use"
                            + " /v1/completions with a prompt",
                    model.id());
        }
        List<ChatMessage> messages = messages(fields);
        if (model.tools().isEmpty() && messages.stream().anyMatch(ChatRequest::isOfTools)) {
            throw ApiError.unsupported(
                    "messages",
                    "messages have calls of functions, and the chat template of model %s has none",
                    model.id());
        }
        Prompt.Chat conversation =
                new Prompt.Chat(
                        messages,
                        tools.map(ToolUse::tools).orElse(List.of()),
                        tools.map(ToolUse::opening).orElse(""));
        return Arrays.stream(model.chat(conversation)).boxed().toList();
    }

    private static OptionalInt logprobs(Fields fields) {
        boolean wanted = fields.flag("logprobs").orElse(false);
        OptionalInt top = fields.whole("top_logprobs", 0, 20);
        if (top.isPresent() && !wanted && top.getAsInt() > 0) {
            throw ApiError.badField("top_logprobs", "top_logprobs needs logprobs to be true");
        }
        return wanted ? OptionalInt.of(top.orElse(0)) : OptionalInt.empty();
    }

    private static boolean isOfTools(ChatMessage message) {
        return message.role().equals("tool") || !message.calls().isEmpty();
    }

    private static List<ChatMessage> messages(Fields fields) {
        JsonNode value =
                fields.get("messages")
                        .orElseThrow(
                                () ->
                                        ApiError.badField(
                                                "messages",
                                                "messages is missing; send at least one"));
        if (!value.isArray()) {
            throw Fields.wrongType("messages", value, "a list of messages");
        }
        if (value.isEmpty() || value.size() > MAX_MESSAGES) {
            throw ApiError.badField(
                    "messages",
                    "messages has %d entries; it must have 1 to %d",
                    value.size(),
                    MAX_MESSAGES);
        }
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode one : value) {
            messages.add(message("messages[%d]".formatted(messages.size()), one));
        }
        return messages;
    }

    private static ChatMessage message(String path, JsonNode value) {
        if (!(value instanceof ObjectNode object)) {
            throw Fields.wrongType(path, value, "an object with role and content");
        }
        Fields fields = new Fields(object);
        String role = fields.text("role").orElse("");
        if (!ROLES.contains(role)) {
            throw ApiError.badField(
                    path + ".role",
                    "%s.role is '%s'; known: %s",
                    path,
                    ApiError.shortened(role),
                    ROLES);
        }
        List<ToolCall> calls = role.equals("assistant") ? calls(path, fields) : List.of();
        Optional<String> answers = fields.text("tool_call_id");
        if (role.equals("tool") && answers.isEmpty()) {
            throw ApiError.badField(
                    path + ".tool_call_id",
                    "%s has no tool_call_id; name the call that it answers",
                    path);
        }
        Optional<JsonNode> content = fields.get("content");
        if (content.isEmpty() && calls.isEmpty()) {
            throw ApiError.badField(path + ".content", "%s has no content; send text", path);
        }
        return new ChatMessage(
                role.equals("developer") ? "system" : role,
                content.map(words -> content(path + ".content", words)).orElse(""),
                calls,
                answers);
    }

    private static List<ToolCall> calls(String path, Fields message) {
        List<ToolCall> calls = new ArrayList<>();
        for (JsonNode one :
                message.get("tool_calls").stream().flatMap(JsonNode::valueStream).toList()) {
            String at = "%s.tool_calls[%d]".formatted(path, calls.size());
            String name = one.at("/function/name").asString("");
            String arguments = one.at("/function/arguments").asString("");
            if (name.isEmpty() || !isObject(arguments)) {
                throw ApiError.badField(
                        at,
                        "%s must have function.name, and function.arguments as the JSON of an"
                                + " object",
                        at);
            }
            calls.add(new ToolCall(one.path("id").asString(""), name, arguments));
        }
        return calls;
    }

    private static boolean isObject(String json) {
        try {
            return Json.parse(json).isObject();
        } catch (ApiError e) {
            return false;
        }
    }

    private static String content(String path, JsonNode value) {
        if (!value.isArray()) {
            return Fields.text(path, value);
        }
        StringBuilder text = new StringBuilder();
        int index = 0;
        for (JsonNode part : value) {
            String at = "%s[%d]".formatted(path, index++);
            JsonNode type = part.get("type");
            JsonNode words = part.get("text");
            if (type == null
                    || !type.isString()
                    || !type.stringValue().equals("text")
                    || words == null) {
                throw ApiError.badField(
                        at,
                        "%s is a part of another type; this server takes {\"type\": \"text\","
                                + " \"text\": ...}",
                        at);
            }
            text.append(Fields.text(at + ".text", words));
        }
        return text.toString();
    }
}
