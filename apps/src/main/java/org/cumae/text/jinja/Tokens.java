package org.cumae.text.jinja;

import java.util.List;

/// Tokens, read one after the other.
final class Tokens {
    private final List<Token> list;
    private int at;

    Tokens(List<Token> list) {
        this.list = list;
    }

    Token peek(int ahead) {
        return list.get(Math.min(at + ahead, list.size() - 1));
    }

    Token next() {
        Token token = peek(0);
        at++;
        return token;
    }

    boolean at(Token.Kind kind) {
        return peek(0).kind() == kind;
    }

    boolean is(Token.Kind kind, String text) {
        return peek(0).is(kind, text);
    }

    boolean accept(Token.Kind kind) {
        boolean there = at(kind);
        at += there ? 1 : 0;
        return there;
    }

    boolean accept(Token.Kind kind, String text) {
        boolean there = is(kind, text);
        at += there ? 1 : 0;
        return there;
    }

    Token expect(Token.Kind kind) {
        if (!at(kind)) {
            throw unexpected("a " + kind.name().toLowerCase(java.util.Locale.ROOT));
        }
        return next();
    }

    Token expect(Token.Kind kind, String text) {
        if (!is(kind, text)) {
            throw unexpected("'" + text + "'");
        }
        return next();
    }

    TemplateException unexpected(String wanted) {
        return new TemplateException(
                "line %d: %s stands where %s should", peek(0).line(), peek(0), wanted);
    }
}
