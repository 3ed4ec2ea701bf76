package org.cumae.unit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A regular expression from a file, matched in bounded time.
///
/// Patterns are written for Oniguruma; the parts of its syntax that tokenizers use are Java's too.
/// A backtracking engine can take exponential time on some patterns, so every look at a character
/// is counted: the count is the same on every machine, where a clock's would not be.
final class BoundedRegex {
    /// Looks at a character allowed per character of the text. Patterns in use need about 10; these
    /// are some 100 ms for 10 kB.
    private static final int LOOKS_PER_CHARACTER = 2_000;

    private static final int LONGEST = 10_000;

    /// Takes the ranges `[from, to)` that match, in order, none empty.
    interface Matches {
        void match(int from, int to);
    }

    private final Pattern pattern;

    private BoundedRegex(Pattern pattern) {
        this.pattern = pattern;
    }

    /// @throws TokenizerException if it is no regular expression that is understood here
    static BoundedRegex of(String expression) {
        if (expression.length() > LONGEST) {
            throw new TokenizerException(
                    "a regular expression of %d characters; %d are the most",
                    expression.length(), LONGEST);
        }
        try {
            return new BoundedRegex(
                    Pattern.compile(
                            javaSyntax(expression),
                            Pattern.UNICODE_CHARACTER_CLASS
                                    | Pattern.UNICODE_CASE
                                    | Pattern.MULTILINE));
        } catch (PatternSyntaxException | StackOverflowError e) {
            throw new TokenizerException(
                    "the regular expression %s is not understood: %s",
                    Visible.text(expression),
                    e instanceof PatternSyntaxException it ? it.getDescription() : "too deep");
        }
    }

    static BoundedRegex literal(String text) {
        return new BoundedRegex(Pattern.compile(text, Pattern.LITERAL));
    }

    /// Scripts are `\p{Han}` there and `\p{IsHan}` here.
    private static String javaSyntax(String expression) {
        if (expression.contains("[[:") || expression.contains("[^[:")) {
            throw new TokenizerException(
                    "the regular expression %s has a POSIX class such as [[:alpha:]]; write it as \\p{...}",
                    Visible.text(expression));
        }
        return expression.replaceAll(
                "\\\\([pP])\\{(\\^?)([A-Z][a-z]{2,}(?:_[A-Z][a-z]+)?)\\}", "\\\\$1{Is$3}");
    }

    void findAll(String text, Matches matches) {
        Matcher matcher =
                pattern.matcher(new Counted(text, 0, text.length(), new Budget(text.length())));
        try {
            while (matcher.find()) {
                if (matcher.end() > matcher.start()) {
                    matches.match(matcher.start(), matcher.end());
                }
            }
        } catch (StackOverflowError e) {
            throw tooLong(text);
        }
    }

    String replaceAll(String text, String replacement) {
        StringBuilder out = new StringBuilder();
        int[] from = {0};
        findAll(
                text,
                (start, end) -> {
                    out.append(text, from[0], start).append(replacement);
                    from[0] = end;
                });
        return out.append(text, from[0], text.length()).toString();
    }

    private IllegalArgumentException tooLong(CharSequence text) {
        return new IllegalArgumentException(
                "this tokenizer's regular expression %s takes too long on %d characters of this text; use another tokenizer file"
                        .formatted(Visible.text(pattern.pattern()), text.length()));
    }

    private static final class Budget {
        private long looks;

        Budget(int length) {
            looks = (length + 100L) * LOOKS_PER_CHARACTER;
        }
    }

    /// A text that counts the looks at it.
    private final class Counted implements CharSequence {
        private final String text;
        private final int from;
        private final int to;
        private final Budget budget;

        Counted(String text, int from, int to, Budget budget) {
            this.text = text;
            this.from = from;
            this.to = to;
            this.budget = budget;
        }

        @Override
        public char charAt(int index) {
            if (--budget.looks < 0) {
                throw tooLong(text);
            }
            return text.charAt(from + index);
        }

        @Override
        public int length() {
            return to - from;
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text, from + start, from + end, budget);
        }

        @Override
        public String toString() {
            return text.substring(from, to);
        }
    }
}
