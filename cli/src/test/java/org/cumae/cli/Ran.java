package org.cumae.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import picocli.CommandLine;

import tools.jackson.databind.JsonNode;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;

/// What a command line left behind.
///
/// @param status its exit code
/// @param out what it wrote to standard output
/// @param err what it wrote to standard error
record Ran(int status, String out, String err) {
    static Ran of(String... words) {
        return of(Main.commandLine(), words);
    }

    static Ran of(CommandLine line, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return new Ran(line.execute(words), out.toString(), err.toString());
    }

    /// Its output, which must be one JSON document in one line.
    JsonNode json() {
        if (out.lines().count() != 1) {
            throw new AssertionError("not one line: " + out + err);
        }
        return Json.MAPPER.readTree(out);
    }

    /// The folder of the real data sets; without it the test is skipped.
    static Path data() {
        String data = System.getenv("CUMAE_DATA");
        assumeTrue(data != null, "needs data: set CUMAE_DATA to the folder of the real data sets");
        return Path.of(data);
    }
}
