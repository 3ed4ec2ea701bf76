package org.cumae.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/// Gives expressions their values.
final class Evaluator {
    private final Meter meter;
    private final Items items;
    private final Filters filters;

    Evaluator(Meter meter) {
        this.meter = meter;
        Methods methods = new Methods(meter);
        this.items = new Items(methods);
        this.filters = new Filters(meter, methods, items);
    }

    @Nullable Object value(Expression expression, Scope scope) {
        meter.step();
        return switch (expression) {
            case Expression.Literal(Object value) -> value;
            case Expression.Name(String name) -> scope.find(name);
            case Expression.Listing(List<Expression> parts) -> values(parts, scope);
            case Expression.Mapping(List<Map.Entry<Expression, Expression>> entries) ->
                    mapping(entries, scope);
            case Expression.Item(Expression of, Expression key) ->
                    items.get(value(of, scope), value(key, scope));
            case Expression.Slice slice ->
                    items.slice(
                            value(slice.of(), scope),
                            optional(slice.from(), scope),
                            optional(slice.to(), scope),
                            optional(slice.step(), scope));
            case Expression.Call call -> call(call, scope);
            case Expression.Filter filter ->
                    filtered(
                            filter.name(),
                            value(filter.of(), scope),
                            values(filter.values(), scope),
                            named(filter.named(), scope));
            case Expression.Is is ->
                    Tests.holds(is.name(), value(is.of(), scope), values(is.values(), scope))
                            != is.negated();
            case Expression.Not(Expression of) -> !Values.truth(value(of, scope));
            case Expression.Negative(Expression of) -> negative(value(of, scope));
            case Expression.Both(Expression left, Expression right) -> {
                @Nullable Object first = value(left, scope);
                yield Values.truth(first) ? value(right, scope) : first;
            }
            case Expression.Either(Expression left, Expression right) -> {
                @Nullable Object first = value(left, scope);
                yield Values.truth(first) ? first : value(right, scope);
            }
            case Expression.Binary(String sign, Expression left, Expression right) ->
                    binary(sign, value(left, scope), value(right, scope));
            case Expression.Choice choice ->
                    Values.truth(value(choice.condition(), scope))
                            ? value(choice.then(), scope)
                            : choice.otherwise() == null
                                    ? new Undefined("the other choice")
                                    : value(choice.otherwise(), scope);
        };
    }

    private @Nullable Object optional(@Nullable Expression expression, Scope scope) {
        return expression == null ? null : value(expression, scope);
    }

    private List<@Nullable Object> values(List<Expression> parts, Scope scope) {
        List<@Nullable Object> values = new ArrayList<>(parts.size());
        parts.forEach(part -> values.add(value(part, scope)));
        return values;
    }

    private Map<String, @Nullable Object> named(Map<String, Expression> parts, Scope scope) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        parts.forEach((name, part) -> values.put(name, value(part, scope)));
        return values;
    }

    private Map<String, @Nullable Object> mapping(
            List<Map.Entry<Expression, Expression>> entries, Scope scope) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        entries.forEach(
                entry ->
                        map.put(
                                Values.text(value(entry.getKey(), scope)),
                                value(entry.getValue(), scope)));
        return map;
    }

    private @Nullable Object call(Expression.Call call, Scope scope) {
        @Nullable Object function = value(call.of(), scope);
        if (function instanceof Function known) {
            List<@Nullable Object> given = values(call.values(), scope);
            Map<String, @Nullable Object> named = named(call.named(), scope);
            try {
                return known.call(given, named);
            } catch (NoSuchElementException | IndexOutOfBoundsException e) {
                throw new TemplateException(
                        "a function or method is called with %d values, which are too few",
                        given.size());
            }
        }
        if (function instanceof Undefined missing) {
            throw missing.refusal();
        }
        throw new TemplateException("%s cannot be called", Values.kind(function));
    }

    private @Nullable Object filtered(
            String name,
            @Nullable Object of,
            List<@Nullable Object> given,
            Map<String, @Nullable Object> named) {
        try {
            return filters.apply(name, of, given, named);
        } catch (NoSuchElementException | IndexOutOfBoundsException e) {
            throw new TemplateException(
                    "the filter '%s' is given %d values, which are too few", name, given.size());
        }
    }

    private static Object negative(@Nullable Object value) {
        return value instanceof Long number ? (Object) (-number) : (Object) (-Values.number(value));
    }

    private @Nullable Object binary(String sign, @Nullable Object left, @Nullable Object right) {
        return switch (sign) {
            case "==" -> Values.equal(left, right);
            case "!=" -> !Values.equal(left, right);
            case "<" -> Values.compare(left, right) < 0;
            case "<=" -> Values.compare(left, right) <= 0;
            case ">" -> Values.compare(left, right) > 0;
            case ">=" -> Values.compare(left, right) >= 0;
            case "in" -> Values.contains(right, left);
            case "~" -> joined(Values.text(left), Values.text(right));
            case "+" -> sum(left, right);
            case "*" -> product(left, right);
            default -> arithmetic(sign, left, right);
        };
    }

    private String joined(String left, String right) {
        meter.size((long) left.length() + right.length());
        return left + right;
    }

    private Object sum(@Nullable Object left, @Nullable Object right) {
        if (left instanceof String a && right instanceof String b) {
            return joined(a, b);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            meter.size((long) a.size() + b.size());
            List<@Nullable Object> both = new ArrayList<>(a);
            both.addAll(b);
            return both;
        }
        if (left instanceof String || right instanceof String) {
            throw new TemplateException(
                    "cannot add %s and %s", Values.kind(left), Values.kind(right));
        }
        return arithmetic("+", left, right);
    }

    private Object product(@Nullable Object left, @Nullable Object right) {
        if (left instanceof String text && right instanceof Long times) {
            long count = Math.max(0, times);
            meter.size(
                    Math.multiplyHigh(count, text.length()) != 0
                            ? Long.MAX_VALUE
                            : count * text.length());
            return text.repeat((int) count);
        }
        return arithmetic("*", left, right);
    }

    private static Object arithmetic(String sign, @Nullable Object left, @Nullable Object right) {
        if (left instanceof Long a && right instanceof Long b && !sign.equals("/")) {
            if (b == 0 && (sign.equals("//") || sign.equals("%"))) {
                throw new TemplateException("a division by 0");
            }
            return switch (sign) {
                case "+" -> a + b;
                case "-" -> a - b;
                case "*" -> a * b;
                case "//" -> Math.floorDiv(a, b);
                case "%" -> Math.floorMod(a, b);
                default -> (long) Math.pow(a, b);
            };
        }
        double a = Values.number(left);
        double b = Values.number(right);
        return switch (sign) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> Math.floor(a / b);
            case "%" -> a - b * Math.floor(a / b);
            default -> Math.pow(a, b);
        };
    }
}
