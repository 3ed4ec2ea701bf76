package org.cumae.text;

import org.cumae.text.jinja.Template;
import org.cumae.text.jinja.TemplateException;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

    /// Writes a conversation.
    ///
    /// @param messages in order
    /// @param opensAnswer whether the begin of the model's next message is written too
    /// @throws TemplateException if the template refuses the conversation, or costs too much
    public String write(List<ChatMessage> messages, boolean opensAnswer) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>(tokens);
        values.put("messages", messages.stream().map(ChatTemplate::values).toList());
        values.put("add_generation_prompt", opensAnswer);
        values.put("tools", null);
        values.put("documents", null);
        return template.render(values);
    }

    private static Map<String, Object> values(ChatMessage message) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("role", message.role());
        values.put("content", message.content());
        return values;
    }

    /// Writes a conversation as ids, so that what people typed never becomes a special token.
    ///
    /// A special token's name inside a message is set aside while the template runs and read as
    /// plain text afterwards.
    ///
    /// @param names names of special tokens
    /// @param reader reads a part: true for parts the template wrote, false for what people typed
    List<Integer> write(List<ChatMessage> messages, List<String> names, PartReader reader) {
        LookAlikes set = new LookAlikes(names);
        String text =
                write(
                        messages.stream()
                                .map(m -> new ChatMessage(m.role(), set.hide(m.content())))
                                .toList(),
                        true);
        List<Integer> ids = new ArrayList<>();
        set.parts(text, (part, typed) -> ids.addAll(reader.read(part, !typed)));
        return ids;
    }

    /// Reads a part of a text as ids.
    interface PartReader {
        List<Integer> read(String part, boolean parseSpecial);
    }
}
