package org.cumae.langchain4j;

import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;

import org.cumae.text.TextModel;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A model of Cumae, in this process, as a chat model of LangChain4j.
///
/// ```
/// try (var model = TextModel.open("model.gguf")) {
///     ChatModel chat = new CumaeChatModel(model);
///     chat.chat("What is to come?");
/// }
/// ```
///
/// Functions and JSON schemas are held to as the server holds to them. Any thread may ask; answers
/// that are written at the same time share passes. The caller closes the model.
public final class CumaeChatModel implements ChatModel {
    private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();

    private final TextModel model;
    private final ChatRequestParameters defaults;

    /// With the model's own defaults.
    public CumaeChatModel(TextModel model) {
        this(model, ChatRequestParameters.builder().build());
    }

    /// With other defaults.
    public CumaeChatModel(TextModel model, ChatRequestParameters defaults) {
        this.model = model;
        this.defaults = defaults;
    }

    /// Answers.
    ///
    /// @throws dev.langchain4j.exception.InvalidRequestException if the request does not fit the
    ///   model, in the words of Cumae
    /// @throws dev.langchain4j.exception.RateLimitException if too many requests wait
    /// @throws dev.langchain4j.exception.UnsupportedFeatureException for what is no text
    @Override
    public ChatResponse doChat(ChatRequest request) {
        return new Conversation(model, request).answer(_ -> true);
    }

    @Override
    public CompletableFuture<ChatResponse> doChatAsync(ChatRequest request) {
        return CompletableFuture.supplyAsync(() -> doChat(request), THREADS);
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return defaults;
    }

    @Override
    public Set<Capability> supportedCapabilities() {
        return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    }
}
