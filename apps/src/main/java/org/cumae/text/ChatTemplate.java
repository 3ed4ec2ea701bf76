package org.cumae.text;

import org.cumae.text.jinja.Template;
import org.cumae.text.jinja.TemplateException;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// How one model wants a conversation written: the template of its file.
///
/// Immutable; any thread may use it.
public final class ChatTemplate {
    private final String source;
    private final Template template;
    private final Map<String, String> tokens;

    private ChatTemplate(String source, Template template, Map<String, String> tokens) {
        this.source = source;
        this.template = template;
        this.tokens = Map.copyOf(tokens);
    }

    /// Parses a template.
    ///
    /// @param source in the Jinja language
    /// @param tokens what the template calls special tokens, such as `bos_token`
    /// @throws TemplateException naming the line and what is wrong
    public static ChatTemplate parse(String source, Map<String, String> tokens) {
        return new ChatTemplate(source, Template.parse(source), tokens);
    }

    /// As it stands in the model's file.
    public String source() {
        return source;
    }

    /// In which form it writes calls of functions; empty where it has no place for functions, or
    /// writes them in a form that is not known here.
    public Optional<ToolForm> toolForm() {
        return ToolForm.of(source);
    }

    /// Writes a conversation.
    ///
    /// @param messages in order
    /// @param opensAnswer whether the begin of the model's next message is written too
    /// @throws TemplateException if the template refuses the conversation, or costs too much
    public String write(List<ChatMessage> messages, boolean opensAnswer) {
        return write(messages, List.of(), opensAnswer, UnaryOperator.identity());
    }

    private String write(
            List<ChatMessage> messages,
            List<Tool> tools,
            boolean opensAnswer,
            UnaryOperator<String> typed) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>(tokens);
        values.put("messages", messages.stream().map(m -> TemplateValues.of(m, typed)).toList());
        values.put("add_generation_prompt", opensAnswer);
        values.put(
                "tools",
                tools.isEmpty()
                        ? null
                        : tools.stream().map(t -> TemplateValues.of(t, typed)).toList());
        values.put("documents", null);
        return template.render(values);
    }

    /// Writes a conversation as ids, so that what people typed never becomes a special token.
    ///
    /// A special token's name inside a message or a function's description is set aside while the
    /// template runs and read as plain text afterwards.
    ///
    /// @param names names of special tokens
    /// @param reader reads a part: true for parts the template wrote, false for what people typed
    List<Integer> write(Prompt.Chat chat, List<String> names, PartReader reader) {
        LookAlikes set = new LookAlikes(names);
        String text = write(chat.messages(), chat.tools(), true, set::hide) + chat.opening();
        List<Integer> ids = new ArrayList<>();
        set.parts(text, (part, typed) -> ids.addAll(reader.read(part, !typed)));
        return ids;
    }

    /// Reads a part of a text as ids.
    interface PartReader {
        List<Integer> read(String part, boolean parseSpecial);
    }
}
