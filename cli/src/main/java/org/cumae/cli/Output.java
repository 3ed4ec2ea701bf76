package org.cumae.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.PrintWriter;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// How a command answers on standard output: words for people, or one JSON object for scripts.
final class Output {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    /// Prints one of the two.
    void print(JsonNode object, Supplier<String> words) {
        spec.commandLine()
                .getOut()
                .println(json ? Json.MAPPER.writeValueAsString(object) : words.get());
        spec.commandLine().getOut().flush();
    }

    /// Prints words while they are made, or one object in the end.
    ///
    /// @param work gives its words to what it is given, and in the end the object
    void stream(Function<Consumer<String>, JsonNode> work) {
        PrintWriter out = spec.commandLine().getOut();
        JsonNode object =
                work.apply(
                        words -> {
                            if (!json) {
                                out.print(words);
                                out.flush();
                            }
                        });
        out.println(json ? Json.MAPPER.writeValueAsString(object) : "");
        out.flush();
    }

    /// Where the command tells how far it is: on standard error, beside its answer.
    Progress progress() {
        return Progress.to(spec.commandLine().getErr());
    }

    /// What a script reads when a command fails: `{"error": {"message": ..., "exit_code": ...}}`.
    static ObjectNode error(String message, int exitCode) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.putObject("error").put("message", message).put("exit_code", exitCode);
        return object;
    }
}
