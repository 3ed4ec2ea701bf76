package org.cumae.spring;

import org.cumae.text.ChatReply;
import org.cumae.text.ChatTemplate;
import org.cumae.text.GenerationOptions;
import org.cumae.text.JsonSchema;
import org.cumae.text.Knob;
import org.cumae.text.TextModel;
import org.cumae.text.TextRequest;
import org.cumae.text.TokenRules;
import org.cumae.text.Tool;
import org.cumae.text.ToolForm;
import org.cumae.text.ToolReader.Heard;
import org.cumae.text.ToolUse;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.StructuredOutputChatOptions;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;

import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

import tools.jackson.databind.ObjectMapper;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// A model of Cumae, in this process, as a chat model of Spring AI.
///
/// ```
/// try (var model = TextModel.open("model.gguf")) {
///     ChatClient.create(new CumaeChatModel(model)).prompt("What is to come?").call().content();
/// }
/// ```
///
/// It asks for functions and does not call them: a `ChatClient` does. A JSON schema in the options
/// ([StructuredOutputChatOptions]) is held to token by token. Any thread may ask; answers that are
/// written at the same time share passes. The caller closes the model.
public final class CumaeChatModel implements ChatModel {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TextModel model;
    private final ChatOptions defaults;

    /// With the model's own defaults.
    public CumaeChatModel(TextModel model) {
        this(model, ToolCallingChatOptions.builder().build());
    }

    /// With other defaults; a prompt's own options go before them one by one.
    public CumaeChatModel(TextModel model, ChatOptions defaults) {
        this.model = model;
        this.defaults = defaults;
    }

    @Override
    public ChatOptions getOptions() {
        return defaults;
    }

    /// Answers.
    ///
    /// @throws IllegalArgumentException if the prompt does not fit the model, in the words of Cumae
    /// @throws org.cumae.engine.BusyException if too many requests wait
    @Override
    public ChatResponse call(Prompt prompt) {
        return Spoken.whole(model.card().name(), reply(prompt, _ -> true));
    }

    /// Answers while it is read; words come as they are written, calls whole at the end. Cancelling
    /// the subscription ends the answer within one pass.
    @Override
    public Flux<ChatResponse> stream(Prompt prompt) {
        return Flux.create(
                sink -> {
                    Thread writing =
                            Thread.ofVirtual()
                                    .name("cumae-spring")
                                    .unstarted(() -> write(prompt, sink));
                    sink.onCancel(writing::interrupt);
                    writing.start();
                });
    }

    private void write(Prompt prompt, FluxSink<ChatResponse> sink) {
        try {
            ChatReply reply =
                    reply(
                            prompt,
                            heard -> {
                                if (heard instanceof Heard.Said(String words)) {
                                    sink.next(Spoken.part(words));
                                }
                                return !sink.isCancelled();
                            });
            sink.next(Spoken.end(model.card().name(), reply));
            sink.complete();
        } catch (RuntimeException e) {
            sink.error(e);
        }
    }

    private ChatReply reply(Prompt prompt, Predicate<Heard> listener) {
        ChatOptions asked = prompt.getOptions() == null ? defaults : prompt.getOptions();
        List<String> stops = either(asked, ChatOptions::getStopSequences);
        TextRequest request =
                TextRequest.of(
                                new org.cumae.text.Prompt.Chat(
                                        Spoken.messages(prompt.getInstructions()), List.of(), ""))
                        .withOptions(options(asked))
                        .withStops(stops == null ? List.of() : stops)
                        .withRules(rules(asked));
        return model.chat(request, tools(asked), listener);
    }

    private <T> @Nullable T either(ChatOptions asked, Function<ChatOptions, @Nullable T> option) {
        T value = option.apply(asked);
        return value == null ? option.apply(defaults) : value;
    }

    private GenerationOptions options(ChatOptions asked) {
        Map<Knob, Double> values = new EnumMap<>(Knob.class);
        put(values, Knob.TEMPERATURE, either(asked, ChatOptions::getTemperature));
        put(values, Knob.TOP_P, either(asked, ChatOptions::getTopP));
        put(values, Knob.TOP_K, either(asked, ChatOptions::getTopK));
        put(values, Knob.FREQUENCY_PENALTY, either(asked, ChatOptions::getFrequencyPenalty));
        put(values, Knob.PRESENCE_PENALTY, either(asked, ChatOptions::getPresencePenalty));
        put(values, Knob.MAX_TOKENS, either(asked, ChatOptions::getMaxTokens));
        return new GenerationOptions(values);
    }

    private static void put(Map<Knob, Double> values, Knob knob, @Nullable Number value) {
        if (value != null) {
            values.put(knob, value.doubleValue());
        }
    }

    private static TokenRules rules(ChatOptions asked) {
        return asked instanceof StructuredOutputChatOptions structured
                        && structured.getOutputSchema() != null
                ? TokenRules.NONE.withGrammar(JsonSchema.grammar(structured.getOutputSchema()))
                : TokenRules.NONE;
    }

    private Optional<ToolUse> tools(ChatOptions asked) {
        if (!(asked instanceof ToolCallingChatOptions calling)) {
            return Optional.empty();
        }
        List<ToolCallback> callbacks = calling.getToolCallbacks();
        if (callbacks == null || callbacks.isEmpty()) {
            return Optional.empty();
        }
        List<Tool> tools =
                callbacks.stream().map(callback -> tool(callback.getToolDefinition())).toList();
        ToolForm form =
                model.chatTemplate()
                        .flatMap(ChatTemplate::toolForm)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                ("the chat template of model %s has no functions;"
                                                                + " ask without any")
                                                        .formatted(model.card().name())));
        return Optional.of(new ToolUse(form, tools, false, true));
    }

    private static Tool tool(ToolDefinition definition) {
        return Tool.of(
                definition.name(),
                definition.description(),
                JSON.readTree(definition.inputSchema()));
    }
}
