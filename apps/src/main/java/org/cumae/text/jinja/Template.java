package org.cumae.text.jinja;

import org.cumae.Check;
import org.jspecify.annotations.Nullable;

import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A parsed template. Immutable; any thread may render it.
///
/// ```
/// Template.parse("{% for m in messages %}{{ m.role }}: {{ m.content | trim }}\n{% endfor %}")
///         .render(Map.of("messages", List.of(Map.of("role", "user", "content", "Hi"))));
/// ```
public final class Template {
    private static final int LONGEST_SOURCE = 1 << 20;

    private final List<Node> body;

    private Template(List<Node> body) {
        this.body = body;
    }

    /// Parses a template.
    ///
    /// @throws TemplateException naming the line and what is wrong
    public static Template parse(String source) {
        Check.argument(
                source.length() <= LONGEST_SOURCE,
                "the template has %d characters; at most %d are read",
                source.length(),
                LONGEST_SOURCE);
        return new Template(Parser.parse(source));
    }

    /// Renders it within the default bounds.
    ///
    /// @param values what its names are bound to: text, whole numbers as Long, Double, Boolean,
    ///   List, Map with text keys, or null
    /// @throws TemplateException if it refuses its input, asks for what is not there, or costs too
    ///   much
    public String render(Map<String, ? extends @Nullable Object> values) {
        return render(values, Bounds.DEFAULT);
    }

    /// Renders it within given bounds.
    ///
    /// @throws TemplateException as [#render(Map)]
    // NullAway does not read the nullness inside the types of a lambda's inferred parameters.
    @SuppressWarnings("NullAway")
    public String render(Map<String, ? extends @Nullable Object> values, Bounds bounds) {
        Meter meter = new Meter(bounds);
        Scope scope = new Scope(null);
        scope.bind("raise_exception", (Function) Template::refuse);
        scope.bind("strftime_now", (Function) (given, _) -> now(given));
        scope.bind("namespace", (Function) (_, named) -> Namespace.of(named));
        scope.bind("dict", (Function) (_, named) -> named);
        scope.bind("range", (Function) (given, _) -> range(given, meter));
        values.forEach(scope::bind);
        return new Run(meter).render(body, scope);
    }

    private static Object refuse(
            List<@Nullable Object> given, Map<String, @Nullable Object> named) {
        throw new TemplateException(
                "%s",
                given.isEmpty() ? "it refuses this conversation" : Values.text(given.getFirst()));
    }

    private static String now(List<@Nullable Object> given) {
        return Strftime.format(
                Values.string(given.getFirst()), LocalDateTime.now(ZoneId.systemDefault()));
    }

    private static List<@Nullable Object> range(List<@Nullable Object> given, Meter meter) {
        long from = given.size() > 1 ? Values.whole(given.get(0)) : 0;
        long to = Values.whole(given.get(given.size() > 1 ? 1 : 0));
        long step = given.size() > 2 ? Values.whole(given.get(2)) : 1;
        if (step == 0) {
            throw new TemplateException("the step of a range is 0");
        }
        List<@Nullable Object> numbers = new ArrayList<>();
        for (long i = from; step > 0 ? i < to : i > to; i += step) {
            meter.step();
            numbers.add(i);
        }
        return numbers;
    }
}
