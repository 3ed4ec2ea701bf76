package org.cumae.cli;

import org.cumae.unit.TokenizerException;
import org.cumae.weights.WeightFileException;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/// The `cumae` command. Exit codes: 0 done, 1 the claim does not hold or the work failed, 2 wrong
/// use.
@Command(
        name = "cumae",
        mixinStandardHelpOptions = true,
        version = "cumae 0.1.0",
        description = "Decode autoregressive models and serve them.",
        subcommands = {GenerateCommand.class, ServeCommand.class, TrainCommand.class})
public final class Main implements Runnable {
    private Main() {}

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /// The command line, for the launcher and for tests.
    static CommandLine commandLine() {
        return new CommandLine(new Main()).setExecutionExceptionHandler(Main::refuse);
    }

    /// A failure is one line; what a user can mend needs no stack.
    private static int refuse(Exception failure, CommandLine command, ParseResult parsed) {
        boolean damaged =
                failure instanceof WeightFileException || failure instanceof TokenizerException;
        String message = failure.getMessage();
        command.getErr().println("cumae: " + (message == null ? failure.toString() : message));
        return failure instanceof IllegalArgumentException && !damaged ? 2 : 1;
    }

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }
}
