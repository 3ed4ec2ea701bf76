package org.cumae.unit;

/// Strangers' text in messages: short, and with nothing in it that a terminal obeys.
final class Visible {
    private static final int MOST = 60;

    private Visible() {}

    /// `'é' (U+00E9)`; the code alone for what cannot be seen.
    static String character(int codePoint) {
        boolean seen =
                switch (Character.getType(codePoint)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR ->
                            false;
                    default -> true;
                };
        String code = "U+%04X".formatted(codePoint);
        return seen ? "'%s' (%s)".formatted(Character.toString(codePoint), code) : code;
    }

    /// A text in quotes, cut, its control characters written out.
    static String text(String text) {
        StringBuilder out = new StringBuilder("'");
        text.codePoints()
                .limit(MOST)
                .forEach(
                        it -> {
                            if (Character.isISOControl(it)
                                    || Character.getType(it) == Character.FORMAT) {
                                out.append("\\u%04x".formatted(it));
                            } else {
                                out.appendCodePoint(it);
                            }
                        });
        if (text.codePointCount(0, text.length()) > MOST) {
            out.append("...");
        }
        return out.append("'").toString();
    }
}
