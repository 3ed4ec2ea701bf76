package org.cumae.cli;

import org.cumae.unit.TokenizerException;
import org.cumae.weights.WeightFileException;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

import java.util.List;

/// The `cumae` command. Exit codes: 0 done, 1 the claim does not hold or the work failed, 2 wrong
/// use.
@Command(
        name = "cumae",
        mixinStandardHelpOptions = true,
        version = "cumae 0.1.0",
        description =
                "Autoregressive models of every kind of sequence: train, decode, serve, measure.",
        subcommands = {
            GenerateCommand.class,
            FillCommand.class,
            ForecastCommand.class,
            WorldCommand.class,
            PictureCommand.class,
            ServeCommand.class,
            TrainCommand.class,
            ModelCommand.class,
            BenchCommand.class,
            DataCommand.class,
            MethodsCommand.class,
            ReproduceCommand.class,
            DoctorCommand.class,
        },
        footer = {
            "",
            "Every command explains itself: ./cumae generate --help",
            "Exit codes: 0 done, 1 the work failed or a claim does not hold, 2 wrong use."
        })
public final class Main implements Runnable {
    private static final String JSON = "--json";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "log more than warnings, and errors with their stacks")
    private boolean verbose;

    private Main() {}

    @Override
    public void run() {
        spec.commandLine()
                .getOut()
                .println(
                        """
                        Cumae: autoregressive models of every kind of sequence, on the JVM.

                          ./cumae generate MODEL "Once upon a time"   continue a text
                          ./cumae serve MODEL                         the OpenAI protocol, and the studio at http://localhost:8080
                          ./cumae train recipes/char-gpt.yaml         make a model of your own; --data my.txt takes your text

                        MODEL is a GGUF file, a Hugging Face directory or a bundled name.
                        ./cumae --help lists all commands.""");
        spec.commandLine().getOut().flush();
    }

    /// The command line, for the launcher and for tests.
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(Main::execute)
                .setParameterExceptionHandler(Main::misused)
                .setExecutionExceptionHandler(Main::failed);
    }

    private static int execute(ParseResult parsed) {
        Main main = (Main) parsed.commandSpec().userObject();
        Logging.setVerbose(main.verbose);
        return new RunLast().execute(parsed);
    }

    private static int misused(ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String message = String.valueOf(wrong.getMessage());
        tell(command, List.of(args).contains(JSON), message, 2);
        if (!List.of(args).contains(JSON)) {
            UnmatchedArgumentException.printSuggestions(wrong, command.getErr());
            command.getErr().println("see ./%s --help".formatted(name));
        }
        return 2;
    }

    /// A failure is one line; what a user can mend needs no stack.
    private static int failed(Exception failure, CommandLine command, ParseResult parsed) {
        boolean damaged =
                failure instanceof WeightFileException || failure instanceof TokenizerException;
        int code = failure instanceof IllegalArgumentException && !damaged ? 2 : 1;
        String message = failure.getMessage();
        tell(
                command,
                parsed.originalArgs().contains(JSON),
                message == null ? failure.toString() : message,
                code);
        if (((Main) command.getCommandSpec().root().userObject()).verbose) {
            failure.printStackTrace(command.getErr());
        }
        return code;
    }

    /// Words go to standard error; a script that asked for JSON reads it where it reads answers.
    private static void tell(CommandLine command, boolean json, String message, int code) {
        if (json) {
            command.getOut().println(Json.MAPPER.writeValueAsString(Output.error(message, code)));
            command.getOut().flush();
        } else {
            command.getErr().println("cumae: " + message);
        }
    }

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }
}
