package org.cumae.text;

import org.cumae.Check;

/// One turn of a conversation.
///
/// @param role who speaks: `system`, `user`, `assistant`, or what else the model's template knows
/// @param content what is said
public record ChatMessage(String role, String content) {
    /// Refuses an empty role.
    public ChatMessage {
        Check.argument(
                !role.isBlank(), "a message has no role; give one such as system, user, assistant");
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
}
