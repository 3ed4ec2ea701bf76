package org.cumae.text.jinja;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What values mean: truth, text, order, membership, as in Python.
///
/// A value is null (none), a Boolean, Long, Double, String, List, Map with text keys, [Namespace],
/// [Function] or [Undefined].
final class Values {
    private Values() {}

    static boolean truth(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Boolean flag -> flag;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case Undefined _ -> false;
            default -> true;
        };
    }

    /// A value as a template writes it.
    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "None";
            case Boolean flag -> flag ? "True" : "False";
            case Undefined _ -> "";
            case Double number -> real(number);
            case List<?> _, Map<?, ?> _ -> Json.python(value);
            case Namespace(var values) -> Json.python(values);
            case Function _ -> "<function>";
            default -> value.toString();
        };
    }

    /// As Python writes a float.
    static String real(double number) {
        if (number == Math.rint(number) && Math.abs(number) < 1e16) {
            return BigDecimal.valueOf(number)
                    .setScale(1, java.math.RoundingMode.UNNECESSARY)
                    .toPlainString();
        }
        return Double.toString(number).replace("E-", "e-0").replace("E", "e+");
    }

    static boolean equal(@Nullable Object left, @Nullable Object right) {
        if (left instanceof Undefined || right instanceof Undefined) {
            return left instanceof Undefined && right instanceof Undefined;
        }
        if (isNumber(left) && isNumber(right)) {
            return number(left) == number(right);
        }
        if (left instanceof List<?> a && right instanceof List<?> b) {
            return a.size() == b.size()
                    && java.util.stream.IntStream.range(0, a.size())
                            .allMatch(i -> equal(a.get(i), b.get(i)));
        }
        return Objects.equals(left, right);
    }

    static int compare(@Nullable Object left, @Nullable Object right) {
        if (isNumber(left) && isNumber(right)) {
            return Double.compare(number(left), number(right));
        }
        if (left instanceof String a && right instanceof String b) {
            return a.compareTo(b);
        }
        throw new TemplateException("cannot order %s and %s", kind(left), kind(right));
    }

    static boolean contains(@Nullable Object whole, @Nullable Object part) {
        return switch (whole) {
            case String text -> {
                if (!(part instanceof String wanted)) {
                    throw new TemplateException("cannot look for %s in a text", kind(part));
                }
                yield text.contains(wanted);
            }
            case List<?> list -> list.stream().anyMatch(item -> equal(item, part));
            case Map<?, ?> map -> part instanceof String && map.containsKey(part);
            case Namespace(var values) -> part instanceof String name && values.containsKey(name);
            case Undefined missing -> throw missing.refusal();
            case null, default ->
                    throw new TemplateException("cannot look for something in %s", kind(whole));
        };
    }

    static boolean isNumber(@Nullable Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    static double number(@Nullable Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number -> number;
            case Boolean flag -> flag ? 1 : 0;
            case Undefined missing -> throw missing.refusal();
            case null, default -> throw new TemplateException("%s is no number", kind(value));
        };
    }

    static long whole(@Nullable Object value) {
        return switch (value) {
            case Long number -> number;
            case Boolean flag -> flag ? 1 : 0;
            case Undefined missing -> throw missing.refusal();
            case null, default -> throw new TemplateException("%s is no whole number", kind(value));
        };
    }

    static String string(@Nullable Object value) {
        return switch (value) {
            case String text -> text;
            case Undefined missing -> throw missing.refusal();
            case null, default -> throw new TemplateException("%s is no text", kind(value));
        };
    }

    /// What a loop goes over: items of a list, keys of a mapping, characters of a text.
    static List<@Nullable Object> items(@Nullable Object value) {
        return switch (value) {
            case List<?> list -> Collections.unmodifiableList(list);
            case Map<?, ?> map -> new ArrayList<>(map.keySet());
            case String text ->
                    new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
            case Undefined _ -> List.of();
            case null, default -> throw new TemplateException("%s has no items", kind(value));
        };
    }

    static long length(@Nullable Object value) {
        return value instanceof String text
                ? text.codePointCount(0, text.length())
                : items(value).size();
    }

    static String kind(@Nullable Object value) {
        return switch (value) {
            case null -> "none";
            case Boolean _ -> "a truth value";
            case Long _, Double _ -> "a number";
            case String _ -> "a text";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "a mapping";
            case Namespace _ -> "a namespace";
            case Undefined(String name) -> "the undefined '" + name + "'";
            default -> "a function";
        };
    }
}
