package org.cumae.text;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;

import java.util.Optional;

/// Reads one call, a JSON object with `name` and `arguments` or `parameters`, while it comes.
///
/// It follows the braces and strings of the arguments and leaves it to others whether what stands
/// between is JSON. Arguments that are written as a string of JSON are told as what is in it.
final class CallScanner {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StringBuilder value = new StringBuilder();
    private final StringBuilder arguments = new StringBuilder(); // not yet taken
    private String key = "";
    private Optional<String> name = Optional.empty();
    private boolean argued;
    private State state = State.OPEN;
    private int depth;
    private boolean quoted;
    private boolean escaped;

    private enum State {
        OPEN, // before the first brace
        KEY, // or the end
        COLON,
        VALUE,
        COMMA, // or the end
        WHOLE,
        BROKEN
    }

    /// Reads on.
    ///
    /// @return whether it may still be a call
    boolean read(char c) {
        state =
                switch (state) {
                    case OPEN -> c == '{' ? State.KEY : State.BROKEN;
                    case KEY -> key(c);
                    case COLON -> blank(c) ? state : c == ':' ? State.VALUE : State.BROKEN;
                    case VALUE -> value(c);
                    case COMMA -> comma(c);
                    case WHOLE, BROKEN -> State.BROKEN;
                };
        return state != State.BROKEN;
    }

    /// The function's name, once it is known.
    Optional<String> name() {
        return name;
    }

    boolean isWhole() {
        return state == State.WHOLE;
    }

    /// What has come of the arguments since they were taken last.
    String takeArguments() {
        String taken = arguments.toString();
        arguments.setLength(0);
        return taken;
    }

    private static boolean blank(char c) {
        return Character.isWhitespace(c);
    }

    private State key(char c) {
        if (value.isEmpty() && (blank(c) || c == '}')) {
            return c == '}' ? whole() : state;
        }
        if (value.isEmpty() && c != '"') {
            return State.BROKEN;
        }
        value.append(c);
        if (!follows(c)) {
            return State.KEY;
        }
        key = text().orElse("");
        value.setLength(0);
        return State.COLON;
    }

    private State value(char c) {
        if (value.isEmpty() && blank(c)) {
            return state;
        }
        boolean bare = !quoted && depth == 0;
        boolean scalar = bare && !value.isEmpty() && value.charAt(0) != '"';
        if (scalar && (c == ',' || c == '}' || blank(c))) {
            valued();
            return comma(c);
        }
        value.append(c);
        boolean ended = follows(c);
        if (isArguments() && value.charAt(0) == '{') {
            arguments.append(c);
        }
        if (!ended) {
            return State.VALUE;
        }
        valued();
        return State.COMMA;
    }

    private State comma(char c) {
        if (blank(c)) {
            return State.COMMA;
        }
        return c == ',' ? State.KEY : c == '}' ? whole() : State.BROKEN;
    }

    /// Follows strings and braces.
    ///
    /// @return whether a string, an object or an array has ended with this character
    private boolean follows(char c) {
        if (quoted) {
            if (escaped) {
                escaped = false;
            } else if (c == '\\') {
                escaped = true;
            } else if (c == '"') {
                quoted = false;
                return depth == 0;
            }
            return false;
        }
        switch (c) {
            case '"' -> quoted = true;
            case '{', '[' -> depth++;
            case '}', ']' -> {
                depth--;
                return depth == 0;
            }
            default -> {}
        }
        return false;
    }

    private boolean isArguments() {
        return key.equals("arguments") || key.equals("parameters");
    }

    private void valued() {
        if (key.equals("name")) {
            name = text();
        } else if (isArguments()) {
            if (value.charAt(0) == '"') {
                text().ifPresent(arguments::append);
            } else if (value.charAt(0) != '{' && !value.toString().equals("null")) {
                arguments.append(value);
            }
            argued = value.charAt(0) != 'n';
        }
        value.setLength(0);
    }

    private State whole() {
        if (!argued) {
            arguments.append("{}");
        }
        return State.WHOLE;
    }

    private Optional<String> text() {
        try {
            return JSON.readTree(value.toString()).asStringOpt();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
