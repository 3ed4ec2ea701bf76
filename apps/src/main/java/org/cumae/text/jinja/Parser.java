package org.cumae.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns tokens into statements; expressions are [ExpressionParser]'s.
final class Parser {
    private static final int DEEPEST = 100;

    private final Tokens tokens;
    private final ExpressionParser expressions;
    private int depth;
    private int loops;

    private Parser(List<Token> list) {
        this.tokens = new Tokens(list);
        this.expressions = new ExpressionParser(tokens);
    }

    static List<Node> parse(String template) {
        Parser parser = new Parser(Scanner.scan(template));
        List<Node> body = parser.body(Set.of());
        if (!parser.tokens.at(Token.Kind.END)) {
            throw parser.tokens.unexpected("more of the template");
        }
        return body;
    }

    /// Statements up to one of the given words, which is left to read, or to the end.
    private List<Node> body(Set<String> ends) {
        if (++depth > DEEPEST) {
            throw new TemplateException("the template is nested more than %d deep", DEEPEST);
        }
        List<Node> nodes = new ArrayList<>();
        while (!tokens.at(Token.Kind.END)) {
            if (tokens.at(Token.Kind.TEXT)) {
                nodes.add(new Node.Text(tokens.next().text()));
            } else if (tokens.at(Token.Kind.SHOW)) {
                tokens.next();
                nodes.add(new Node.Show(expressions.tuple()));
                tokens.expect(Token.Kind.CLOSE, "}}");
            } else if (ends.contains(tokens.peek(1).text())) {
                break;
            } else {
                tokens.next();
                nodes.add(statement());
            }
        }
        depth--;
        return nodes;
    }

    private Node statement() {
        Token word = tokens.expect(Token.Kind.NAME);
        return switch (word.text()) {
            case "if" -> branches();
            case "for" -> loop();
            case "set" -> set();
            case "macro" -> macro();
            case "generation" -> {
                close();
                yield new Node.Block(until("endgeneration"));
            }
            case "break", "continue" -> {
                if (loops == 0) {
                    throw new TemplateException(
                            "line %d: %s stands outside a loop", word.line(), word.text());
                }
                close();
                yield word.text().equals("break") ? new Node.Break() : new Node.Continue();
            }
            default ->
                    throw new TemplateException(
                            "line %d: the statement '%s' is not known; chat templates use if, for,"
                                    + " set, macro, break, continue and generation",
                            word.line(), word.text());
        };
    }

    private Node branches() {
        List<Node.Branch> branches = new ArrayList<>();
        Expression condition = expressions.tuple();
        while (true) {
            close();
            List<Node> body = body(Set.of("elif", "else", "endif"));
            branches.add(new Node.Branch(condition, body));
            open();
            Token word = tokens.expect(Token.Kind.NAME);
            if (word.text().equals("elif")) {
                condition = expressions.tuple();
                continue;
            }
            close();
            if (word.text().equals("else")) {
                branches.add(new Node.Branch(new Expression.Literal(true), until("endif")));
            }
            return new Node.If(branches);
        }
    }

    private Node loop() {
        List<String> names = names();
        tokens.expect(Token.Kind.NAME, "in");
        Expression items = expressions.withoutChoice();
        Expression condition = tokens.accept(Token.Kind.NAME, "if") ? expressions.whole() : null;
        close();
        loops++;
        List<Node> body = body(Set.of("else", "endfor"));
        loops--;
        open();
        Token word = tokens.expect(Token.Kind.NAME);
        close();
        List<Node> otherwise = word.text().equals("else") ? until("endfor") : List.of();
        return new Node.For(names, items, condition, body, otherwise);
    }

    private Node set() {
        List<String> names = names();
        if (names.size() == 1 && tokens.accept(Token.Kind.SIGN, ".")) {
            String field = tokens.expect(Token.Kind.NAME).text();
            tokens.expect(Token.Kind.SIGN, "=");
            Expression value = expressions.tuple();
            close();
            return new Node.SetField(names.getFirst(), field, value);
        }
        if (tokens.accept(Token.Kind.SIGN, "=")) {
            Expression value = expressions.tuple();
            close();
            return new Node.Set(names, value);
        }
        close();
        return new Node.Capture(names.getFirst(), until("endset"));
    }

    private Node macro() {
        String name = tokens.expect(Token.Kind.NAME).text();
        tokens.expect(Token.Kind.SIGN, "(");
        Map<String, Node.Parameter> parameters = new LinkedHashMap<>();
        while (!tokens.accept(Token.Kind.SIGN, ")")) {
            String parameter = tokens.expect(Token.Kind.NAME).text();
            @Nullable Expression standard =
                    tokens.accept(Token.Kind.SIGN, "=") ? expressions.whole() : null;
            parameters.put(parameter, new Node.Parameter(parameter, standard));
            if (!tokens.is(Token.Kind.SIGN, ")")) {
                tokens.expect(Token.Kind.SIGN, ",");
            }
        }
        close();
        int outer = loops;
        loops = 0;
        List<Node> body = until("endmacro");
        loops = outer;
        return new Node.Macro(name, List.copyOf(parameters.values()), body);
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        boolean enclosed = tokens.accept(Token.Kind.SIGN, "(");
        do {
            names.add(tokens.expect(Token.Kind.NAME).text());
        } while (tokens.accept(Token.Kind.SIGN, ","));
        if (enclosed) {
            tokens.expect(Token.Kind.SIGN, ")");
        }
        return names;
    }

    private List<Node> until(String end) {
        List<Node> body = body(Set.of(end));
        open();
        tokens.expect(Token.Kind.NAME, end);
        tokens.accept(Token.Kind.NAME); // endmacro may repeat the macro's name
        close();
        return body;
    }

    private void open() {
        tokens.expect(Token.Kind.STATEMENT, "");
    }

    private void close() {
        tokens.expect(Token.Kind.CLOSE, "%}");
    }
}
