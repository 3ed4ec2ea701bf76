package org.cumae.serve;

import org.cumae.engine.Terms;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/// A checked request of `/v1/chat/completions`.
///
/// @param prompt the conversation under the model's template
/// @param asks one for each choice
/// @param logprobs how many alternatives are told of; absent means no log-probabilities
record ChatRequest(List<Integer> prompt, List<Ask> asks, OptionalInt logprobs, Reply reply) {
    private static final List<String> ROLES = List.of("system", "developer", "user", "assistant");
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
        refuse(fields);
        List<Integer> prompt = prompt(fields, model);
        Reply.surplus(fields, strict);
        int room = new Prompts(model).room("messages", prompt.size(), maxTokens, Integer.MAX_VALUE);
        List<Ask> asks = new ArrayList<>();
        for (int choice = 0; choice < n; choice++) {
            asks.add(ask.withPrompt(prompt, room).withSeed(ask.seed() + choice));
        }
        return new ChatRequest(prompt, asks, logprobs, reply);
    }

    /// The conversation under the model's template, as token ids.
    static List<Integer> prompt(Fields fields, Served model) {
        if (!model.chats()) {
            throw ApiError.unsupported(
                    "messages",
                    "model %s has no chat template, so it cannot answer messages; use"
                            + " /v1/completions with a prompt",
                    model.id());
        }
        return Arrays.stream(model.chat(messages(fields))).boxed().toList();
    }

    private static OptionalInt logprobs(Fields fields) {
        boolean wanted = fields.flag("logprobs").orElse(false);
        OptionalInt top = fields.whole("top_logprobs", 0, 20);
        if (top.isPresent() && !wanted && top.getAsInt() > 0) {
            throw ApiError.badField("top_logprobs", "top_logprobs needs logprobs to be true");
        }
        return wanted ? OptionalInt.of(top.orElse(0)) : OptionalInt.empty();
    }

    private static void refuse(Fields fields) {
        for (String name : List.of("tools", "functions")) {
            if (fields.get(name).filter(tools -> !tools.isEmpty()).isPresent()) {
                throw ApiError.unsupported(
                        name, "%s are not supported by this server; leave them out", name);
            }
        }
        fields.accept(List.of("tool_choice", "function_call", "add_generation_prompt"));
    }

    private static List<Served.Message> messages(Fields fields) {
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
        List<Served.Message> messages = new ArrayList<>();
        for (JsonNode one : value) {
            messages.add(message("messages[%d]".formatted(messages.size()), one));
        }
        return messages;
    }

    private static Served.Message message(String path, JsonNode value) {
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
        JsonNode content =
                fields.get("content")
                        .orElseThrow(
                                () ->
                                        ApiError.badField(
                                                path + ".content",
                                                "%s has no content; send text",
                                                path));
        return new Served.Message(
                role.equals("developer") ? "system" : role, content(path + ".content", content));
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
