package org.cumae.text;

import org.cumae.Check;
import org.cumae.model.Tokens;

import java.util.List;

/// What a generation begins from.
public sealed interface Prompt {
    /// A text to continue; the tokenizer adds its begin token where the model wants one.
    ///
    /// @param text may be empty for a model that has a begin token
    record Text(String text) implements Prompt {}

    /// Token ids, taken as they are.
    ///
    /// @param tokens at least one
    record Ids(Tokens tokens) implements Prompt {
        /// Refuses an empty line.
        public Ids {
            Check.argument(!tokens.isEmpty(), "the prompt has no token ids; give at least one");
        }
    }

    /// A conversation, turned into a text by the model's own chat template.
    ///
    /// @param messages in order, at least one
    /// @param tools functions that the model may ask for
    /// @param opening how the model's next message begins, special tokens read as such
    record Chat(List<ChatMessage> messages, List<Tool> tools, String opening) implements Prompt {
        /// Copies the messages.
        public Chat {
            messages = List.copyOf(messages);
            tools = List.copyOf(tools);
            Check.argument(!messages.isEmpty(), "the chat has no messages; give at least one");
        }
    }

    /// A text to continue.
    static Prompt text(String text) {
        return new Text(text);
    }

    /// Token ids, taken as they are.
    static Prompt ids(int... ids) {
        return new Ids(Tokens.of(ids));
    }

    /// A conversation.
    static Prompt chat(ChatMessage... messages) {
        return new Chat(List.of(messages), List.of(), "");
    }
}
