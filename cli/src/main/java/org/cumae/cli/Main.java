package org.cumae.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `cumae` command. Exit codes: 0 done, 1 the claim does not hold or the work failed, 2 wrong
/// use.
@Command(
        name = "cumae",
        mixinStandardHelpOptions = true,
        version = "cumae 0.1.0",
        description = "Train autoregressive models, decode them in many ways, serve them.")
public final class Main implements Runnable {
    private Main() {}

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
