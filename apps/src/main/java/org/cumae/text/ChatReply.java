package org.cumae.text;

import java.util.List;
import java.util.Optional;

/// What a model has answered in a conversation.
///
/// @param text words for people; empty where it only calls
/// @param calls functions that it asks for, their arguments whole
/// @param generation the text as it was written, and what it has cost
public record ChatReply(String text, List<ToolCall> calls, TextGeneration generation) {
    /// Copies the calls.
    public ChatReply {
        calls = List.copyOf(calls);
    }

    /// The reply as the conversation's next message.
    public ChatMessage message() {
        return new ChatMessage("assistant", text, calls, Optional.empty());
    }
}
