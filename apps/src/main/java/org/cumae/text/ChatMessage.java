package org.cumae.text;

import org.cumae.Check;

import java.util.List;
import java.util.Optional;

/// One turn of a conversation.
///
/// @param role who speaks: `system`, `user`, `assistant`, `tool`, or what else the model's template
///   knows
/// @param content what is said
/// @param calls functions that the model asked for in this turn
/// @param answers the call whose result this is
public record ChatMessage(
        String role, String content, List<ToolCall> calls, Optional<String> answers) {
    /// Refuses an empty role.
    public ChatMessage {
        Check.argument(
                !role.isBlank(), "a message has no role; give one such as system, user, assistant");
        calls = List.copyOf(calls);
    }

    /// Something said.
    public ChatMessage(String role, String content) {
        this(role, content, List.of(), Optional.empty());
    }

    /// A message of the person.
    public static ChatMessage user(String content) {
        return new ChatMessage("user", content);
    }

    /// A message of the model.
    public static ChatMessage assistant(String content) {
        return new ChatMessage("assistant", content);
    }

    /// What the model is told before the conversation.
    public static ChatMessage system(String content) {
        return new ChatMessage("system", content);
    }

    /// What a function that the model asked for has given.
    ///
    /// @param call the call's id
    public static ChatMessage result(String call, String content) {
        return new ChatMessage("tool", content, List.of(), Optional.of(call));
    }
}
