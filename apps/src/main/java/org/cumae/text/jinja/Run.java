package org.cumae.text.jinja;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One rendering of a template.
final class Run {
    private static final int DEEPEST = 60;

    /// How a body ended.
    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    private final Meter meter;
    private final Evaluator evaluator;
    private StringBuilder out = new StringBuilder();
    private int macros;

    Run(Meter meter) {
        this.meter = meter;
        this.evaluator = new Evaluator(meter);
    }

    String render(List<Node> body, Scope scope) {
        write(body, scope);
        return out.toString();
    }

    private Flow write(List<Node> body, Scope scope) {
        for (Node node : body) {
            meter.step();
            Flow flow = write(node, scope);
            if (flow != Flow.ON) {
                return flow;
            }
        }
        return Flow.ON;
    }

    private Flow write(Node node, Scope scope) {
        switch (node) {
            case Node.Text(String text) -> append(text);
            case Node.Show(Expression value) -> append(Values.text(evaluator.value(value, scope)));
            case Node.If(List<Node.Branch> branches) -> {
                for (Node.Branch branch : branches) {
                    if (Values.truth(evaluator.value(branch.condition(), scope))) {
                        return write(branch.body(), scope);
                    }
                }
            }
            case Node.For loop -> loop(loop, scope);
            case Node.Set(List<String> names, Expression value) ->
                    bind(names, evaluator.value(value, scope), scope);
            case Node.SetField(String name, String field, Expression value) -> {
                if (!(scope.find(name) instanceof Namespace(var values))) {
                    throw new TemplateException(
                            "'%s' is no namespace; only those can be changed", name);
                }
                values.put(field, evaluator.value(value, scope));
            }
            case Node.Capture(String name, List<Node> body) ->
                    scope.bind(name, captured(body, scope));
            case Node.Macro macro -> scope.bind(macro.name(), function(macro, scope));
            case Node.Block(List<Node> body) -> {
                return write(body, scope);
            }
            case Node.Break() -> {
                return Flow.BREAK;
            }
            case Node.Continue() -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.ON;
    }

    private void loop(Node.For loop, Scope scope) {
        List<@Nullable Object> items = new ArrayList<>();
        for (@Nullable Object item : Values.items(evaluator.value(loop.items(), scope))) {
            meter.step();
            Scope inner = new Scope(scope);
            bind(loop.names(), item, inner);
            if (loop.condition() == null
                    || Values.truth(evaluator.value(loop.condition(), inner))) {
                items.add(item);
            }
        }
        if (items.isEmpty()) {
            write(loop.otherwise(), scope);
        }
        for (int i = 0; i < items.size(); i++) {
            meter.step();
            Scope inner = new Scope(scope);
            bind(loop.names(), items.get(i), inner);
            inner.bind("loop", state(items, i));
            if (write(loop.body(), inner) == Flow.BREAK) {
                return;
            }
        }
    }

    private static Map<String, @Nullable Object> state(List<@Nullable Object> items, int i) {
        Map<String, @Nullable Object> loop = new LinkedHashMap<>();
        loop.put("index", i + 1L);
        loop.put("index0", (long) i);
        loop.put("revindex", (long) items.size() - i);
        loop.put("revindex0", items.size() - i - 1L);
        loop.put("first", i == 0);
        loop.put("last", i == items.size() - 1);
        loop.put("length", (long) items.size());
        loop.put("previtem", i == 0 ? new Undefined("loop.previtem") : items.get(i - 1));
        loop.put(
                "nextitem",
                i == items.size() - 1 ? new Undefined("loop.nextitem") : items.get(i + 1));
        loop.put(
                "cycle",
                (Function) (values, _) -> values.isEmpty() ? null : values.get(i % values.size()));
        return loop;
    }

    private static void bind(List<String> names, @Nullable Object value, Scope scope) {
        if (names.size() == 1) {
            scope.bind(names.getFirst(), value);
            return;
        }
        List<@Nullable Object> parts = Values.items(value);
        if (parts.size() != names.size()) {
            throw new TemplateException(
                    "%d names are to be bound to %d values", names.size(), parts.size());
        }
        for (int i = 0; i < parts.size(); i++) {
            scope.bind(names.get(i), parts.get(i));
        }
    }

    private Function function(Node.Macro macro, Scope defined) {
        return (values, named) -> {
            if (++macros > DEEPEST) {
                throw new TemplateException("macros call each other more than %d deep", DEEPEST);
            }
            Scope scope = new Scope(defined);
            for (int i = 0; i < macro.parameters().size(); i++) {
                Node.Parameter parameter = macro.parameters().get(i);
                @Nullable Object value =
                        i < values.size()
                                ? values.get(i)
                                : named.containsKey(parameter.name())
                                        ? named.get(parameter.name())
                                        : parameter.standard() == null
                                                ? new Undefined(parameter.name())
                                                : evaluator.value(parameter.standard(), defined);
                scope.bind(parameter.name(), value);
            }
            String text = captured(macro.body(), scope);
            macros--;
            return text;
        };
    }

    private String captured(List<Node> body, Scope scope) {
        StringBuilder outer = out;
        out = new StringBuilder();
        try {
            write(body, scope);
            return out.toString();
        } finally {
            out = outer;
        }
    }

    private void append(String text) {
        meter.size(
                (long) out.length() + text.length() > meter.longest()
                        ? Long.MAX_VALUE
                        : text.length());
        out.append(text);
    }
}
