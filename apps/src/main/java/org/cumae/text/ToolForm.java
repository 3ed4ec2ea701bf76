package org.cumae.text;

import org.cumae.Check;
import org.cumae.grammar.Grammar;
import org.cumae.grammar.Rule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// In which form a family of models writes that functions be called.
public enum ToolForm {
    /// `<tool_call>{"name": ..., "arguments": {...}}</tool_call>` for each call: Hermes, Qwen.
    HERMES("<tool_call>", "\n", "", "\n</tool_call>\n<tool_call>\n", "\n</tool_call>", "arguments"),

    /// `[TOOL_CALLS]` and a list of all calls: Mistral.
    MISTRAL("[TOOL_CALLS]", "", "[", ", ", "]", "arguments"),

    /// The whole message is the call, `{"name": ..., "parameters": {...}}`: Llama 3.
    LLAMA("", "", "", "; ", "", "parameters");

    private static final int MOST_CALLS = 16;

    private final String marker;
    private final String gap;
    private final String begin;
    private final String between;
    private final String end;
    private final String arguments;

    ToolForm(
            String marker, String gap, String begin, String between, String end, String arguments) {
        this.marker = marker;
        this.gap = gap;
        this.begin = begin;
        this.between = between;
        this.end = end;
        this.arguments = arguments;
    }

    /// The form that a template writes; empty where it knows no functions, or another form.
    static Optional<ToolForm> of(String template) {
        if (!template.contains("tools")) {
            return Optional.empty();
        }
        if (template.contains(MISTRAL.marker)) {
            return template.contains("[ARGS]") ? Optional.empty() : Optional.of(MISTRAL);
        }
        if (template.contains(HERMES.marker)) {
            boolean xml = template.contains("<function=") || template.contains("<arg_key>");
            return xml ? Optional.empty() : Optional.of(HERMES);
        }
        return template.contains("\"parameters\":") ? Optional.of(LLAMA) : Optional.empty();
    }

    /// What a call is told from other text by; empty where only a message's begin can be one.
    public String marker() {
        return marker;
    }

    /// What a message that is to be a call begins with.
    public String opening() {
        return marker + gap;
    }

    /// What follows the opening, when functions must be called: the language of calls whose
    /// arguments keep to the functions' schemas.
    ///
    /// @param tools of which each call names one
    /// @param several whether there may be more than one call
    /// @throws IllegalArgumentException naming the function whose schema no grammar can hold to
    public Grammar grammar(List<Tool> tools, boolean several) {
        Check.argument(!tools.isEmpty(), "there is no function to call; give at least one");
        Map<String, Rule> rules = new HashMap<>();
        List<Rule> calls = new ArrayList<>();
        for (Tool tool : tools) {
            Grammar language = arguments(tool).under(tool.name() + " ");
            rules.putAll(language.rules());
            String head = "{\"name\": \"%s\", \"%s\": ".formatted(tool.name(), arguments);
            calls.add(Rule.all(Rule.text(head), language.start(), Rule.text("}")));
        }
        Rule call = new Rule.OneOf(calls);
        Rule more = Rule.all(Rule.text(between), call);
        int others = several && this != LLAMA ? MOST_CALLS - 1 : 0;
        return new Grammar(
                Rule.all(
                        Rule.text(begin), call, new Rule.Repeated(more, 0, others), Rule.text(end)),
                rules);
    }

    private static Grammar arguments(Tool tool) {
        try {
            return tool.arguments();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the parameters of function %s cannot be held to: %s"
                            .formatted(tool.name(), e.getMessage()),
                    e);
        }
    }

    /// Reads answers in this form.
    ///
    /// @param names of the functions there are; what calls another is text
    /// @param most after so many calls everything else is passed over
    public ToolReader reader(Set<String> names, int most) {
        return new ToolReader(this, names, most);
    }

    /// A new name for a call.
    String newId() {
        String digits = UUID.randomUUID().toString().replace("-", "");
        return this == MISTRAL ? digits.substring(0, 9) : "call_" + digits.substring(0, 24);
    }
}
