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
import java.util.ArrayList;
import java.util.List;

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

    /// A text that repeats itself, so that every drafter has something to say.
    private static final String TWICE =
            "One day, Tim and Sue went to the park. One day, Tim and Sue went to";

    private static JsonNode generate(Path model, int tokens, String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of("generate", model.toString(), "--json", "--max-tokens=" + tokens));
        words.addAll(List.of(more));
        Ran ran = run(words.toArray(String[]::new));
        assertThat(ran.status()).as(ran.err()).isZero();
        return new JsonMapper().readTree(ran.out());
    }

    @Test
    void everyDraftWritesTheReferenceText() throws IOException {
        Path data = data();
        Path model = data.resolve("models/stories260K.gguf");
        JsonNode golden =
                new JsonMapper()
                        .readTree(
                                Files.readString(data.resolve("../golden/stories260K-greedy.json")))
                        .get("cases")
                        .get(2);
        for (String draft : List.of("suffix", "ngram", "lookup", "aded", model.toString())) {
            String length = draft.equals("suffix") ? "auto" : "5";
            JsonNode made =
                    generate(
                            model,
                            golden.get("greedy_ids").size(),
                            golden.get("prompt").asString(),
                            "--temperature=0",
                            "--decoder=speculative",
                            "--draft=" + draft,
                            "--draft-length=" + length);
            assertThat(made.get("token_ids")).as(draft).isEqualTo(golden.get("greedy_ids"));
        }
    }

    @Test
    void theSeedGivesOneTextWhateverIsDrafted() {
        Path model = data().resolve("models/stories260K.gguf");
        JsonNode plain = generate(model, 60, TWICE, "--seed=5", "--temperature=0.6");
        for (String draft : List.of("suffix", "ngram", "lookup", "aded", model.toString())) {
            JsonNode made =
                    generate(
                            model,
                            60,
                            TWICE,
                            "--seed=5",
                            "--temperature=0.6",
                            "--decoder=speculative:draft_length=4",
                            "--draft=" + draft);
            assertThat(made.get("text")).as(draft).isEqualTo(plain.get("text"));
            JsonNode ledger = made.get("ledger");
            assertThat(ledger.get("forwards").asInt()).isLessThan(60);
            assertThat(ledger.get("accepted").asInt())
                    .isEqualTo(60 - ledger.get("forwards").asInt());
            assertThat(ledger.get("exact").asBoolean()).isTrue();
        }
    }

    @Test
    void everyLawIsThereForADraftModelAndSaysSoWhereItIsNot() {
        Path model = data().resolve("models/stories260K.gguf");
        for (String law : List.of("chain", "block", "kseq", "rrs", "rrs_repeating", "match")) {
            JsonNode made =
                    generate(
                            model,
                            60,
                            TWICE,
                            "--seed=5",
                            "--decoder=speculative",
                            "--draft=" + model,
                            "--draft-length=3",
                            "--law=" + law);
            assertThat(made.get("token_ids")).hasSize(60);
            JsonNode ledger = made.get("ledger");
            if (!law.equals("match")) { // a draft like its target
                assertThat(ledger.get("forwards").asInt()).as(law).isEqualTo(1 + 60 / 4);
            }
        }
        Ran wrong = run("generate", model.toString(), TWICE, "--decoder=speculative", "--law=kseq");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("law kseq needs a draft").contains("use law match");
        Ran nobody =
                run("generate", model.toString(), TWICE, "--decoder=speculative", "--draft=ngarm");
        assertThat(nobody.status()).isEqualTo(2);
        assertThat(nobody.err()).contains("there is no draft 'ngarm'").contains("lookup");
        Ran surplus = run("generate", model.toString(), TWICE, "--draft=ngram");
        assertThat(surplus.status()).isEqualTo(2);
        assertThat(surplus.err()).contains("decoder sequential has no setting 'draft'");
    }
}
