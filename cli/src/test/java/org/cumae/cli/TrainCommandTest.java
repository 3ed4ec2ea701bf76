package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.noise.Noise;
import org.cumae.weights.WeightFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// `cumae train`, from a recipe to a model that generates, and through every kind of death.
class TrainCommandTest {
    private static final String THREADS = "2"; // sums are the same bits for the same number

    private static final String RECIPE =
            """
            kind: text
            name: small
            about: Counts.
            data:
              file: no/such/file.txt
              held-out: 0.2
            unit:
              kind: characters
            model:
              family: llama
              layers: 1
              width: 16
              heads: 2
              inner: 24
              length: 16
              tied: false
            training:
              steps: 120
              batch: 4
              rate: 0.01
              dropout: 0.1
              average: 0.9
              save-every: 10
              evaluate-every: 40
              log-every: 10
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path folder;

    private Path recipe = Path.of("");
    private Path text = Path.of("");

    @BeforeEach
    void files() throws IOException {
        recipe = Files.writeString(folder.resolve("small.yaml"), RECIPE);
        text = Files.writeString(folder.resolve("text.txt"), "one two three four. ".repeat(60));
    }

    private int run(String... words) {
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(words);
    }

    private int train(Path into, String... more) {
        List<String> words = new ArrayList<>();
        words.addAll(List.of("train", recipe.toString(), "--data", text.toString()));
        words.addAll(List.of("--out", into.toString(), "--threads", THREADS));
        words.addAll(Arrays.asList(more));
        return run(words.toArray(String[]::new));
    }

    @Test
    void aRecipeBecomesAModelThatGenerates() {
        Path into = folder.resolve("run");
        assertThat(train(into, "--json", "--set", "training.steps=300")).isZero();
        JsonNode told = JsonMapper.shared().readTree(out.toString().strip());
        assertThat(told.get("steps").asLong()).isEqualTo(300);
        assertThat(told.get("held_out_nats_per_character").asDouble()).isBetween(0.0, 1.0);
        assertThat(err.toString()).contains("step 300/300");
        assertThat(into.resolve("recipe.yaml")).content().contains("steps: 300");
        assertThat(into.resolve("loss.png")).isNotEmptyFile();
        out.getBuffer().setLength(0);
        String model = into.resolve("model").toString();
        assertThat(run("generate", model, "one two", "--temperature", "0", "--max-tokens", "8"))
                .isZero();
        assertThat(out.toString()).startsWith(" three f");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "family: mamba",
                "family: mamba2, heads: 4, state: 8",
                "family: s4d, state: 16",
                "family: s5, state: 16, start: linear",
                "family: jamba, heads: 2, inner: 24, attend-every: 2"
            })
    void layersThatRollAreTrainedAndGoOnForEver(String model) throws IOException {
        String shape = "{%s, layers: 2, width: 16, length: 16, tied: false, stored: f16}";
        recipe =
                Files.writeString(
                        folder.resolve("rolling.yaml"),
                        RECIPE.substring(0, RECIPE.indexOf("model:"))
                                + "model: "
                                + shape.formatted(model)
                                + "\n"
                                + RECIPE.substring(RECIPE.indexOf("training:")));
        Path into = folder.resolve("run");
        assertThat(train(into, "--json")).isZero();
        JsonNode told = JsonMapper.shared().readTree(out.toString().strip());
        assertThat(told.get("held_out_nats_per_character").asDouble())
                .as("a guess among the letters is 2.8")
                .isLessThan(2.4);
        out.getBuffer().setLength(0);
        String where = into.resolve("model").toString();
        assertThat(run("generate", where, "one", "--seed", "1", "--max-tokens", "12")).isZero();
        String plain = out.toString();
        out.getBuffer().setLength(0);
        assertThat(
                        run(
                                "generate",
                                where,
                                "one",
                                "--seed",
                                "1",
                                "--max-tokens",
                                "12",
                                "--decoder",
                                "speculative:suffix,gumbel,3"))
                .isZero();
        assertThat(out.toString()).isEqualTo(plain);
        assertThat(run("train", recipe.toString(), "--set", "model.keys=2")).isNotZero();
    }

    @Test
    void aModelIsTaughtToDraftForItself() throws IOException {
        assertThat(train(folder.resolve("run"), "--set", "training.steps=300")).isZero();
        String base = folder.resolve("run/model").toString();
        recipe =
                Files.writeString(
                        folder.resolve("masks.yaml"),
                        """
                        kind: masks
                        name: small-mtp
                        about: Counts ahead.
                        base: %s
                        data:
                          file: no/such/file.txt
                          held-out: 0.2
                        masks:
                          count: 3
                          rank: 4
                          length: 12
                          places: 4
                          stored: f16
                        training:
                          steps: 200
                          batch: 4
                          rate: 0.01
                        """
                                .formatted(base));
        out.getBuffer().setLength(0);
        Path masked = folder.resolve("masked");
        assertThat(train(masked, "--json")).isZero();
        JsonNode told = JsonMapper.shared().readTree(out.toString().strip());
        assertThat(told.get("held_out_nats_per_foreseen_token").asDouble()).isBetween(0.0, 6.0);
        recipe =
                Files.writeString(
                        folder.resolve("heads.yaml"),
                        """
                        kind: medusa
                        name: small-medusa
                        about: Counts ahead.
                        base: %s
                        data:
                          file: no/such/file.txt
                          held-out: 0.2
                        heads:
                          count: 3
                          length: 12
                        training:
                          steps: 100
                          batch: 4
                          rate: 0.01
                        """
                                .formatted(masked.resolve("model")));
        Path both = folder.resolve("both");
        assertThat(train(both)).isZero();
        recipe =
                Files.writeString(
                        folder.resolve("trigrams.yaml"),
                        """
                        kind: trigrams
                        name: small-trigrams
                        about: Counts what it has seen.
                        base: %s
                        data:
                          file: no/such/file.txt
                          held-out: 0.2
                        """
                                .formatted(both.resolve("model")));
        out.getBuffer().setLength(0);
        Path counted = folder.resolve("counted");
        assertThat(train(counted, "--json")).isZero();
        JsonNode table = JsonMapper.shared().readTree(out.toString().strip());
        assertThat(table.get("held_out_right_guesses_per_token").asDouble()).isBetween(0.5, 1.0);
        assertThat(table.get("parameters").asLong()).isPositive();
        List<String> texts = new ArrayList<>();
        for (String how :
                List.of(
                        "sequential",
                        "speculative:mtp,gumbel,3",
                        "speculative:medusa,gumbel,3",
                        "speculative:medusa,match,3,width=2",
                        "speculative:aded,match,3",
                        "speculative:aded,gumbel,3,follow=nothing")) {
            out.getBuffer().setLength(0);
            String model = counted.resolve("model").toString();
            assertThat(
                            run(
                                    "generate",
                                    model,
                                    "one two",
                                    "--seed",
                                    "4",
                                    "--decoder",
                                    how,
                                    "--max-tokens",
                                    "8"))
                    .isZero();
            texts.add(out.toString());
        }
        assertThat(texts.getFirst()).isNotBlank();
        assertThat(texts).containsOnly(texts.getFirst());
        String merged = folder.resolve("merged").toString();
        assertThat(run("model", "merge", masked.resolve("model").toString(), merged)).isZero();
        assertThat(run("generate", merged, "one two", "--max-tokens", "8")).isZero();
        assertThat(run("model", "merge", base, folder.resolve("other").toString())).isNotZero();
        assertThat(err.toString()).contains("there is nothing to merge");
        assertThat(run("generate", base, "one", "--decoder", "speculative:mtp")).isNotZero();
        assertThat(err.toString()).contains("the model has learned no masks");
        Files.copy(counted.resolve("model/trigrams.bin"), Path.of(base, "trigrams.bin"));
        Files.write(Path.of(base, "trigrams.bin"), new byte[] {1}, StandardOpenOption.APPEND);
        assertThat(run("generate", base, "one", "--max-tokens", "1")).isNotZero();
        assertThat(err.toString()).contains("trigrams.bin").contains("more bytes");
    }

    @Test
    void aProcessThatIsKilledLosesNothingThatWasSaved() throws Exception {
        Path whole = folder.resolve("whole");
        Path killed = folder.resolve("killed");
        assertThat(train(whole)).isZero();
        Noise noise = Noise.of(System.nanoTime(), 0);
        int deaths = 0;
        while (deaths < 3) {
            Process process = start(killed);
            // a moment in which it starts, trains or saves
            if (process.waitFor(
                    (long) (1500 + 2500 * noise.uniform(deaths)), TimeUnit.MILLISECONDS)) {
                break; // it was quicker
            }
            process.destroyForcibly().waitFor();
            deaths++;
        }
        assertThat(train(killed, "--resume")).isZero();
        Path last = Path.of("checkpoints", "step-000000120.safetensors");
        assertThat(weights(killed.resolve(last))).isEqualTo(weights(whole.resolve(last)));
        try (Stream<String> lines = Files.lines(killed.resolve("metrics.jsonl"))) {
            assertThat(lines.filter(line -> line.contains("\"kind\":\"step\"")))
                    .hasSize(12); // each once
        }
    }

    private Process start(Path into) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.cumae.cli.Main",
                        "train",
                        recipe.toString(),
                        "--data",
                        text.toString(),
                        "--out",
                        into.toString(),
                        "--threads",
                        THREADS,
                        "--resume")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("child.log").toFile())
                .start();
    }

    private static List<String> weights(Path checkpoint) {
        try (WeightFile file = WeightFile.open(checkpoint)) {
            return file.names().stream()
                    .sorted()
                    .map(name -> name + Arrays.toString(file.floats(name)))
                    .toList();
        }
    }

    @Test
    void aRunIsNotOverwritten() {
        Path into = folder.resolve("run");
        assertThat(train(into, "--set", "training.steps=10")).isZero();
        assertThat(train(into)).isEqualTo(2);
        assertThat(err.toString()).contains("holds a run");
    }

    @Test
    void theKeptRecipeIsARecipe() {
        Path into = folder.resolve("run");
        assertThat(train(into, "--set", "training.steps=10")).isZero();
        recipe = into.resolve("recipe.yaml");
        assertThat(recipe).content().startsWith("kind: text").contains("family: llama");
        assertThat(train(folder.resolve("again"))).isZero();
        assertThat(folder.resolve("again/recipe.yaml")).hasSameTextualContentAs(recipe);
        assertThat(folder.resolve("again/metrics.jsonl")).content().contains("\"step\":10");
    }

    @Test
    void aRunThatGoesOnByAnotherRecipeSaysInWhat() {
        Path into = folder.resolve("run");
        assertThat(train(into, "--set", "training.steps=10")).isZero();
        String[] changed = {"--resume", "--set", "training.steps=20", "--set", "model.stored=bf16"};
        assertThat(train(into, changed)).isZero();
        assertThat(err.toString())
                .contains("the recipe changed: training.steps was 10 and is now 20")
                .contains("the recipe changed: model.stored was left out and is now")
                .doesNotContain("training.rate");
        err.getBuffer().setLength(0);
        assertThat(train(into, changed)).isZero();
        assertThat(err.toString()).doesNotContain("changed");
    }

    @Test
    void aWrongRecipeIsToldByItsKey() throws IOException {
        Files.writeString(recipe, RECIPE.replace("batch: 4", "bacth: 4"));
        assertThat(train(folder.resolve("a"))).isEqualTo(2);
        assertThat(err.toString()).contains("'bacth'; did you mean 'batch'?");
        Files.writeString(recipe, RECIPE.replace("  family: llama\n", ""));
        assertThat(train(folder.resolve("b"))).isEqualTo(2);
        assertThat(err.toString()).contains("family");
        Files.writeString(recipe, RECIPE.replace("rate: 0.01", "rate: fast"));
        assertThat(train(folder.resolve("c"))).isEqualTo(2);
        assertThat(err.toString()).contains("training.rate");
        Files.writeString(recipe, "kind: [");
        assertThat(train(folder.resolve("d"))).isEqualTo(2);
        assertThat(err.toString()).contains("not YAML at line");
        assertThat(run("train", folder.resolve("none.yaml").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("there is no recipe");
    }

    @Test
    void aValueThatCannotBeIsToldWithItsRange() {
        assertThat(train(folder.resolve("a"), "--set", "model.heads=3")).isEqualTo(2);
        assertThat(err.toString()).contains("3 heads do not share a width of 16 evenly");
        assertThat(train(folder.resolve("b"), "--set", "training.batch=0")).isEqualTo(2);
        assertThat(err.toString()).contains("batch is 0; it must be 1 or more");
        assertThat(train(folder.resolve("c"), "--set", "training.betas=[0.9]")).isEqualTo(2);
        assertThat(err.toString()).contains("betas holds 1 numbers; it must hold 2");
        assertThat(train(folder.resolve("d"), "--set", "training.dropout=1")).isEqualTo(2);
        assertThat(err.toString()).contains("dropout is 1.0");
        assertThat(train(folder.resolve("f"), "--set", "model.stored=q8_0")).isEqualTo(2);
        assertThat(err.toString()).contains("stored is Q8_0; it must be one of [F32, F16, BF16]");
        assertThat(train(folder.resolve("e"), "--set", "modle.heads=2")).isEqualTo(2);
        assertThat(err.toString()).contains("'modle'; did you mean 'model'?");
    }

    @Test
    void aTextThatCannotBeLearnedFromIsAFailure() throws IOException {
        assertThat(run("train", recipe.toString(), "--out", folder.resolve("a").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("there is no text at", "--data");
        Files.write(text, new byte[] {(byte) 0xC0, 1});
        assertThat(train(folder.resolve("b"))).isEqualTo(1);
        assertThat(err.toString()).contains("not UTF-8");
        Files.writeString(text, "short");
        assertThat(train(folder.resolve("c"))).isEqualTo(1);
        assertThat(err.toString()).contains("tokens; windows of 16 need at least 33");
    }
}
