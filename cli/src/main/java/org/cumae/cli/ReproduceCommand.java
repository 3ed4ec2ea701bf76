package org.cumae.cli;

import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Method;
import org.cumae.reproduce.Methods;
import org.cumae.reproduce.Outcome;
import org.cumae.reproduce.Reproduction;
import org.cumae.reproduce.Reproductions;
import org.cumae.reproduce.Trial;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import tools.jackson.databind.node.ObjectNode;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/// `cumae reproduce NN`: a paper's claim, tried at small scale.
@Command(
        name = "reproduce",
        mixinStandardHelpOptions = true,
        description = {
            "Try the claim of one of the 48 papers at small scale, beside its baseline.",
            "Exit code 0 when it holds, 1 when it does not."
        },
        footer = {
            "",
            "Example: ./cumae reproduce 46 --quick",
            "./cumae methods says which can be reproduced."
        })
final class ReproduceCommand implements Callable<Integer> {
    private final Supplier<Reproductions> reproductions;

    @Mixin private Output output = new Output();

    @Parameters(paramLabel = "NN", description = "the number of the method, 1 to 48")
    private int number;

    @Option(names = "--quick", description = "smaller and less sure: under three minutes")
    private boolean quick;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "where tables and pictures go (default runs/reproduce-NN)")
    private @Nullable Path folder;

    ReproduceCommand() {
        this(
                Reproductions
                        ::installed); // looked for when it is wanted: every command makes this one
    }

    ReproduceCommand(Supplier<Reproductions> reproductions) {
        this.reproductions = reproductions;
    }

    @Override
    public Integer call() {
        Reproduction reproduction = reproductions.get().find(number);
        Method method = Methods.all48().find(number);
        Path to = folder == null ? Path.of("runs", "reproduce-%02d".formatted(number)) : folder;
        long begin = System.nanoTime();
        Outcome outcome = reproduction.run(new Trial(quick, to, output.progress()::say));
        double seconds = (System.nanoTime() - begin) / 1e9;
        output.print(
                object(method, reproduction.claim(), outcome, seconds),
                () -> words(method, reproduction.claim(), outcome, seconds));
        return outcome.holds() ? 0 : 1;
    }

    private static ObjectNode object(Method method, String claim, Outcome outcome, double seconds) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("method", method.number()).put("name", method.name()).put("claim", claim);
        object.put("baseline", outcome.baseline().value())
                .put("baseline_of", outcome.baseline().what())
                .put("measured", outcome.measured().value())
                .put("measured_of", outcome.measured().what())
                .put("unit", outcome.measured().unit())
                .put("holds", outcome.holds())
                .put("seconds", seconds);
        object.set("table", Json.MAPPER.valueToTree(outcome.table()));
        return object;
    }

    private static String words(Method method, String claim, Outcome outcome, double seconds) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "what", "value", "unit"));
        rows.add(row("baseline", outcome.baseline()));
        rows.add(row("measured", outcome.measured()));
        outcome.table().forEach(figure -> rows.add(row("", figure)));
        return """
               %s
               claim: %s
               %s
               at this scale the claim %s (%.1f s)"""
                .formatted(
                        method.title(),
                        claim,
                        Words.table(rows),
                        outcome.holds() ? "holds" : "does not hold",
                        seconds);
    }

    private static List<String> row(String role, Figure figure) {
        return List.of(
                role,
                figure.what(),
                String.format(Locale.ROOT, "%.4g", figure.value()),
                figure.unit());
    }
}
