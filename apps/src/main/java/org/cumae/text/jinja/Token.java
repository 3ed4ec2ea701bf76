package org.cumae.text.jinja;

/// A piece of a template.
///
/// @param kind what it is
/// @param text what it says; of a string literal, its value
/// @param line where it stands, from 1
record Token(Kind kind, String text, int line) {
    enum Kind {
        /// Text between tags.
        TEXT,
        /// The begin of `{{`.
        SHOW,
        /// The begin of `{%`.
        STATEMENT,
        /// The end of a tag.
        CLOSE,
        NAME,
        STRING,
        INTEGER,
        REAL,
        /// Punctuation.
        SIGN,
        /// The end of the template.
        END
    }

    boolean is(Kind kind, String text) {
        return this.kind == kind && this.text.equals(text);
    }

    @Override
    public String toString() {
        return kind == Kind.END ? "the end" : "'" + text + "'";
    }
}
