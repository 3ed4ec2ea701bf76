package org.cumae.cli;

import org.cumae.reproduce.Method;
import org.cumae.reproduce.Methods;
import org.cumae.reproduce.Reproductions;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/// `cumae methods`: the 48 and where each stands.
@Command(
        name = "methods",
        mixinStandardHelpOptions = true,
        description = "List the 48 methods and say where each stands.",
        footer = {"", "Example: ./cumae methods --json"})
final class MethodsCommand implements Callable<Integer> {
    private static final int LONGEST_NAME = 72;

    @Mixin private Output output = new Output();

    @Option(names = "--markdown", description = "print the table of docs/methods.md")
    private boolean markdown;

    @Override
    public Integer call() {
        Methods methods = Methods.all48();
        Reproductions reproductions = Reproductions.installed();
        output.print(
                object(methods, reproductions),
                () -> markdown ? markdown(methods, reproductions) : words(methods, reproductions));
        return 0;
    }

    private static ObjectNode object(Methods methods, Reproductions reproductions) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        ArrayNode list = object.putArray("methods");
        for (Method method : methods.all()) {
            ObjectNode each =
                    list.addObject()
                            .put("number", method.number())
                            .put("name", method.name())
                            .put("paper", "https://arxiv.org/abs/" + method.arxiv())
                            .put("state", method.state().name().toLowerCase(Locale.ROOT))
                            .put("recipe", method.recipe().orElse(null))
                            .put("reproducible", reproductions.has(method.number()));
            each.set("classes", Json.MAPPER.valueToTree(method.classes()));
        }
        return object;
    }

    private static String words(Methods methods, Reproductions reproductions) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("no.", "method", "state", "reproduce"));
        for (Method method : methods.all()) {
            String name = method.name();
            rows.add(
                    List.of(
                            "%02d".formatted(method.number()),
                            name.length() <= LONGEST_NAME
                                    ? name
                                    : name.substring(0, LONGEST_NAME - 3) + "...",
                            method.state().toString(),
                            reproductions.has(method.number()) ? "yes" : ""));
        }
        return Words.table(rows);
    }

    /// The table of docs/methods.md.
    static String markdown(Methods methods, Reproductions reproductions) {
        StringBuilder text =
                new StringBuilder(
                        """
                        | no. | method | paper | state | classes | recipe | try its claim |
                        |---|---|---|---|---|---|---|
                        """);
        for (Method method : methods.all()) {
            text.append(
                    "| %02d | %s | [%s](https://arxiv.org/abs/%s) | %s | %s | %s | %s |\n"
                            .formatted(
                                    method.number(),
                                    method.name(),
                                    method.arxiv(),
                                    method.arxiv(),
                                    method.state(),
                                    method.classes().stream()
                                            .map(name -> name.substring(name.lastIndexOf('.') + 1))
                                            .map("`%s`"::formatted)
                                            .collect(Collectors.joining(", ")),
                                    method.recipe()
                                            .map(it -> "[%s](../%s)".formatted(it, it))
                                            .orElse(""),
                                    reproductions.has(method.number())
                                            ? "`./cumae reproduce %02d`".formatted(method.number())
                                            : ""));
        }
        return text.toString().stripTrailing();
    }
}
