package org.cumae.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Values written out: as `json.dumps` of Python writes them, which is what models were trained on,
/// and as Python itself shows them.
final class Json {
    private final StringBuilder out = new StringBuilder();
    private final boolean json;
    private final int indent;
    private final int longest;

    private Json(boolean json, int indent, int longest) {
        this.json = json;
        this.indent = indent;
        this.longest = longest;
    }

    /// With `", "` and `": "` between, or one item a line with an indent above 0.
    static String dumps(@Nullable Object value, int indent, int longest) {
        Json json = new Json(true, indent, longest);
        json.write(value, 0);
        return json.out.toString();
    }

    static String python(@Nullable Object value) {
        Json json = new Json(false, 0, Bounds.DEFAULT.length());
        json.write(value, 0);
        return json.out.toString();
    }

    private void write(@Nullable Object value, int depth) {
        if (depth > 100) {
            throw new TemplateException("a value is nested more than 100 deep");
        }
        if (out.length() > longest) {
            throw new TemplateException("a text is longer than %d characters", longest);
        }
        switch (value) {
            case null -> out.append(json ? "null" : "None");
            case Boolean flag -> out.append(json ? flag.toString() : Values.text(flag));
            case Double number -> out.append(Values.real(number));
            case String text -> string(text);
            case List<?> list -> list(list, depth);
            case Map<?, ?> map -> map(map, depth);
            case Undefined missing -> throw missing.refusal();
            default -> out.append(value);
        }
    }

    private void list(List<?> list, int depth) {
        out.append('[');
        for (Iterator<?> items = list.iterator(); items.hasNext(); ) {
            line(depth + 1);
            write(items.next(), depth + 1);
            comma(items.hasNext());
        }
        end(list.isEmpty(), depth);
        out.append(']');
    }

    private void map(Map<?, ?> map, int depth) {
        out.append('{');
        for (Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
                entries.hasNext(); ) {
            Map.Entry<?, ?> entry = entries.next();
            line(depth + 1);
            string(String.valueOf(entry.getKey()));
            out.append(": ");
            write(entry.getValue(), depth + 1);
            comma(entries.hasNext());
        }
        end(map.isEmpty(), depth);
        out.append('}');
    }

    private void comma(boolean more) {
        if (more) {
            out.append(indent > 0 ? "," : ", ");
        }
    }

    private void line(int depth) {
        if (indent > 0) {
            out.append('\n').repeat(' ', indent * depth);
        }
    }

    private void end(boolean empty, int depth) {
        if (!empty) {
            line(depth);
        }
    }

    private void string(String text) {
        char quote = json || (text.contains("'") && !text.contains("\"")) ? '"' : '\'';
        out.append(quote);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append(json ? "\\b" : "\\x08");
                case '\f' -> out.append(json ? "\\f" : "\\x0c");
                default -> {
                    if (c == quote) {
                        out.append('\\').append(c);
                    } else if (c < ' ') {
                        out.append((json ? "\\u%04x" : "\\x%02x").formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append(quote);
    }
}
