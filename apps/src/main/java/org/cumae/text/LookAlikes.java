package org.cumae.text;

import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Names of special tokens in what people typed, set aside while a template runs.
///
/// Each becomes two private characters around its number; characters of that kind that were typed
/// are set aside in the same way, as number -1 and their own code, so nothing can be forged.
final class LookAlikes {
    private static final char OPEN = '\uE5A0';
    private static final char SHUT = '\uE5A1';
    private static final Pattern HIDDEN = Pattern.compile(OPEN + "([0-9a-z]+)" + SHUT);

    private final List<String> names;
    private final Pattern typed;

    LookAlikes(List<String> names) {
        this.names =
                java.util.stream.Stream.concat(
                                names.stream().filter(name -> !name.isEmpty()),
                                java.util.stream.Stream.of("" + OPEN, "" + SHUT))
                        .sorted(Comparator.comparingInt(String::length).reversed())
                        .toList();
        this.typed =
                Pattern.compile(
                        this.names.stream().map(Pattern::quote).collect(Collectors.joining("|")));
    }

    String hide(String text) {
        return typed.matcher(text)
                .replaceAll(
                        found -> OPEN + Integer.toString(names.indexOf(found.group()), 36) + SHUT);
    }

    /// Hands out the parts of a text in order.
    ///
    /// @param each hears a part, and whether it is a look-alike that was typed
    void parts(String text, BiConsumer<String, Boolean> each) {
        Matcher hidden = HIDDEN.matcher(text);
        int at = 0;
        while (hidden.find()) {
            if (hidden.start() > at) {
                each.accept(text.substring(at, hidden.start()), false);
            }
            each.accept(names.get(Integer.parseInt(hidden.group(1), 36)), true);
            at = hidden.end();
        }
        if (at < text.length()) {
            each.accept(text.substring(at), false);
        }
    }
}
