package org.cumae.text.jinja;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The filters that templates use: `value | name(...)`.
final class Filters {
    private static final int DIGITS = 400;
    private static final int WIDEST = 1000;

    private final Meter meter;
    private final Methods methods;
    private final Items items;

    Filters(Meter meter, Methods methods, Items items) {
        this.meter = meter;
        this.methods = methods;
        this.items = items;
    }

    @Nullable Object apply(
            String name,
            @Nullable Object of,
            List<@Nullable Object> values,
            Map<String, @Nullable Object> named) {
        return switch (name) {
            case "trim" -> Methods.strip(Values.text(of), values, true, true);
            case "length", "count" -> Values.length(of);
            case "tojson" -> json(of, values, named);
            case "string", "safe" -> Values.text(of);
            case "lower" -> Values.text(of).toLowerCase(Locale.ROOT);
            case "upper" -> Values.text(of).toUpperCase(Locale.ROOT);
            case "title" -> Methods.title(Values.text(of));
            case "capitalize" -> Methods.capitalized(Values.text(of));
            case "replace" ->
                    methods.replace(
                            Values.text(of),
                            Values.string(values.get(0)),
                            Values.string(values.get(1)));
            case "join" ->
                    methods.join(
                            values.isEmpty() ? "" : Values.string(values.getFirst()),
                            attributes(of, named));
            case "indent" -> indent(Values.text(of), values, named);
            case "first" -> end(of, true);
            case "last" -> end(of, false);
            case "list" -> new ArrayList<>(Values.items(of));
            case "reverse" -> reversed(of);
            case "unique" -> unique(Values.items(of));
            case "sort" -> sorted(of, named);
            case "items", "dictsort" -> entries(of, name.equals("dictsort"));
            case "default", "d" -> standard(of, values, named);
            case "int" -> whole(of);
            case "float" -> Values.number(of instanceof String text ? parsed(text) : of);
            case "abs" ->
                    of instanceof Long number
                            ? Math.abs(number)
                            : (Object) Math.abs(Values.number(of));
            case "round" ->
                    rounded(
                            Values.number(of),
                            values.isEmpty() ? 0 : Values.whole(values.getFirst()));
            case "min" ->
                    Values.items(of).stream().min(Values::compare).orElseThrow(() -> empty(name));
            case "max" ->
                    Values.items(of).stream().max(Values::compare).orElseThrow(() -> empty(name));
            case "sum" -> sum(Values.items(of));
            case "map" -> map(of, values, named);
            case "select", "reject" -> chosen(of, values, name.equals("select"));
            case "selectattr", "rejectattr" -> chosenBy(of, values, name.equals("selectattr"));
            default -> throw new TemplateException("the filter '%s' is not known", name);
        };
    }

    private String json(
            @Nullable Object of,
            List<@Nullable Object> values,
            Map<String, @Nullable Object> named) {
        @Nullable Object indent =
                named.getOrDefault("indent", values.isEmpty() ? null : values.getFirst());
        String json = Json.dumps(of, indent == null ? 0 : width(indent), meter.longest());
        meter.size(json.length());
        return json;
    }

    private List<@Nullable Object> attributes(
            @Nullable Object of, Map<String, @Nullable Object> named) {
        @Nullable Object name = named.get("attribute");
        return name == null
                ? Values.items(of)
                : mapped(Values.items(of), item -> items.get(item, name));
    }

    private String indent(
            String text, List<@Nullable Object> values, Map<String, @Nullable Object> named) {
        String space = " ".repeat(values.isEmpty() ? 4 : width(values.getFirst()));
        boolean first =
                Values.truth(
                        named.getOrDefault("first", values.size() > 1 ? values.get(1) : false));
        List<String> lines = (text + '\n').lines().toList(); // a line end at the end stays
        meter.size(text.length() + (long) lines.size() * space.length());
        StringBuilder out = new StringBuilder(first ? space : "").append(lines.getFirst());
        for (String line : lines.subList(1, lines.size())) {
            out.append('\n').append(line.isEmpty() ? "" : space).append(line);
        }
        return out.toString();
    }

    private static int width(@Nullable Object value) {
        long width = Values.whole(value);
        if (width > WIDEST) {
            throw new TemplateException("an indent is %d; %d is the widest", width, WIDEST);
        }
        return (int) Math.max(width, 0);
    }

    private static @Nullable Object end(@Nullable Object of, boolean first) {
        List<@Nullable Object> list = Values.items(of);
        return list.isEmpty()
                ? new Undefined(first ? "first" : "last")
                : first ? list.getFirst() : list.getLast();
    }

    private static Object reversed(@Nullable Object of) {
        if (of instanceof String text) {
            return new StringBuilder(text).reverse().toString();
        }
        List<@Nullable Object> list = new ArrayList<>(Values.items(of));
        Collections.reverse(list);
        return list;
    }

    private List<@Nullable Object> unique(List<@Nullable Object> list) {
        meter.size((long) list.size() * list.size());
        List<@Nullable Object> kept = new ArrayList<>();
        for (@Nullable Object item : list) {
            if (kept.stream().noneMatch(other -> Values.equal(item, other))) {
                kept.add(item);
            }
        }
        return kept;
    }

    private List<@Nullable Object> sorted(
            @Nullable Object of, Map<String, @Nullable Object> named) {
        List<@Nullable Object> list = new ArrayList<>(Values.items(of));
        @Nullable Object by = named.get("attribute");
        list.sort(
                (a, b) ->
                        by == null
                                ? Values.compare(a, b)
                                : Values.compare(items.get(a, by), items.get(b, by)));
        return Values.truth(named.get("reverse")) ? list.reversed() : list;
    }

    private static List<@Nullable Object> entries(@Nullable Object of, boolean sorted) {
        if (!(of instanceof Map<?, ?> map)) {
            throw new TemplateException("%s is no mapping", Values.kind(of));
        }
        List<@Nullable Object> entries = new ArrayList<>();
        map.forEach((key, value) -> entries.add(Methods.pair(key, value)));
        if (sorted) {
            entries.sort(
                    (a, b) -> Values.compare(((List<?>) a).getFirst(), ((List<?>) b).getFirst()));
        }
        return entries;
    }

    private static @Nullable Object standard(
            @Nullable Object of,
            List<@Nullable Object> values,
            Map<String, @Nullable Object> named) {
        boolean alsoEmpty =
                Values.truth(
                        named.getOrDefault("boolean", values.size() > 1 ? values.get(1) : false));
        boolean missing = of instanceof Undefined || (alsoEmpty && !Values.truth(of));
        return missing
                ? (values.isEmpty() ? named.getOrDefault("default_value", "") : values.getFirst())
                : of;
    }

    private static Long whole(@Nullable Object of) {
        return of instanceof Long number
                ? number
                : (long) Values.number(of instanceof String text ? parsed(text) : of);
    }

    /// No double has more digits than these on either side of its point.
    private static double rounded(double number, long digits) {
        return Double.isFinite(number)
                ? BigDecimal.valueOf(number)
                        .setScale(Math.clamp(digits, -DIGITS, DIGITS), RoundingMode.HALF_EVEN)
                        .doubleValue()
                : number;
    }

    private static double parsed(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Object sum(List<@Nullable Object> list) {
        boolean whole = list.stream().allMatch(Long.class::isInstance);
        double sum = list.stream().mapToDouble(Values::number).sum();
        return whole ? (Object) (long) sum : (Object) sum;
    }

    private List<@Nullable Object> map(
            @Nullable Object of,
            List<@Nullable Object> values,
            Map<String, @Nullable Object> named) {
        if (named.containsKey("attribute")) {
            @Nullable Object standard = named.get("default");
            return mapped(
                    Values.items(of),
                    item -> {
                        @Nullable Object found = items.get(item, named.get("attribute"));
                        return found instanceof Undefined && named.containsKey("default")
                                ? standard
                                : found;
                    });
        }
        String name = Values.string(values.getFirst());
        List<@Nullable Object> rest = values.subList(1, values.size());
        return mapped(Values.items(of), item -> apply(name, item, rest, named));
    }

    private List<@Nullable Object> mapped(
            List<@Nullable Object> list,
            java.util.function.Function<@Nullable Object, @Nullable Object> made) {
        List<@Nullable Object> out = new ArrayList<>(list.size());
        for (@Nullable Object item : list) {
            meter.step();
            out.add(made.apply(item));
        }
        return out;
    }

    private List<@Nullable Object> chosen(
            @Nullable Object of, List<@Nullable Object> values, boolean holding) {
        List<@Nullable Object> out = new ArrayList<>();
        for (@Nullable Object item : Values.items(of)) {
            meter.step();
            if (holds(item, values, 0) == holding) {
                out.add(item);
            }
        }
        return out;
    }

    private List<@Nullable Object> chosenBy(
            @Nullable Object of, List<@Nullable Object> values, boolean holding) {
        List<@Nullable Object> out = new ArrayList<>();
        for (@Nullable Object item : Values.items(of)) {
            meter.step();
            if (holds(items.get(item, values.getFirst()), values, 1) == holding) {
                out.add(item);
            }
        }
        return out;
    }

    private static boolean holds(@Nullable Object value, List<@Nullable Object> values, int test) {
        return values.size() <= test
                ? Values.truth(value)
                : Tests.holds(
                        Values.string(values.get(test)),
                        value,
                        values.subList(test + 1, values.size()));
    }

    private static TemplateException empty(String name) {
        return new TemplateException("the filter '%s' was given an empty list", name);
    }
}
