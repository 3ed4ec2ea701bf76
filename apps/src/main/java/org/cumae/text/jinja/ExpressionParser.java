package org.cumae.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Turns tokens into expressions, by the precedence of Jinja: `if else`, `or`, `and`, `not`,
/// comparison, sums, `~`, products, powers, filters and tests, signs, then calls and items.
final class ExpressionParser {
    private static final int DEEPEST = 100;
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<Token.Kind> ARGUMENTS =
            Set.of(Token.Kind.STRING, Token.Kind.INTEGER, Token.Kind.REAL);

    private final Tokens tokens;
    private int depth;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
    }

    /// An expression, or several with commas between.
    Expression tuple() {
        Expression first = whole();
        if (!tokens.is(Token.Kind.SIGN, ",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (tokens.accept(Token.Kind.SIGN, ",")) {
            items.add(whole());
        }
        return new Expression.Listing(items);
    }

    Expression whole() {
        if (++depth > DEEPEST) {
            throw new TemplateException("an expression is nested more than %d deep", DEEPEST);
        }
        Expression value = withoutChoice();
        while (tokens.accept(Token.Kind.NAME, "if")) {
            Expression condition = withoutChoice();
            @Nullable Expression otherwise =
                    tokens.accept(Token.Kind.NAME, "else") ? whole() : null;
            value = new Expression.Choice(condition, value, otherwise);
        }
        depth--;
        return value;
    }

    /// An expression that an `if` behind it does not belong to.
    Expression withoutChoice() {
        Expression left = conjunction();
        while (tokens.accept(Token.Kind.NAME, "or")) {
            left = new Expression.Either(left, conjunction());
        }
        return left;
    }

    private Expression conjunction() {
        Expression left = negation();
        while (tokens.accept(Token.Kind.NAME, "and")) {
            left = new Expression.Both(left, negation());
        }
        return left;
    }

    private Expression negation() {
        boolean negated = false;
        while (tokens.accept(Token.Kind.NAME, "not")) {
            negated = !negated;
        }
        Expression value = comparison();
        return negated ? new Expression.Not(value) : value;
    }

    private Expression comparison() {
        Expression left = sum();
        @Nullable Expression all = null;
        while (true) {
            boolean not =
                    tokens.is(Token.Kind.NAME, "not") && tokens.peek(1).is(Token.Kind.NAME, "in");
            Expression one;
            Expression right;
            if (not || tokens.is(Token.Kind.NAME, "in")) {
                tokens.next();
                if (not) {
                    tokens.next();
                }
                right = sum();
                Expression in = new Expression.Binary("in", left, right);
                one = not ? new Expression.Not(in) : in;
            } else if (tokens.at(Token.Kind.SIGN) && COMPARISONS.contains(tokens.peek(0).text())) {
                String sign = tokens.next().text();
                right = sum();
                one = new Expression.Binary(sign, left, right);
            } else {
                return all == null ? left : all;
            }
            all = all == null ? one : new Expression.Both(all, one); // 1 < x < 3
            left = right;
        }
    }

    private Expression sum() {
        return chain(() -> chain(() -> chain(this::power, "*", "/", "//", "%"), "~"), "+", "-");
    }

    private Expression power() {
        Expression base = signed();
        return tokens.accept(Token.Kind.SIGN, "**")
                ? new Expression.Binary("**", base, power())
                : base;
    }

    private Expression chain(Supplier<Expression> part, String... signs) {
        Set<String> known = Set.of(signs);
        Expression left = part.get();
        while (tokens.at(Token.Kind.SIGN) && known.contains(tokens.peek(0).text())) {
            String sign = tokens.next().text();
            left = new Expression.Binary(sign, left, part.get());
        }
        return left;
    }

    private Expression signed() {
        boolean negative = false;
        while (tokens.is(Token.Kind.SIGN, "-") || tokens.is(Token.Kind.SIGN, "+")) {
            negative ^= tokens.next().text().equals("-");
        }
        Expression value = reached(primary());
        return behind(negative ? new Expression.Negative(value) : value);
    }

    /// Items and calls.
    private Expression reached(Expression first) {
        Expression value = first;
        while (true) {
            if (tokens.accept(Token.Kind.SIGN, ".")) {
                Token name = tokens.next();
                value = new Expression.Item(value, new Expression.Literal(key(name)));
            } else if (tokens.accept(Token.Kind.SIGN, "[")) {
                value = subscript(value);
            } else if (tokens.accept(Token.Kind.SIGN, "(")) {
                Arguments given = arguments();
                value = new Expression.Call(value, given.values, given.named);
            } else {
                return value;
            }
        }
    }

    /// Filters and tests, which are of a number with its sign.
    private Expression behind(Expression first) {
        Expression value = first;
        while (true) {
            value = reached(value);
            if (tokens.accept(Token.Kind.SIGN, "|")) {
                String name = tokens.expect(Token.Kind.NAME).text();
                Arguments given =
                        tokens.accept(Token.Kind.SIGN, "(") ? arguments() : Arguments.none();
                value = new Expression.Filter(value, name, given.values, given.named);
            } else if (tokens.accept(Token.Kind.NAME, "is")) {
                value = test(value);
            } else {
                return value;
            }
        }
    }

    private Object key(Token name) {
        return switch (name.kind()) {
            case NAME -> name.text();
            case INTEGER -> integer(name);
            default ->
                    throw new TemplateException(
                            "line %d: %s stands where a name should", name.line(), name);
        };
    }

    private Expression test(Expression value) {
        boolean negated = tokens.accept(Token.Kind.NAME, "not");
        String name = tokens.expect(Token.Kind.NAME).text();
        List<Expression> values = List.of();
        if (tokens.accept(Token.Kind.SIGN, "(")) {
            values = arguments().values;
        } else if (ARGUMENTS.contains(tokens.peek(0).kind())) {
            values = List.of(primary());
        }
        return new Expression.Is(value, name, values, negated);
    }

    private Expression subscript(Expression of) {
        @Nullable Expression first = tokens.is(Token.Kind.SIGN, ":") ? null : tuple();
        if (first != null && tokens.accept(Token.Kind.SIGN, "]")) {
            return new Expression.Item(of, first);
        }
        tokens.expect(Token.Kind.SIGN, ":");
        @Nullable Expression to = bound();
        @Nullable Expression step = tokens.accept(Token.Kind.SIGN, ":") ? bound() : null;
        tokens.expect(Token.Kind.SIGN, "]");
        return new Expression.Slice(of, first, to, step);
    }

    private @Nullable Expression bound() {
        boolean open = tokens.is(Token.Kind.SIGN, ":") || tokens.is(Token.Kind.SIGN, "]");
        return open ? null : whole();
    }

    private Expression primary() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case STRING -> {
                StringBuilder text = new StringBuilder(token.text());
                while (tokens.at(Token.Kind.STRING)) {
                    text.append(tokens.next().text());
                }
                yield new Expression.Literal(text.toString());
            }
            case INTEGER -> new Expression.Literal(integer(token));
            case REAL -> new Expression.Literal(Double.parseDouble(token.text()));
            case NAME -> name(token);
            case SIGN -> enclosed(token);
            default ->
                    throw new TemplateException(
                            "line %d: %s stands where a value should", token.line(), token);
        };
    }

    private static long integer(Token token) {
        try {
            return Long.parseLong(token.text());
        } catch (NumberFormatException e) {
            throw new TemplateException("line %d: %s is too large", token.line(), token);
        }
    }

    private static Expression name(Token token) {
        return switch (token.text()) {
            case "true", "True" -> new Expression.Literal(true);
            case "false", "False" -> new Expression.Literal(false);
            case "none", "None" -> new Expression.Literal(null);
            default -> new Expression.Name(token.text());
        };
    }

    private Expression enclosed(Token open) {
        return switch (open.text()) {
            case "(" -> {
                if (tokens.accept(Token.Kind.SIGN, ")")) {
                    yield new Expression.Listing(List.of());
                }
                Expression value = whole();
                if (tokens.is(Token.Kind.SIGN, ",")) {
                    tokens.next();
                    List<Expression> items = new ArrayList<>(List.of(value));
                    items.addAll(list(")"));
                    yield new Expression.Listing(items);
                }
                tokens.expect(Token.Kind.SIGN, ")");
                yield value;
            }
            case "[" -> new Expression.Listing(list("]"));
            case "{" -> mapping();
            default ->
                    throw new TemplateException(
                            "line %d: %s stands where a value should", open.line(), open);
        };
    }

    private Expression mapping() {
        List<Map.Entry<Expression, Expression>> entries = new ArrayList<>();
        while (!tokens.accept(Token.Kind.SIGN, "}")) {
            Expression key = whole();
            tokens.expect(Token.Kind.SIGN, ":");
            entries.add(Map.entry(key, whole()));
            if (!tokens.is(Token.Kind.SIGN, "}")) {
                tokens.expect(Token.Kind.SIGN, ",");
            }
        }
        return new Expression.Mapping(entries);
    }

    private List<Expression> list(String end) {
        List<Expression> items = new ArrayList<>();
        while (!tokens.accept(Token.Kind.SIGN, end)) {
            items.add(whole());
            if (!tokens.is(Token.Kind.SIGN, end)) {
                tokens.expect(Token.Kind.SIGN, ",");
            }
        }
        return items;
    }

    private Arguments arguments() {
        Arguments given = Arguments.none();
        while (!tokens.accept(Token.Kind.SIGN, ")")) {
            if (tokens.at(Token.Kind.NAME) && tokens.peek(1).is(Token.Kind.SIGN, "=")) {
                String name = tokens.next().text();
                tokens.next();
                given.named.put(name, whole());
            } else {
                given.values.add(whole());
            }
            if (!tokens.is(Token.Kind.SIGN, ")")) {
                tokens.expect(Token.Kind.SIGN, ",");
            }
        }
        return given;
    }

    private record Arguments(List<Expression> values, Map<String, Expression> named) {
        static Arguments none() {
            return new Arguments(new ArrayList<>(), new LinkedHashMap<>());
        }
    }
}
