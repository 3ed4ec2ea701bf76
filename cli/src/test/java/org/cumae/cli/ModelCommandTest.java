package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class ModelCommandTest {
    private static Ran random(Path file, String... more) {
        String[] words = {
            "model",
            "random",
            file.toString(),
            "--width",
            "64",
            "--layers",
            "2",
            "--heads",
            "2",
            "--inner",
            "96",
            "--vocabulary",
            "331",
            "--json"
        };
        String[] all = new String[words.length + more.length];
        System.arraycopy(words, 0, all, 0, words.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return Ran.of(all);
    }

    @ParameterizedTest
    @ValueSource(strings = {"f32", "f16", "q8_0"})
    void aRandomModelGenerates(String type, @TempDir Path folder) {
        Path file = folder.resolve("random.gguf");
        Ran made = random(file, "--type", type);
        assertThat(made.status()).as(made.err()).isZero();
        assertThat(made.json().get("dtype").asString()).isEqualTo(type);
        JsonNode info = Ran.of("model", "info", file.toString(), "--tensors", "--json").json();
        assertThat(info.get("parameters")).isEqualTo(made.json().get("parameters"));
        assertThat(info.at("/shape/inner_width").asInt()).isEqualTo(96);
        assertThat(info.get("dtypes").valueStream().map(it -> it.get("dtype").asString()))
                .contains(type);
        assertThat(
                        info.get("tensors")
                                .valueStream()
                                .mapToLong(it -> it.get("bytes").asLong())
                                .sum())
                .isLessThan(info.get("bytes").asLong());
        // Without a least length the end is as likely as any of the 331 tokens.
        Ran ran =
                Ran.of(
                        "generate",
                        file.toString(),
                        "hello",
                        "--max-tokens",
                        "5",
                        "--min-tokens",
                        "5",
                        "--seed",
                        "1",
                        "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.json().get("token_ids").size()).isEqualTo(5);
    }

    /// What is told is a value that the other commands take.
    @Test
    void whatCanBeLeftOutIsToldAsAFlag(@TempDir Path folder) throws IOException {
        Path model = Path.of("../models/shakespeare-draft");
        Path text =
                Files.writeString(folder.resolve("text.txt"), "To be, or not to be. ".repeat(99));
        Ran shallow =
                Ran.of("model", "skipping", model.toString(), "--text", text.toString(), "--json");
        assertThat(shallow.status()).isEqualTo(2);
        assertThat(shallow.json().at("/error/message").asString())
                .contains("has 1 layers; the first 2 always run");

        Path weights = model.resolve("model.safetensors");
        Ran noText =
                Ran.of("model", "skipping", "../models/shakespeare", "--text", weights.toString());
        assertThat(noText.status()).isEqualTo(2);
        assertThat(noText.err()).contains("model.safetensors is no text in UTF-8");
        Ran missing = Ran.of("model", "skipping", "../models/shakespeare", "--text", "no-such.txt");
        assertThat(missing.status()).isEqualTo(2);
        assertThat(missing.err()).contains("there is no file no-such.txt");

        Ran found =
                Ran.of(
                        "model",
                        "skipping",
                        "../models/shakespeare",
                        "--text",
                        text.toString(),
                        "--pieces",
                        "2",
                        "--share",
                        "0",
                        "--json");
        assertThat(found.status()).as(found.err()).isZero();
        assertThat(found.json().get("cosines").size()).isEqualTo(4);
        assertThat(found.json().get("skipped_share").asDouble()).isZero();
        assertThat(found.json().get("nats_per_token"))
                .isEqualTo(found.json().get("nats_per_token_whole"));
        String flag = found.json().get("ffn_skip").asString();
        Ran written =
                Ran.of(
                        "generate",
                        "../models/shakespeare",
                        "To",
                        "--max-tokens",
                        "3",
                        "--ffn-skip",
                        flag,
                        "--json");
        assertThat(written.status()).as(written.err()).isZero();
        Ran much =
                Ran.of(
                        "model",
                        "skipping",
                        "../models/shakespeare",
                        "--text",
                        text.toString(),
                        "--share",
                        "0.9",
                        "--json");
        assertThat(much.status()).isEqualTo(2);
        assertThat(much.json().at("/error/message").asString())
                .contains("0.9 cannot be left out of model shakespeare; at most");
    }

    @Test
    void aFileIsNotReplacedUnasked(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("mine.gguf"), "mine");
        Ran refused = random(file);
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.json().at("/error/message").asString()).contains("--force");
        assertThat(file).hasContent("mine");
        assertThat(random(file, "--force").status()).isZero();
    }

    @Test
    void numbersThatDoNotFitAreRefused(@TempDir Path folder) {
        Ran ran = random(folder.resolve("x.gguf"), "--type", "q9_9");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.json().at("/error/message").asString()).contains("q9_9").contains("Q8_0");
    }

    @Test
    void aRealFileIsToldInWords() {
        Path file = Ran.data().resolve("models/stories260K.gguf");
        Ran ran = Ran.of("model", "info", file.toString());
        assertThat(ran.status()).as(ran.err()).isZero();
        assertThat(ran.out())
                .contains("GGUF file", "llama", "292,800", "5 layers", "512 ids", "2048 tokens");
    }
}
