package org.cumae.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The tests that templates use: `value is name(...)`.
final class Tests {
    private Tests() {}

    static boolean holds(String name, @Nullable Object of, List<@Nullable Object> values) {
        return switch (name) {
            case "defined" -> !(of instanceof Undefined);
            case "undefined" -> of instanceof Undefined;
            case "none" -> of == null;
            case "string" -> of instanceof String;
            case "boolean" -> of instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(of);
            case "false" -> Boolean.FALSE.equals(of);
            case "integer" -> of instanceof Long;
            case "float" -> of instanceof Double;
            case "number" -> Values.isNumber(of);
            case "mapping" -> of instanceof Map<?, ?> || of instanceof Namespace;
            case "sequence", "iterable" ->
                    of instanceof List<?> || of instanceof String || of instanceof Map<?, ?>;
            case "callable" -> of instanceof Function;
            case "in" -> Values.contains(value(name, values), of);
            case "equalto", "eq", "sameas" -> Values.equal(of, value(name, values));
            case "ne" -> !Values.equal(of, value(name, values));
            case "lt", "lessthan" -> Values.compare(of, value(name, values)) < 0;
            case "le" -> Values.compare(of, value(name, values)) <= 0;
            case "gt", "greaterthan" -> Values.compare(of, value(name, values)) > 0;
            case "ge" -> Values.compare(of, value(name, values)) >= 0;
            case "odd" -> Values.whole(of) % 2 != 0;
            case "even" -> Values.whole(of) % 2 == 0;
            case "divisibleby" -> Values.whole(of) % Values.whole(value(name, values)) == 0;
            case "lower" -> Values.string(of).equals(Values.string(of).toLowerCase(Locale.ROOT));
            case "upper" -> Values.string(of).equals(Values.string(of).toUpperCase(Locale.ROOT));
            default -> throw new TemplateException("the test '%s' is not known", name);
        };
    }

    private static @Nullable Object value(String name, List<@Nullable Object> values) {
        if (values.isEmpty()) {
            throw new TemplateException("the test '%s' needs a value", name);
        }
        return values.getFirst();
    }
}
