package org.cumae.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts a template into tokens, with the rules for white space that chat templates are written for:
/// the first newline after a statement or comment goes, and so do blanks between the begin of a
/// line and a statement or comment (`trim_blocks` and `lstrip_blocks`).
final class Scanner {
    private static final Pattern OPEN = Pattern.compile("\\{[{%#][-+]?");
    private static final Pattern RAW =
            Pattern.compile("\\{%-?\\s*raw\\s*-?%}(.*?)\\{%-?\\s*endraw\\s*-?%}", Pattern.DOTALL);
    private static final Pattern WORD =
            Pattern.compile(
                    "(?<name>[A-Za-z_]\\w*)"
                            + "|(?<real>\\d+\\.\\d+(?:[eE][-+]?\\d+)?|\\d+[eE][-+]?\\d+)|(?<integer>\\d+)"
                            + "|(?<sign>//|\\*\\*|==|!=|<=|>=|[-+*/%~<>=()\\[\\]{},.:|])");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int counted; // characters whose lines are counted
    private int line = 1; // of the character behind those
    private int at;
    private boolean strip; // the tag before ended with a minus
    private boolean trim; // the tag before was a statement or comment

    private Scanner(String source) {
        this.source = source;
    }

    static List<Token> scan(String template) {
        String unix = template.replace("\r\n", "\n");
        String source = unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix;
        Scanner scanner = new Scanner(source);
        scanner.scanAll();
        return scanner.tokens;
    }

    private void scanAll() {
        Matcher open = OPEN.matcher(source);
        while (open.find(at)) {
            char kind = source.charAt(open.start() + 1);
            char sign = open.end() - open.start() == 3 ? source.charAt(open.end() - 1) : ' ';
            text(at, open.start(), sign == '-', kind != '{' && sign != '+');
            Matcher raw = RAW.matcher(source);
            if (kind == '%' && raw.find(open.start()) && raw.start() == open.start()) {
                add(Token.Kind.TEXT, raw.group(1));
                at = raw.end();
                strip = false;
                trim = true;
            } else if (kind == '#') {
                comment(open.end());
            } else {
                tag(open.end(), kind == '{' ? "}}" : "%}");
            }
        }
        text(at, source.length(), false, false);
        add(Token.Kind.END, "");
    }

    private void text(int from, int to, boolean stripEnd, boolean stripBlanks) {
        String text = source.substring(from, to);
        boolean atLineStart = from == 0;
        if (strip) {
            text = text.stripLeading();
        } else if (trim && text.startsWith("\n")) {
            text = text.substring(1);
            atLineStart = true;
        }
        if (stripEnd) {
            text = text.stripTrailing();
        } else if (stripBlanks) {
            int end = text.length();
            while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\t')) {
                end--;
            }
            boolean wholeLine = end == 0 ? atLineStart && !strip : text.charAt(end - 1) == '\n';
            text = wholeLine ? text.substring(0, end) : text;
        }
        if (!text.isEmpty()) {
            add(Token.Kind.TEXT, text);
        }
    }

    private void comment(int from) {
        int end = source.indexOf("#}", from);
        if (end < 0) {
            throw new TemplateException("line %d: a comment is not closed", line(from));
        }
        strip = end > from && source.charAt(end - 1) == '-';
        trim = true;
        at = end + 2;
    }

    private void tag(int from, String close) {
        add(close.equals("}}") ? Token.Kind.SHOW : Token.Kind.STATEMENT, "");
        at = from;
        int depth = 0; // of braces: a mapping may end with the two braces that end a tag
        while (true) {
            while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
                at++;
            }
            if (at >= source.length()) {
                throw new TemplateException("line %d: a tag is not closed", line(from));
            }
            boolean minus = source.startsWith("-" + close, at);
            if (depth == 0
                    && (minus
                            || source.startsWith(close, at)
                            || source.startsWith("+" + close, at))) {
                add(Token.Kind.CLOSE, close);
                at = source.indexOf(close, at) + 2;
                strip = minus;
                trim = close.equals("%}");
                return;
            }
            char c = source.charAt(at);
            if (c == '"' || c == '\'') {
                string(c);
            } else {
                depth += c == '{' ? 1 : c == '}' ? -1 : 0;
                word();
            }
        }
    }

    private void word() {
        Matcher word = WORD.matcher(source).region(at, source.length());
        if (!word.lookingAt()) {
            throw new TemplateException(
                    "line %d: the character '%s' has no meaning here", line(at), source.charAt(at));
        }
        Token.Kind kind =
                word.group("name") != null
                        ? Token.Kind.NAME
                        : word.group("real") != null
                                ? Token.Kind.REAL
                                : word.group("integer") != null
                                        ? Token.Kind.INTEGER
                                        : Token.Kind.SIGN;
        add(kind, word.group());
        at = word.end();
    }

    private void string(char quote) {
        StringBuilder value = new StringBuilder();
        int i = at + 1;
        while (i < source.length() && source.charAt(i) != quote) {
            char c = source.charAt(i++);
            if (c != '\\' || i >= source.length()) {
                value.append(c);
                continue;
            }
            char escaped = source.charAt(i++);
            switch (escaped) {
                case 'n' -> value.append('\n');
                case 't' -> value.append('\t');
                case 'r' -> value.append('\r');
                case '\\', '\'', '"' -> value.append(escaped);
                case 'u', 'x' -> {
                    int digits = escaped == 'u' ? 4 : 2;
                    value.append((char) hex(i, digits));
                    i += digits;
                }
                default -> value.append('\\').append(escaped);
            }
        }
        if (i >= source.length()) {
            throw new TemplateException("line %d: a string is not closed", line(at));
        }
        add(Token.Kind.STRING, value.toString());
        at = i + 1;
    }

    private int hex(int from, int digits) {
        try {
            return Integer.parseInt(source, from, from + digits, 16);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new TemplateException("line %d: \\u and \\x need digits behind them", line(from));
        }
    }

    private void add(Token.Kind kind, String text) {
        tokens.add(new Token(kind, text, line(Math.min(at, source.length()))));
    }

    /// Counts on from where it was asked last, so that all tokens together cost one look at the
    /// source.
    private int line(int position) {
        for (; counted < position; counted++) {
            line += source.charAt(counted) == '\n' ? 1 : 0;
        }
        for (; counted > position; counted--) {
            line -= source.charAt(counted - 1) == '\n' ? 1 : 0;
        }
        return line;
    }
}
