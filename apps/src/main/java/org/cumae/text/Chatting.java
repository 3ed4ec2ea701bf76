package org.cumae.text;

import org.cumae.text.ToolReader.Heard;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/// One answer while it comes, told as words and calls.
final class Chatting implements TextListener {
    private final Optional<ToolReader> reader;
    private final String marker;
    private final IntPredicate steers;
    private final Predicate<Heard> listener;
    private final StringBuilder text = new StringBuilder();
    private final List<ToolCall> calls = new ArrayList<>();
    private final StringBuilder arguments = new StringBuilder(); // of the last call

    /// @param steers whether an id is no part of the text
    /// @param listener hears everything, and can end it
    Chatting(Optional<ToolUse> tools, IntPredicate steers, Predicate<Heard> listener) {
        this.reader = tools.map(ToolUse::reader);
        this.marker = tools.map(use -> use.form().marker()).orElse("");
        this.steers = steers;
        this.listener = listener;
    }

    /// The name of a special token that marks calls is no text, and is heard all the same.
    @Override
    public boolean accept(TextPiece piece) {
        boolean marks =
                piece.token()
                        .filter(token -> token.text().equals(marker) && steers.test(token.id()))
                        .isPresent();
        String words = marks ? marker + piece.text() : piece.text();
        return tell(
                reader.map(calls -> calls.hear(words))
                        .orElseGet(
                                () ->
                                        words.isEmpty()
                                                ? List.of()
                                                : List.of(new Heard.Said(words))));
    }

    private boolean tell(List<Heard> heard) {
        boolean goesOn = true;
        for (Heard one : heard) {
            switch (one) {
                case Heard.Said(String words) -> text.append(words);
                case Heard.Called(int _, ToolCall call) -> {
                    argued();
                    calls.add(call);
                }
                case Heard.Argued(int _, String part) -> arguments.append(part);
            }
            goesOn &= listener.test(one);
        }
        return goesOn;
    }

    private void argued() {
        if (!arguments.isEmpty()) {
            ToolCall last = calls.removeLast();
            calls.add(new ToolCall(last.id(), last.name(), arguments.toString()));
            arguments.setLength(0);
        }
    }

    ChatReply reply(TextGeneration generation) {
        reader.ifPresent(calls -> tell(calls.end()));
        argued();
        return new ChatReply(text.toString(), calls, generation);
    }
}
