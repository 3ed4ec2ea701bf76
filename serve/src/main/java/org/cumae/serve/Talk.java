package org.cumae.serve;

import org.cumae.text.ToolCall;
import org.cumae.text.ToolReader;
import org.cumae.text.ToolReader.Heard;
import org.cumae.text.ToolUse;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One answer of a chat, told as words and as calls of functions.
final class Talk {
    private final Served model;
    private final Optional<ToolReader> reader;
    private final String marker;

    Talk(Served model, Optional<ToolUse> tools) {
        this.model = model;
        this.reader = tools.map(ToolUse::reader);
        this.marker = tools.map(use -> use.form().marker()).orElse("");
    }

    /// What a step says. The name of a token that marks calls is no part of the text where it is a
    /// special one.
    List<Heard> hear(Served.Step step) {
        boolean marks = reader.isPresent() && step.text().equals(marker) && model.steers(step.id());
        return hear(marks ? marker + step.settled() : step.settled());
    }

    private List<Heard> hear(String words) {
        return reader.map(calls -> calls.hear(words))
                .orElseGet(() -> words.isEmpty() ? List.of() : List.of(new Heard.Said(words)));
    }

    /// What the end of the text says.
    List<Heard> end(String rest) {
        List<Heard> last = new ArrayList<>(hear(rest));
        reader.ifPresent(calls -> last.addAll(calls.end()));
        return last;
    }

    /// Why the answer has ended: its end is the begin of the called functions' work.
    String finish(String reason) {
        boolean called = reader.filter(calls -> calls.calls() > 0).isPresent();
        return called && reason.equals("stop") ? "tool_calls" : reason;
    }

    /// Writes what was heard into a message or a delta.
    ///
    /// @param streamed whether calls have their index, as those of a stream do
    static void write(ObjectNode message, List<Heard> heard, boolean streamed) {
        StringBuilder words = new StringBuilder();
        for (Heard one : heard) {
            switch (one) {
                case Heard.Said(String text) -> words.append(text);
                case Heard.Called(int index, ToolCall call) -> {
                    ObjectNode node = at(message, index, streamed);
                    node.put("id", call.id());
                    node.put("type", "function");
                    node.putObject("function").put("name", call.name()).put("arguments", "");
                }
                case Heard.Argued(int index, String part) -> {
                    ObjectNode node = at(message, index, streamed);
                    ObjectNode function = node.withObject("/function");
                    function.put("arguments", function.path("arguments").asString("") + part);
                }
            }
        }
        if (!words.isEmpty()) {
            message.put("content", words.toString());
        }
    }

    /// The node of a call: the last one there, or a new one.
    private static ObjectNode at(ObjectNode message, int index, boolean streamed) {
        ArrayNode calls = message.withArray("/tool_calls");
        if (!streamed) {
            return index < calls.size() ? (ObjectNode) calls.get(index) : calls.addObject();
        }
        if (!calls.isEmpty() && calls.get(calls.size() - 1).get("index").asInt() == index) {
            return (ObjectNode) calls.get(calls.size() - 1);
        }
        return calls.addObject().put("index", index);
    }
}
