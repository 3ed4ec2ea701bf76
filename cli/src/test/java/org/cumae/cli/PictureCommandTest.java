package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.naming.ModelShelf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class PictureCommandTest {
    @TempDir private Path folder;

    /// Real digits are read right far more often than chance would, and made ones are no nearer to
    /// real ones than those are to each other.
    @Test
    void picturesAreJudged() {
        Ran.data();
        JsonNode said =
                Ran.of(
                                "picture",
                                "judge",
                                "digits-rings",
                                "--count",
                                "60",
                                "--epochs",
                                "1",
                                "--json")
                        .json();
        assertThat(said.path("real").path("accuracy").asDouble()).isGreaterThan(0.8);
        JsonNode drawn = said.path("drawn").path(0);
        assertThat(drawn.path("guidance").asDouble()).isEqualTo(1.5);
        assertThat(drawn.path("accuracy").asDouble()).isGreaterThan(0.5);
        assertThat(drawn.path("features").asDouble())
                .isGreaterThan(0.5 * said.path("real").path("features").asDouble());
    }

    @Test
    void whatCannotBeJudgedIsTold() throws IOException {
        Ran.data();
        Ran many = Ran.of("picture", "judge", "digits-rings", "--count", "5000", "--epochs", "1");
        assertThat(many.status()).isEqualTo(2);
        assertThat(many.err()).contains("5000 pictures are to be held against as many real ones");
        Path copy = folder.resolve("digits");
        Files.createDirectories(copy);
        for (String file :
                List.of("config.json", "model.safetensors", "code.safetensors", "picture.json")) {
            Files.copy(
                    ModelShelf.standard().find("digits-rings").resolve(file), copy.resolve(file));
        }
        Ran alone = Ran.of("picture", "judge", copy.toString());
        assertThat(alone.status()).isEqualTo(2);
        assertThat(alone.err()).contains("has no recipe.yaml, which says what pictures");
        // as a run leaves it, beside the folder of the model
        Files.copy(
                ModelShelf.standard().find("digits-rings").resolve("recipe.yaml"),
                folder.resolve("recipe.yaml"));
        Ran found = Ran.of("picture", "judge", copy.toString(), "--count", "5000", "--epochs", "1");
        assertThat(found.err()).contains("5000 pictures are to be held against");
    }

    /// Bits are learned, kept, and taken again: the same pictures come back.
    @Test
    void codesAreLearnedAndTakenAgain() {
        Ran.data();
        String[] learn = {
            "picture",
            "code",
            "mnist-test",
            "--kind",
            "bits",
            "--bits",
            "6",
            "--parts",
            "2",
            "--base",
            "8",
            "--steps",
            "20",
            "--most",
            "300",
            "--held-out",
            "20",
            "--out",
            folder.resolve("bits").toString(),
            "--json"
        };
        JsonNode learned = Ran.of(learn).json();
        assertThat(learned.path("codes_of_a_picture").asInt()).isEqualTo(98);
        assertThat(learned.path("vocabulary").asInt()).isEqualTo(16);
        JsonNode taken =
                Ran.of(
                                "picture",
                                "code",
                                "mnist-test",
                                "--code",
                                folder.resolve("bits/code.safetensors").toString(),
                                "--most",
                                "300",
                                "--held-out",
                                "20",
                                "--out",
                                folder.resolve("again").toString(),
                                "--json")
                        .json();
        assertThat(taken.path("psnr").asDouble()).isEqualTo(learned.path("psnr").asDouble());
        assertThat(Files.exists(folder.resolve("bits/sheet.png"))).isTrue();
        Ran wrong =
                Ran.of(
                        "picture",
                        "code",
                        "mnist-test",
                        "--kind",
                        "bits",
                        "--bits",
                        "7",
                        "--parts",
                        "2");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("7 bits are cut into 2 parts");
        Ran other = Ran.of("picture", "code", "mnist-test", "--bits", "8");
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err()).contains("kind PATCHES comes with 8 bits");
        Ran both = Ran.of("picture", "code", "mnist-test", "--kind", "bits", "--codes", "64");
        assertThat(both.status()).isEqualTo(2);
        assertThat(both.err()).contains("there are 64 codes; real vectors and bits have none");
        Ran none = Ran.of("picture", "code", "mnist-test", "--kind", "latent");
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err()).contains("kind latent makes real vectors and no codes");
    }
}
