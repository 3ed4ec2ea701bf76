package org.cumae.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Tells calls of functions from text while an answer comes, whichever way it is cut.
///
/// A call's name is told as soon as it is known, its arguments as they come. What begins like a
/// call and is none, or calls a function that there is not, is text. Used by one thread.
public final class ToolReader {
    private final ToolForm form;
    private final Set<String> names;
    private final int most;
    private final StringBuilder raw = new StringBuilder(); // not yet known to be a call or none
    private final StringBuilder blanks = new StringBuilder(); // belong to text if text follows
    private final StringBuilder text = new StringBuilder();
    private final List<Heard> heard = new ArrayList<>();
    private CallScanner call = new CallScanner();
    private boolean told; // the open call's name
    private int calls;
    private State state = State.BEGIN;

    private enum State {
        BEGIN, // of the message: all that was said so far is blank
        TEXT,
        BEFORE, // a call's first brace
        CALL,
        AFTER, // a call's last brace
        REST // of a message in which no more calls are told
    }

    /// What was heard.
    public sealed interface Heard {
        /// Words for people.
        record Said(String text) implements Heard {}

        /// A call begins.
        ///
        /// @param index counts the calls of the answer
        /// @param call with the arguments still empty
        record Called(int index, ToolCall call) implements Heard {}

        /// More of a call's arguments.
        record Argued(int index, String part) implements Heard {}
    }

    ToolReader(ToolForm form, Set<String> names, int most) {
        this.form = form;
        this.names = Set.copyOf(names);
        this.most = most;
    }

    /// How many calls have been told.
    public int calls() {
        return calls;
    }

    /// Reads on.
    ///
    /// @return what has become clear by it
    public List<Heard> hear(String more) {
        for (int i = 0; i < more.length(); i++) {
            read(more.charAt(i));
        }
        return taken();
    }

    /// The answer has ended.
    ///
    /// @return what was held back
    public List<Heard> end() {
        if (!told) {
            text(raw.toString());
        }
        raw.setLength(0);
        if (calls == 0) {
            text.append(blanks);
        }
        blanks.setLength(0);
        return taken();
    }

    private List<Heard> taken() {
        said();
        List<Heard> taken = List.copyOf(heard);
        heard.clear();
        return taken;
    }

    private void said() {
        if (!text.isEmpty()) {
            heard.add(new Heard.Said(text.toString()));
            text.setLength(0);
        }
    }

    private void read(char c) {
        switch (state) {
            case BEGIN -> begin(c);
            case TEXT -> marked(c);
            case BEFORE -> before(c);
            case CALL -> called(c);
            case AFTER -> after(c);
            case REST -> {
                if (calls < most) {
                    text(c);
                }
            }
        }
    }

    private void begin(char c) {
        if (!form.marker().isEmpty()) {
            marked(c);
        } else if (Character.isWhitespace(c)) {
            raw.append(c);
        } else {
            state = State.BEFORE;
            before(c);
        }
    }

    /// In a text that may hold a marker.
    private void marked(char c) {
        state = State.TEXT;
        raw.append(c);
        while (!raw.isEmpty() && !form.marker().startsWith(raw.toString())) {
            text(raw.charAt(0));
            raw.deleteCharAt(0);
        }
        if (raw.length() == form.marker().length()) {
            state = State.BEFORE;
        }
    }

    private void before(char c) {
        boolean opens = form == ToolForm.MISTRAL && c == '[' && raw.indexOf("[", 1) < 0;
        if (c == '{') {
            call = new CallScanner();
            told = false;
            state = State.CALL;
            called(c);
        } else if (opens || Character.isWhitespace(c)) {
            raw.append(c);
        } else {
            noCall(c);
        }
    }

    private void called(char c) {
        raw.append(c);
        boolean goesOn = call.read(c);
        if (!told && call.name().isPresent()) {
            String name = call.name().get();
            if (names.contains(name)) {
                said();
                told = true;
                raw.setLength(0);
                blanks.setLength(0);
                heard.add(new Heard.Called(calls++, new ToolCall(form.newId(), name, "")));
            } else {
                goesOn = false;
            }
        }
        if (told) {
            raw.setLength(0);
            String part = call.takeArguments();
            if (!part.isEmpty()) {
                heard.add(new Heard.Argued(calls - 1, part));
            }
        }
        if (call.isWhole()) {
            state = State.AFTER;
            if (!told) {
                noCall();
            }
        } else if (!goesOn) {
            noCall();
        }
    }

    private void after(char c) {
        told = false;
        if (calls >= most) {
            state = State.REST;
            return;
        }
        switch (form) {
            case HERMES -> closing(c);
            case MISTRAL -> separated(c, ',');
            case LLAMA -> separated(c, ';');
        }
    }

    private void separated(char c, char separator) {
        if (c == separator) {
            state = State.BEFORE;
        } else if (c == ']' && form == ToolForm.MISTRAL) {
            state = State.REST;
        } else if (!Character.isWhitespace(c)) {
            noCall(c);
        }
    }

    private void closing(char c) {
        String tag = "</tool_call>";
        if (raw.isEmpty() && Character.isWhitespace(c)) {
            return;
        }
        raw.append(c);
        if (!tag.startsWith(raw.toString())) {
            noCall();
        } else if (raw.length() == tag.length()) {
            raw.setLength(0);
            state = State.TEXT;
        }
    }

    private void noCall(char c) {
        raw.append(c);
        noCall();
    }

    /// What was held back is text, and so is what follows.
    private void noCall() {
        text(raw.toString());
        raw.setLength(0);
        told = false;
        state = form == ToolForm.HERMES ? State.TEXT : State.REST;
    }

    private void text(String words) {
        for (int i = 0; i < words.length(); i++) {
            text(words.charAt(i));
        }
    }

    /// Blanks before, between and after calls are nobody's words.
    private void text(char c) {
        if (Character.isWhitespace(c)) {
            blanks.append(c);
        } else {
            text.append(blanks).append(c);
            blanks.setLength(0);
        }
    }
}
