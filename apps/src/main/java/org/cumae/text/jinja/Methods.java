package org.cumae.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The methods that templates call on text, mappings and lists: those of Python that change
/// nothing.
final class Methods {
    private final Meter meter;

    Methods(Meter meter) {
        this.meter = meter;
    }

    /// The method of a value, if it has one of that name.
    Optional<Function> find(@Nullable Object of, String name) {
        return switch (of) {
            case String text -> Optional.ofNullable(ofText(text, name));
            case Map<?, ?> map -> Optional.ofNullable(ofMap(map, name));
            case Namespace(var values) -> Optional.ofNullable(ofMap(values, name));
            case List<?> list -> Optional.ofNullable(ofList(list, name));
            case null, default -> Optional.empty();
        };
    }

    // NullAway does not read the nullness inside the types of a lambda's inferred parameters.
    @SuppressWarnings("NullAway")
    private @Nullable Function ofText(String text, String name) {
        return switch (name) {
            case "strip" -> (values, _) -> strip(text, values, true, true);
            case "lstrip" -> (values, _) -> strip(text, values, true, false);
            case "rstrip" -> (values, _) -> strip(text, values, false, true);
            case "split" -> (values, _) -> split(text, values);
            case "rsplit" -> (values, _) -> splitFromEnd(text, values);
            case "splitlines" -> (_, _) -> new ArrayList<Object>(text.lines().toList());
            case "startswith" -> (values, _) -> any(values, text::startsWith);
            case "endswith" -> (values, _) -> any(values, text::endsWith);
            case "removeprefix" ->
                    (values, _) -> {
                        String part = string(values, 0);
                        return text.startsWith(part) ? text.substring(part.length()) : text;
                    };
            case "removesuffix" ->
                    (values, _) -> {
                        String part = string(values, 0);
                        return text.endsWith(part)
                                ? text.substring(0, text.length() - part.length())
                                : text;
                    };
            case "upper" -> (_, _) -> text.toUpperCase(Locale.ROOT);
            case "lower" -> (_, _) -> text.toLowerCase(Locale.ROOT);
            case "title" -> (_, _) -> title(text);
            case "capitalize" -> (_, _) -> capitalized(text);
            case "replace" -> (values, _) -> replace(text, string(values, 0), string(values, 1));
            case "find" -> (values, _) -> (long) text.indexOf(string(values, 0));
            case "rfind" -> (values, _) -> (long) text.lastIndexOf(string(values, 0));
            case "count" ->
                    (values, _) ->
                            (long)
                                            text.split(
                                                            java.util.regex.Pattern.quote(
                                                                    string(values, 0)),
                                                            -1)
                                                    .length
                                    - 1;
            case "join" -> (values, _) -> join(text, Values.items(values.getFirst()));
            case "isdigit" -> (_, _) -> all(text, Character::isDigit);
            case "isalpha" -> (_, _) -> all(text, Character::isLetter);
            case "isalnum" -> (_, _) -> all(text, Character::isLetterOrDigit);
            case "isspace" -> (_, _) -> all(text, Character::isWhitespace);
            case "isupper" ->
                    (_, _) -> !text.isEmpty() && text.equals(text.toUpperCase(Locale.ROOT));
            case "islower" ->
                    (_, _) -> !text.isEmpty() && text.equals(text.toLowerCase(Locale.ROOT));
            default -> null;
        };
    }

    private @Nullable Function ofMap(Map<?, ?> map, String name) {
        return switch (name) {
            case "items" ->
                    (_, _) -> {
                        List<@Nullable Object> entries = new ArrayList<>();
                        map.forEach((key, value) -> entries.add(pair(key, value)));
                        return entries;
                    };
            case "keys" -> (_, _) -> new ArrayList<Object>(map.keySet());
            case "values" -> (_, _) -> new ArrayList<@Nullable Object>(map.values());
            case "get" ->
                    (values, _) ->
                            map.containsKey(values.getFirst())
                                    ? map.get(values.getFirst())
                                    : values.size() > 1 ? values.get(1) : null;
            default -> null;
        };
    }

    private @Nullable Function ofList(List<?> list, String name) {
        return switch (name) {
            case "index" ->
                    (values, _) -> {
                        for (int i = 0; i < list.size(); i++) {
                            if (Values.equal(list.get(i), values.getFirst())) {
                                return (long) i;
                            }
                        }
                        throw new TemplateException("the list does not have the item looked for");
                    };
            case "count" ->
                    (values, _) ->
                            list.stream()
                                    .filter(item -> Values.equal(item, values.getFirst()))
                                    .count();
            default -> null;
        };
    }

    static List<@Nullable Object> pair(@Nullable Object first, @Nullable Object second) {
        List<@Nullable Object> pair = new ArrayList<>();
        pair.add(first);
        pair.add(second);
        return pair;
    }

    static String strip(String text, List<@Nullable Object> values, boolean left, boolean right) {
        String which =
                values.isEmpty() || values.getFirst() == null
                        ? " \t\n\r\f\u000b"
                        : string(values, 0);
        int from = 0;
        int to = text.length();
        while (left && from < to && which.indexOf(text.charAt(from)) >= 0) {
            from++;
        }
        while (right && to > from && which.indexOf(text.charAt(to - 1)) >= 0) {
            to--;
        }
        return text.substring(from, to);
    }

    private List<@Nullable Object> split(String text, List<@Nullable Object> values) {
        meter.size(text.length());
        if (values.isEmpty() || values.getFirst() == null) {
            String stripped = text.strip();
            return stripped.isEmpty()
                    ? List.of()
                    : new ArrayList<>(List.of(stripped.split("\\s+")));
        }
        String between = string(values, 0);
        long most = values.size() > 1 ? Values.whole(values.get(1)) : Long.MAX_VALUE;
        List<@Nullable Object> parts = new ArrayList<>();
        int from = 0;
        int at = text.indexOf(between);
        while (at >= 0 && parts.size() < most && !between.isEmpty()) {
            parts.add(text.substring(from, at));
            from = at + between.length();
            at = text.indexOf(between, from);
        }
        parts.add(text.substring(from));
        return parts;
    }

    private List<@Nullable Object> splitFromEnd(String text, List<@Nullable Object> values) {
        if (values.size() < 2) {
            return split(text, values);
        }
        String between = string(values, 0);
        long most = Values.whole(values.get(1));
        List<@Nullable Object> parts = new ArrayList<>();
        int to = text.length();
        int at = text.lastIndexOf(between);
        while (at >= 0 && parts.size() < most && !between.isEmpty()) {
            parts.addFirst(text.substring(at + between.length(), to));
            to = at;
            at = text.lastIndexOf(between, at - 1);
        }
        parts.addFirst(text.substring(0, to));
        return parts;
    }

    String replace(String text, String old, String fresh) {
        long found = old.isEmpty() ? text.length() + 1L : (text.length() / old.length()) + 1L;
        meter.size(
                Math.min(
                        text.length() + found * Math.max(0, fresh.length() - old.length()),
                        text.length() + (long) fresh.length() * found));
        return text.replace(old, fresh);
    }

    String join(String between, List<@Nullable Object> items) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            out.append(i == 0 ? "" : between).append(Values.text(items.get(i)));
            meter.size(out.length());
        }
        return out.toString();
    }

    static String title(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isLetter(c);
        }
        return out.toString();
    }

    static String capitalized(String text) {
        return text.isEmpty()
                ? text
                : text.substring(0, 1).toUpperCase(Locale.ROOT)
                        + text.substring(1).toLowerCase(Locale.ROOT);
    }

    private static boolean all(String text, java.util.function.IntPredicate holds) {
        return !text.isEmpty() && text.codePoints().allMatch(holds);
    }

    private static boolean any(
            List<@Nullable Object> values, java.util.function.Predicate<String> holds) {
        return values.getFirst() instanceof List<?> list
                ? list.stream().anyMatch(item -> holds.test(Values.string(item)))
                : holds.test(string(values, 0));
    }

    private static String string(List<@Nullable Object> values, int index) {
        if (values.size() <= index) {
            throw new TemplateException("a method of a text needs %d values", index + 1);
        }
        return Values.string(values.get(index));
    }
}
