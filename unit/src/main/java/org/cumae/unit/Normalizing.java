package org.cumae.unit;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/// Brings a text into the form that a vocabulary was made from, named as `tokenizer.json` names its
/// normalizers.
final class Normalizing {
    private Normalizing() {}

    static UnaryOperator<String> unicode(Normalizer.Form form) {
        return text -> Normalizer.normalize(text, form);
    }

    static String lowercase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    static UnaryOperator<String> strip(boolean left, boolean right) {
        return text -> {
            int from = 0;
            int to = text.length();
            while (left && from < to && Splitters.isSpace(text.charAt(from))) {
                from++;
            }
            while (right && from < to && Splitters.isSpace(text.charAt(to - 1))) {
                to--;
            }
            return text.substring(from, to);
        };
    }

    static UnaryOperator<String> prepend(String prefix) {
        return text -> text.isEmpty() ? text : prefix + text;
    }

    /// Takes combining marks away.
    static String stripAccents(String text) {
        return keep(text, it -> !isMark(it));
    }

    static boolean isMark(int character) {
        return switch (Character.getType(character)) {
            case Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK ->
                    true;
            default -> false;
        };
    }

    static String keep(String text, IntPredicate which) {
        return text.codePoints()
                .filter(which)
                .collect(
                        () -> new StringBuilder(text.length()),
                        StringBuilder::appendCodePoint,
                        StringBuilder::append)
                .toString();
    }

    static UnaryOperator<String> chain(List<UnaryOperator<String>> steps) {
        return text -> {
            String result = text;
            for (UnaryOperator<String> step : steps) {
                result = step.apply(result);
            }
            return result;
        };
    }

    /// How BERT cleans a text.
    static UnaryOperator<String> bert(
            boolean clean, boolean spaceHan, boolean stripAccents, boolean lowercase) {
        return text -> {
            String result = clean ? clean(text) : text;
            result = spaceHan ? spaceHan(result) : result;
            if (stripAccents) {
                String apart = Normalizer.normalize(result, Normalizer.Form.NFD);
                result = keep(apart, it -> Character.getType(it) != Character.NON_SPACING_MARK);
            }
            return lowercase ? lowercase(result) : result;
        };
    }

    private static String clean(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        it -> {
                            if (it == '\t' || it == '\n' || it == '\r' || Splitters.isSpace(it)) {
                                out.append(' ');
                            } else if (it != 0 && it != 0xFFFD && !isControl(it)) {
                                out.appendCodePoint(it);
                            }
                        });
        return out.toString();
    }

    private static boolean isControl(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.UNASSIGNED, Character.PRIVATE_USE ->
                    true;
            default -> false;
        };
    }

    private static String spaceHan(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        it -> {
                            if (isHan(it)) {
                                out.append(' ').appendCodePoint(it).append(' ');
                            } else {
                                out.appendCodePoint(it);
                            }
                        });
        return out.toString();
    }

    private static boolean isHan(int it) {
        return it >= 0x4E00 && it <= 0x9FFF
                || it >= 0x3400 && it <= 0x4DBF
                || it >= 0x20000 && it <= 0x2A6DF
                || it >= 0x2A700 && it <= 0x2CEAF
                || it >= 0xF900 && it <= 0xFAFF
                || it >= 0x2F800 && it <= 0x2FA1F;
    }
}
