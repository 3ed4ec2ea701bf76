package org.cumae.text;

import org.cumae.Check;
import org.cumae.grammar.Grammar;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// How functions take part in an answer.
///
/// @param form in which the model asks for calls
/// @param tools what the model is told of, at least one
/// @param forced whether it has to call one of them; its answer is then held to their schemas
/// @param several whether an answer may have more than one call
public record ToolUse(ToolForm form, List<Tool> tools, boolean forced, boolean several) {
    /// Copies, and refuses to offer nothing.
    public ToolUse {
        tools = List.copyOf(tools);
        Check.argument(!tools.isEmpty(), "there is no function to call; give at least one");
    }

    /// What the answer begins with, and need not write any more.
    public String opening() {
        return forced ? form.opening() : "";
    }

    /// What the answer is held to, behind its opening.
    ///
    /// @throws IllegalArgumentException naming the function whose schema no grammar can hold to
    public Optional<Grammar> grammar() {
        return forced ? Optional.of(form.grammar(tools, several)) : Optional.empty();
    }

    /// Tells calls from words in one answer.
    public ToolReader reader() {
        Set<String> names = tools.stream().map(Tool::name).collect(Collectors.toSet());
        ToolReader reader = form.reader(names, several ? Integer.MAX_VALUE : 1);
        reader.hear(opening());
        return reader;
    }

    /// The same with other functions.
    public ToolUse withTools(List<Tool> tools) {
        return new ToolUse(form, tools, forced, several);
    }

    /// The same, where one has to be called or not.
    public ToolUse withForced(boolean forced) {
        return new ToolUse(form, tools, forced, several);
    }
}
