package org.cumae.unit;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The templates that turn a conversation into a text, as a model's files bring them. They are
/// programs in a language of their own (Jinja); this room only carries them.
///
/// @param byName the templates; the usual one is called `default`
/// @param begin what a template's `bos_token` stands for; empty where there is none
/// @param end what a template's `eos_token` stands for; empty where there is none
public record ChatTemplates(Map<String, String> byName, String begin, String end) {
    /// No template.
    public static final ChatTemplates NONE = new ChatTemplates(Map.of(), "", "");

    private static final String DEFAULT = "default";

    /// Copies the map.
    public ChatTemplates {
        byName = Map.copyOf(new TreeMap<>(byName));
    }

    /// One template, or none.
    public static ChatTemplates of(Optional<String> template, String begin, String end) {
        return new ChatTemplates(
                template.map(it -> Map.of(DEFAULT, it)).orElse(Map.of()), begin, end);
    }

    /// The template for plain conversations.
    public Optional<String> template() {
        return Optional.ofNullable(byName.get(DEFAULT));
    }

    /// The template of a name, such as `tool_use`; where there is none, the usual one.
    public Optional<String> template(String name) {
        return Optional.ofNullable(byName.getOrDefault(name, byName.get(DEFAULT)));
    }
}
