package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/// The commands as a script uses them: exit codes, one JSON object, one line for what is wrong.
class CommandTest {
    private record Ran(int status, String out, String err) {}

    private static Ran run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return new Ran(line.execute(words), out.toString(), err.toString());
    }

    private static Path data() {
        String data = System.getenv("CUMAE_DATA");
        assumeTrue(data != null, "needs data: set CUMAE_DATA to the folder of the real data sets");
        return Path.of(data);
    }

    @Test
    void greedyStoriesEqualTheReference() throws IOException {
        Path data = data();
        JsonNode golden =
                new JsonMapper()
                        .readTree(
                                Files.readString(
                                        data.resolve("../golden/stories260K-greedy.json")));
        Path model = data.resolve("models/stories260K.gguf");
        int compared = 0;
        for (JsonNode entry : golden.get("cases")) {
            Ran ran =
                    run(
                            "generate",
                            model.toString(),
                            entry.get("prompt").asString(),
                            "--max-tokens",
                            Integer.toString(entry.get("greedy_ids").size()),
                            "--temperature",
                            "0",
                            "--json");
            assertThat(ran.status()).as(ran.err()).isZero();
            JsonNode made = new JsonMapper().readTree(ran.out());
            assertThat(made.get("token_ids")).isEqualTo(entry.get("greedy_ids"));
            assertThat(made.get("ledger").get("emitted").asInt())
                    .isEqualTo(made.get("token_ids").size());
            compared++;
        }
        assertThat(compared).isEqualTo(3);
    }

    @Test
    void anUnknownModelIsWrongUse() {
        Ran ran = run("generate", "no-such-model", "To be");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).startsWith("cumae: ").contains("no-such-model").hasLineCount(1);
    }

    @Test
    void aFileThatIsNoModelIsFailedWork(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("page.gguf"), "<html>not here</html>");
        Ran ran = run("generate", file.toString(), "To be");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).startsWith("cumae: ").contains("page.gguf");
    }

    @Test
    void promptAndIdsExcludeEachOther() {
        Ran ran = run("generate", "model", "To be", "--prompt-ids", "1,2");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains("one of them");
    }
}
