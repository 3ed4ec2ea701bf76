package org.cumae.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;

import org.cumae.engine.BusyException;
import org.cumae.engine.LateException;
import org.cumae.grammar.Grammar;
import org.cumae.text.ChatMessage;
import org.cumae.text.ChatReply;
import org.cumae.text.ChatTemplate;
import org.cumae.text.GenerationOptions;
import org.cumae.text.JsonSchema;
import org.cumae.text.Knob;
import org.cumae.text.Prompt;
import org.cumae.text.TextModel;
import org.cumae.text.TextRequest;
import org.cumae.text.TokenRules;
import org.cumae.text.Tool;
import org.cumae.text.ToolCall;
import org.cumae.text.ToolForm;
import org.cumae.text.ToolReader.Heard;
import org.cumae.text.ToolUse;
import org.jspecify.annotations.Nullable;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/// A request of LangChain4j put to a model of Cumae, and the answer put back.
final class Conversation {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TextModel model;
    private final ChatRequest asked;

    Conversation(TextModel model, ChatRequest asked) {
        this.model = model;
        this.asked = asked;
    }

    /// Answers on this thread.
    ///
    /// @param listener hears words and calls, and can end the answer
    ChatResponse answer(Predicate<Heard> listener) {
        try {
            return response(model.chat(request(), tools(), listener));
        } catch (BusyException e) {
            throw new RateLimitException(e);
        } catch (LateException e) {
            throw new TimeoutException(e);
        } catch (IllegalArgumentException e) {
            throw new InvalidRequestException(e);
        }
    }

    private TextRequest request() {
        Prompt prompt =
                new Prompt.Chat(
                        asked.messages().stream().map(Conversation::message).toList(),
                        List.of(),
                        "");
        List<String> stops = asked.stopSequences();
        return TextRequest.of(prompt)
                .withOptions(options())
                .withStops(stops == null ? List.of() : stops)
                .withRules(form().map(TokenRules.NONE::withGrammar).orElse(TokenRules.NONE));
    }

    private static ChatMessage message(dev.langchain4j.data.message.ChatMessage message) {
        return switch (message) {
            case SystemMessage system -> ChatMessage.system(system.text());
            case UserMessage user -> ChatMessage.user(text(user.contents()));
            case AiMessage said ->
                    new ChatMessage(
                            "assistant",
                            said.text() == null ? "" : said.text(),
                            said.toolExecutionRequests().stream()
                                    .map(
                                            call ->
                                                    new ToolCall(
                                                            call.id(),
                                                            call.name(),
                                                            call.arguments()))
                                    .toList(),
                            Optional.empty());
            case ToolExecutionResultMessage result ->
                    ChatMessage.result(result.id(), text(result.contents()));
            default ->
                    throw new UnsupportedFeatureException(
                            "messages of type %s are not known to Cumae; send text"
                                    .formatted(message.type()));
        };
    }

    private static String text(List<Content> contents) {
        StringBuilder text = new StringBuilder();
        for (Content content : contents) {
            if (!(content instanceof TextContent words)) {
                throw new UnsupportedFeatureException(
                        "the message holds %s, and the model reads text only"
                                .formatted(content.type()));
            }
            text.append(words.text());
        }
        return text.toString();
    }

    private GenerationOptions options() {
        Map<Knob, Double> values = new EnumMap<>(Knob.class);
        put(values, Knob.TEMPERATURE, asked.temperature());
        put(values, Knob.TOP_P, asked.topP());
        put(values, Knob.TOP_K, asked.topK());
        put(values, Knob.FREQUENCY_PENALTY, asked.frequencyPenalty());
        put(values, Knob.PRESENCE_PENALTY, asked.presencePenalty());
        put(values, Knob.MAX_TOKENS, asked.maxOutputTokens());
        return new GenerationOptions(values);
    }

    private static void put(Map<Knob, Double> values, Knob knob, @Nullable Number value) {
        if (value != null) {
            values.put(knob, value.doubleValue());
        }
    }

    private Optional<Grammar> form() {
        ResponseFormat format = asked.responseFormat();
        if (format == null || format.type() == ResponseFormatType.TEXT) {
            return Optional.empty();
        }
        return Optional.of(
                format.jsonSchema() == null
                        ? JsonSchema.anyObject()
                        : JsonSchema.grammar(schema(format.jsonSchema().rootElement())));
    }

    /// LangChain4j writes schemas out as parts of functions; other roots than objects as a property
    /// of one.
    private static JsonNode schema(JsonSchemaElement root) {
        if (root instanceof JsonObjectSchema object) {
            return parameters(object);
        }
        return parameters(JsonObjectSchema.builder().addProperty("root", root).build())
                .at("/properties/root");
    }

    private static JsonNode parameters(JsonObjectSchema schema) {
        String function = ToolSpecification.builder().name("f").parameters(schema).build().toJson();
        return JSON.readTree(function).get("parameters");
    }

    private Optional<ToolUse> tools() {
        List<ToolSpecification> offered = asked.toolSpecifications();
        if (offered == null || offered.isEmpty() || asked.toolChoice() == ToolChoice.NONE) {
            return Optional.empty();
        }
        ToolForm form =
                model.chatTemplate()
                        .flatMap(ChatTemplate::toolForm)
                        .orElseThrow(
                                () ->
                                        new UnsupportedFeatureException(
                                                "the chat template of model %s has no functions"
                                                        .formatted(model.card().name())));
        boolean forced = asked.toolChoice() == ToolChoice.REQUIRED;
        return Optional.of(
                new ToolUse(form, offered.stream().map(Conversation::tool).toList(), forced, true));
    }

    private static Tool tool(ToolSpecification offered) {
        return new Tool(
                offered.name(),
                offered.description() == null ? "" : offered.description(),
                Optional.ofNullable(offered.parameters()).map(Conversation::parameters));
    }

    private ChatResponse response(ChatReply reply) {
        List<ToolExecutionRequest> calls =
                reply.calls().stream()
                        .map(
                                call ->
                                        ToolExecutionRequest.builder()
                                                .id(call.id())
                                                .name(call.name())
                                                .arguments(call.arguments())
                                                .build())
                        .toList();
        AiMessage.Builder said = AiMessage.builder();
        if (!reply.text().isEmpty() || calls.isEmpty()) {
            said.text(reply.text());
        }
        if (!calls.isEmpty()) {
            said.toolExecutionRequests(calls);
        }
        return ChatResponse.builder()
                .id(UUID.randomUUID().toString())
                .modelName(model.card().name())
                .aiMessage(said.build())
                .tokenUsage(
                        new TokenUsage(
                                reply.generation().usage().promptTokens(),
                                reply.generation().usage().completionTokens()))
                .finishReason(finish(reply))
                .build();
    }

    private static FinishReason finish(ChatReply reply) {
        return switch (reply.generation().finishReason()) {
            case "stop" ->
                    reply.calls().isEmpty() ? FinishReason.STOP : FinishReason.TOOL_EXECUTION;
            case "length", "time" -> FinishReason.LENGTH;
            default -> FinishReason.OTHER;
        };
    }
}
