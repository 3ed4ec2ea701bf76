package org.cumae.unit;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// Tokens that are found in a text before anything else happens to it.
final class AddedTokens {
    /// One of them.
    ///
    /// @param special whether it steers the model rather than stands for text
    /// @param normalized whether it is looked for in the normalised text
    /// @param singleWord whether it must not touch a word
    /// @param stripLeft whether it takes the spaces before it with it
    /// @param stripRight whether it takes the spaces after it with it
    record Added(
            int id,
            String content,
            boolean special,
            boolean normalized,
            boolean singleWord,
            boolean stripLeft,
            boolean stripRight) {
        static Added special(int id, String content) {
            return new Added(id, content, true, false, false, false, false);
        }

        static Added text(int id, String content) {
            return new Added(id, content, false, false, false, false, false);
        }
    }

    /// Takes what a text consists of.
    interface Parts {
        void text(String stretch, int from);

        void token(Added token);
    }

    private final Node root = new Node();

    private AddedTokens() {}

    /// @param which the tokens to look for
    /// @param form how their contents are written in the text that is searched
    static AddedTokens of(List<Added> all, Predicate<Added> which, UnaryOperator<String> form) {
        AddedTokens tokens = new AddedTokens();
        all.stream()
                .filter(which)
                .forEach(
                        it -> {
                            Node node = tokens.root;
                            for (char letter : form.apply(it.content()).toCharArray()) {
                                node = node.next.computeIfAbsent(letter, key -> new Node());
                            }
                            if (node != tokens.root && node.token == null) {
                                node.token = it;
                            }
                        });
        return tokens;
    }

    /// Finds the tokens from left to right, of several at one place the longest.
    void find(String text, Parts parts) {
        int from = 0;
        for (int at = 0; at < text.length(); ) {
            Added token = longest(text, at);
            if (token == null) {
                at++;
                continue;
            }
            int start = at;
            int end = at + matched(text, at, token);
            at = end;
            if (token.singleWord() && touchesWord(text, start, end)) {
                continue;
            }
            while (token.stripLeft() && start > from && Splitters.isSpace(text.charAt(start - 1))) {
                start--;
            }
            while (token.stripRight()
                    && end < text.length()
                    && Splitters.isSpace(text.charAt(end))) {
                end++;
            }
            if (start > from) {
                parts.text(text.substring(from, start), from);
            }
            parts.token(token);
            from = end;
            at = Math.max(at, end);
        }
        if (from < text.length()) {
            parts.text(from == 0 ? text : text.substring(from), from);
        }
    }

    private @Nullable Added longest(String text, int at) {
        Node node = root.next.get(text.charAt(at));
        Added best = null;
        for (int i = at + 1; node != null; i++) {
            best = node.token == null ? best : node.token;
            node = i < text.length() ? node.next.get(text.charAt(i)) : null;
        }
        return best;
    }

    private int matched(String text, int at, Added token) {
        Node node = root;
        int length = 0;
        for (int i = at; i < text.length(); i++) {
            Node next = node.next.get(text.charAt(i));
            if (next == null) {
                break;
            }
            node = next;
            if (token.equals(node.token)) {
                length = i + 1 - at;
            }
        }
        return length;
    }

    private static boolean touchesWord(String text, int start, int end) {
        return start > 0 && isWord(text.codePointBefore(start))
                || end < text.length() && isWord(text.codePointAt(end));
    }

    private static boolean isWord(int character) {
        return Character.isAlphabetic(character)
                || Character.getType(character) == Character.DECIMAL_DIGIT_NUMBER
                || Character.getType(character) == Character.CONNECTOR_PUNCTUATION
                || Normalizing.isMark(character);
    }

    private static final class Node {
        private final Map<Character, Node> next = new HashMap<>(2);
        private @Nullable Added token;
    }
}
