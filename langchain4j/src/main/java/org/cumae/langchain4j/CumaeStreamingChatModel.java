package org.cumae.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.PartialToolCall;
import dev.langchain4j.model.chat.response.PartialToolCallContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;

import org.cumae.text.TextModel;
import org.cumae.text.ToolCall;
import org.cumae.text.ToolReader.Heard;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A model of Cumae, in this process, as a streaming chat model of LangChain4j.
///
/// Each answer is written, and its handler called, on a virtual thread of its own. What a handler
/// throws ends its answer and goes to its `onError`. The caller closes the model.
public final class CumaeStreamingChatModel implements StreamingChatModel {
    private final TextModel model;
    private final ChatRequestParameters defaults;

    /// With the model's own defaults.
    public CumaeStreamingChatModel(TextModel model) {
        this(model, ChatRequestParameters.builder().build());
    }

    /// With other defaults.
    public CumaeStreamingChatModel(TextModel model, ChatRequestParameters defaults) {
        this.model = model;
        this.defaults = defaults;
    }

    /// Answers while the handler hears it; faults go to the handler, those of the request too.
    @Override
    public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
        Thread.ofVirtual().name("cumae-langchain4j").start(() -> answer(request, handler));
    }

    private void answer(ChatRequest request, StreamingChatResponseHandler handler) {
        Telling telling = new Telling(handler);
        try {
            ChatResponse response = new Conversation(model, request).answer(telling::tell);
            telling.end(response);
        } catch (RuntimeException e) {
            handler.onError(e);
        }
    }

    @Override
    public ChatRequestParameters defaultRequestParameters() {
        return defaults;
    }

    @Override
    public Set<Capability> supportedCapabilities() {
        return Set.of(Capability.RESPONSE_FORMAT_JSON_SCHEMA);
    }

    /// What one handler has heard; it may cancel at any time, from any thread.
    private static final class Telling implements StreamingHandle {
        private final StreamingChatResponseHandler handler;
        private final List<ToolCall> calls = new ArrayList<>();
        private volatile boolean cancelled;

        Telling(StreamingChatResponseHandler handler) {
            this.handler = handler;
        }

        /// @return whether to go on
        boolean tell(Heard heard) {
            switch (heard) {
                case Heard.Said(String words) ->
                        handler.onPartialResponse(
                                new PartialResponse(words), new PartialResponseContext(this));
                case Heard.Called(int _, ToolCall call) -> calls.add(call);
                case Heard.Argued(int index, String part) ->
                        handler.onPartialToolCall(
                                PartialToolCall.builder()
                                        .index(index)
                                        .id(calls.get(index).id())
                                        .name(calls.get(index).name())
                                        .partialArguments(part)
                                        .build(),
                                new PartialToolCallContext(this));
            }
            return !cancelled;
        }

        void end(ChatResponse response) {
            if (cancelled) {
                return;
            }
            List<ToolExecutionRequest> whole = response.aiMessage().toolExecutionRequests();
            for (int index = 0; index < whole.size(); index++) {
                handler.onCompleteToolCall(new CompleteToolCall(index, whole.get(index)));
            }
            handler.onCompleteResponse(response);
        }

        @Override
        public void cancel() {
            cancelled = true;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }
}
