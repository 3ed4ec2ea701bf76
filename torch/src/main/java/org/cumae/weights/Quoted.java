package org.cumae.weights;

/// Names out of a file, made fit for a message: in quotes, short, and without control characters
/// that could rewrite a terminal or a log.
final class Quoted {
    private static final int LONGEST = 120;

    private Quoted() {}

    static String of(String name) {
        StringBuilder text = new StringBuilder("'");
        int end = Math.min(name.length(), LONGEST);
        for (int i = 0; i < end; i++) {
            char c = name.charAt(i);
            if (Character.isISOControl(c) || Character.isSurrogate(c)) {
                text.append("\\u").append(Character.forDigit(c >> 12, 16));
                text.append(Character.forDigit(c >> 8 & 15, 16));
                text.append(Character.forDigit(c >> 4 & 15, 16));
                text.append(Character.forDigit(c & 15, 16));
            } else {
                text.append(c);
            }
        }
        return text.append(name.length() > LONGEST ? "…'" : "'").toString();
    }
}
