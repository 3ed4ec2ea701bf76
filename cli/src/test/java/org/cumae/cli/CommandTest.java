package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.text.OpenModels;
import org.cumae.text.OpenOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The commands as a script uses them: exit codes, one JSON object, one line for what is wrong.
class CommandTest {
    @Test
    void greedyStoriesEqualTheReference() throws IOException {
        Path data = Ran.data();
        JsonNode golden =
                new JsonMapper()
                        .readTree(
                                Files.readString(
                                        data.resolve("../golden/stories260K-greedy.json")));
        Path model = data.resolve("models/stories260K.gguf");
        int compared = 0;
        for (JsonNode entry : golden.get("cases")) {
            Ran ran =
                    Ran.of(
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
    void wordsAppearWithoutTheObject() {
        String model = Ran.data().resolve("models/stories260K.gguf").toString();
        String[] words = {
            "generate", model, "Once", "--max-tokens", "12", "--temperature", "0", "--json"
        };
        Ran object = Ran.of(words);
        Ran plain = Ran.of(Arrays.copyOf(words, words.length - 1));
        assertThat(plain.status()).as(plain.err()).isZero();
        assertThat(plain.out()).isEqualTo(object.json().get("text").asString() + "\n");
        assertThat(plain.err()).isEmpty();
    }

    @Test
    void aFailureIsAnObjectForScripts() {
        Ran unknown = Ran.of("generate", "no-such-model", "To be", "--json");
        assertThat(unknown.status()).isEqualTo(2);
        assertThat(unknown.json().at("/error/message").asString()).contains("no-such-model");
        assertThat(unknown.json().at("/error/exit_code").asInt()).isEqualTo(2);
        Ran misused = Ran.of("generate", "model", "x", "--no-such-option", "--json");
        assertThat(misused.status()).isEqualTo(2);
        assertThat(misused.json().at("/error/message").asString()).contains("--no-such-option");
        assertThat(unknown.err() + misused.err()).isEmpty();
    }

    @Test
    void aMisspeltCommandIsAnsweredWithTheNearest() {
        Ran ran = Ran.of("generat", "model");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).startsWith("cumae: ").contains("generate").contains("--help");
    }

    @Test
    void withoutArgumentsItSaysWhereToBegin() {
        Ran ran = Ran.of();
        assertThat(ran.status()).isZero();
        assertThat(ran.out())
                .contains("./cumae generate", "./cumae serve", "./cumae train", "--help");
    }

    @Test
    void aStackIsShownOnRequestOnly() {
        assertThat(Ran.of("generate", "no-such-model", "x", "--verbose").err())
                .contains("\tat org.cumae.");
        assertThat(Ran.of("generate", "no-such-model", "x").err()).hasLineCount(1);
    }

    /// Every command teaches: what it does, an example that is one of its own calls, and `--json`
    /// where it answers.
    @Test
    void everyHelpHasAnExample() {
        List<CommandLine> all = new ArrayList<>();
        collect(Main.commandLine(), all);
        assertThat(all).hasSizeGreaterThan(10);
        for (CommandLine command : all) {
            String name = command.getCommandSpec().qualifiedName();
            String help = command.getUsageMessage();
            assertThat(help).as(name).contains("./" + name);
            assertThat(command.getCommandSpec().usageMessage().description()).as(name).isNotEmpty();
            boolean answers = command.getSubcommands().isEmpty();
            assertThat(command.getCommandSpec().findOption("--json") != null)
                    .as(name)
                    .isEqualTo(answers);
        }
    }

    private static void collect(CommandLine command, List<CommandLine> all) {
        all.add(command);
        command.getSubcommands().values().forEach(sub -> collect(sub, all));
    }

    @Test
    void anUnknownModelIsWrongUse() {
        Ran ran = Ran.of("generate", "no-such-model", "To be");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).startsWith("cumae: ").contains("no-such-model").hasLineCount(1);
    }

    @Test
    void aFileThatIsNoModelIsFailedWork(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("page.gguf"), "<html>not here</html>");
        Ran ran = Ran.of("generate", file.toString(), "To be");
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).startsWith("cumae: ").contains("page.gguf");
    }

    @Test
    void anUnknownDtypeOrDeviceIsRefusedWithTheKnownOnes() {
        String model = Ran.data().resolve("models/stories260K.gguf").toString();
        Ran dtype = Ran.of("generate", model, "To be", "--dtype", "int4");
        assertThat(dtype.status()).isEqualTo(2);
        assertThat(dtype.err()).contains("int4", "auto, float32, float16, int8");
        Ran device = Ran.of("generate", model, "To be", "--device", "tpu");
        assertThat(device.status()).isEqualTo(2);
        assertThat(device.err()).contains("tpu", "auto, cpu, cuda");
    }

    @Test
    void aDraftModelIsHeldInAsManyBitsAsItsTarget() {
        String model = Ran.data().resolve("models/stories260K.gguf").toString();
        OpenModels others = new OpenModels(OpenOptions.DEFAULT.withDtype("float32"));
        try (others) {
            assertThat(others.find(model).orElseThrow().card().dtype()).isEqualTo("float32");
            assertThat(others.find(model)).containsSame(others.find(model).orElseThrow());
            assertThat(others.find("no-such-model")).isEmpty();
        }
        Ran ran =
                Ran.of(
                        "generate",
                        model,
                        "To be",
                        "--max-tokens=5",
                        "--dtype=float32",
                        "--decoder=speculative",
                        "--draft=" + model);
        assertThat(ran.status()).as(ran.err()).isZero();
    }

    @Test
    void howTokensAreDrawnCanBeSetInTheWordsOfTheApi() {
        Path model = Ran.data().resolve("models/stories260K.gguf");
        String plain = generate(model, 40, TWICE, "--seed=5").get("text").asString();
        for (String option :
                List.of(
                        "--temperature=0.4",
                        "--top-k=2",
                        "--top-p=0.3",
                        "--min-p=0.5",
                        "--typical-p=0.2",
                        "--repetition-penalty=5",
                        "--presence-penalty=2",
                        "--frequency-penalty=2")) {
            assertThat(generate(model, 40, TWICE, "--seed=5", option).get("text").asString())
                    .as(option)
                    .isNotEqualTo(plain);
        }
        assertThat(Ran.of("generate", model.toString(), TWICE, "--min-p=2").err())
                .contains("min_p is 2.0; it must lie in [0.0, 1.0]");
    }

    @Test
    void aTextEndsWhereItIsToldToAndSpeaksNoBannedToken() {
        Path model = Ran.data().resolve("models/stories260K.gguf");
        JsonNode plain = generate(model, 40, TWICE, "--temperature=0");
        String word = plain.get("text").asString().strip().split(" ")[3];
        JsonNode cut = generate(model, 40, TWICE, "--temperature=0", "--stop=" + word);
        assertThat(cut.get("finish_reason").asString()).isEqualTo("stop");
        assertThat(plain.get("text").asString()).startsWith(cut.get("text").asString() + word);
        int first = plain.get("token_ids").get(0).asInt();
        JsonNode banned =
                generate(model, 40, TWICE, "--temperature=0", "--logit-bias=" + first + "=-100");
        assertThat(banned.get("token_ids").valueStream().map(JsonNode::asInt))
                .hasSize(40)
                .doesNotContain(first);
    }

    @Test
    void promptAndIdsExcludeEachOther() {
        Ran ran = Ran.of("generate", "model", "To be", "--prompt-ids", "1,2");
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
        Ran ran = Ran.of(words.toArray(String[]::new));
        assertThat(ran.status()).as(ran.err()).isZero();
        return new JsonMapper().readTree(ran.out());
    }

    @Test
    void everyDraftWritesTheReferenceText() throws IOException {
        Path data = Ran.data();
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
        Path model = Ran.data().resolve("models/stories260K.gguf");
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
        Path model = Ran.data().resolve("models/stories260K.gguf");
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
        Ran wrong =
                Ran.of("generate", model.toString(), TWICE, "--decoder=speculative", "--law=kseq");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("law kseq needs a draft").contains("use law match");
        Ran nobody =
                Ran.of(
                        "generate",
                        model.toString(),
                        TWICE,
                        "--decoder=speculative",
                        "--draft=ngarm");
        assertThat(nobody.status()).isEqualTo(2);
        assertThat(nobody.err()).contains("there is no draft 'ngarm'").contains("lookup");
        Ran surplus = Ran.of("generate", model.toString(), TWICE, "--draft=ngram");
        assertThat(surplus.status()).isEqualTo(2);
        assertThat(surplus.err()).contains("decoder sequential has no setting 'draft'");
    }
}
