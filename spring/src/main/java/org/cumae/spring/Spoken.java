package org.cumae.spring;

import org.cumae.text.ChatMessage;
import org.cumae.text.ChatReply;
import org.cumae.text.ToolCall;
import org.cumae.text.Usage;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.content.MediaContent;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What is said, in the words of Cumae and in those of Spring AI.
final class Spoken {
    private Spoken() {}

    static List<ChatMessage> messages(List<Message> messages) {
        return messages.stream().flatMap(Spoken::messages).toList();
    }

    /// @throws IllegalArgumentException if a message holds pictures or sounds
    private static Stream<ChatMessage> messages(Message message) {
        if (message instanceof MediaContent media && !media.getMedia().isEmpty()) {
            throw new IllegalArgumentException(
                    "a message holds media, and the model reads text only; leave them out");
        }
        if (message instanceof ToolResponseMessage results) {
            return results.getResponses().stream()
                    .map(result -> ChatMessage.result(result.id(), result.responseData()));
        }
        List<ToolCall> calls =
                message instanceof AssistantMessage said
                        ? said.getToolCalls().stream()
                                .map(call -> new ToolCall(call.id(), call.name(), call.arguments()))
                                .toList()
                        : List.of();
        String role = message.getMessageType().getValue().toLowerCase(Locale.ROOT);
        return Stream.of(new ChatMessage(role, words(message.getText()), calls, Optional.empty()));
    }

    private static String words(@Nullable String text) {
        return text == null ? "" : text;
    }

    /// A whole answer.
    static ChatResponse whole(String model, ChatReply reply) {
        return ended(model, reply, reply.text());
    }

    /// Some words of an answer.
    static ChatResponse part(String words) {
        return new ChatResponse(List.of(new Generation(new AssistantMessage(words))));
    }

    /// The end of an answer whose words have been told.
    static ChatResponse end(String model, ChatReply reply) {
        return ended(model, reply, "");
    }

    private static ChatResponse ended(String model, ChatReply reply, String words) {
        AssistantMessage said =
                AssistantMessage.builder()
                        .content(words)
                        .toolCalls(
                                reply.calls().stream()
                                        .map(
                                                call ->
                                                        new AssistantMessage.ToolCall(
                                                                call.id(),
                                                                "function",
                                                                call.name(),
                                                                call.arguments()))
                                        .toList())
                        .build();
        ChatGenerationMetadata end =
                ChatGenerationMetadata.builder().finishReason(finish(reply)).build();
        Usage usage = reply.generation().usage();
        ChatResponseMetadata metadata =
                ChatResponseMetadata.builder()
                        .model(model)
                        .usage(new DefaultUsage(usage.promptTokens(), usage.completionTokens()))
                        .keyValue("seed", reply.generation().seed())
                        .build();
        return new ChatResponse(List.of(new Generation(said, end)), metadata);
    }

    private static String finish(ChatReply reply) {
        String reason = reply.generation().finishReason();
        if (reason.equals("stop") && !reply.calls().isEmpty()) {
            return "TOOL_CALLS";
        }
        return reason.equals("time") ? "LENGTH" : reason.toUpperCase(Locale.ROOT);
    }
}
