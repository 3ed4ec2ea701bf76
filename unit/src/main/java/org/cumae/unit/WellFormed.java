package org.cumae.unit;

/// Java strings can hold halves of characters; Unicode texts cannot.
final class WellFormed {
    private WellFormed() {}

    /// The text with each lone surrogate replaced by U+FFFD.
    static String of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return text.codePoints()
                        .map(it -> it >= 0xD800 && it <= 0xDFFF ? Utf8Reader.REPLACEMENT : it)
                        .collect(
                                () -> new StringBuilder(text.length()),
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }
}
