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
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

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

    /// Scales that do not see each other send nothing to each other; a sheet shows each head.
    @Test
    void itIsToldWhereHeadsLook() {
        Ran.data();
        Path sheet = folder.resolve("heads.png");
        JsonNode said =
                Ran.of(
                                "picture",
                                "attention",
                                "digits-scales",
                                "--pictures",
                                "20",
                                "--out",
                                sheet.toString(),
                                "--json")
                        .json();
        JsonNode grids = said.path("grids");
        assertThat(grids.size()).isEqualTo(4);
        for (int looking = 0; looking < 4; looking++) {
            for (int seen = 0; seen < 4; seen++) {
                assertThat(grids.path(looking).path(seen).asDouble())
                        .isEqualTo(looking == seen ? 1 : 0);
            }
        }
        assertThat(said.path("layers").size()).isEqualTo(4);
        assertThat(said.path("layers").path(0).path(3).path("distance").asDouble()).isPositive();
        assertThat(sheet).isNotEmptyFile();
        Ran flow = Ran.of("picture", "attention", "digits-flow", "--pictures", "5");
        assertThat(flow.status()).isEqualTo(2);
        assertThat(flow.err()).contains("draws real vectors");
        Ran many = Ran.of("picture", "attention", "digits-raster", "--pictures", "5000");
        assertThat(many.status()).isEqualTo(2);
        assertThat(many.err()).contains("of 2000 that the model has not seen take [1, 2000]");
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
    }

    /// A pyramid is learned by networks, kept, and taken again; each scale's share is told.
    @Test
    void aPyramidIsLearnedAndTakenAgain() {
        Ran.data();
        Ran said =
                Ran.of(
                        "picture",
                        "code",
                        "mnist-test",
                        "--kind",
                        "scales",
                        "--sides",
                        "1,2,4,7",
                        "--codes",
                        "32",
                        "--base",
                        "8",
                        "--steps",
                        "12",
                        "--most",
                        "200",
                        "--held-out",
                        "20",
                        "--out",
                        folder.resolve("scales").toString(),
                        "--json");
        JsonNode learned = said.json();
        assertThat(learned.path("codes_of_a_picture").asInt()).isEqualTo(70);
        assertThat(learned.path("vocabulary").asInt()).isEqualTo(32);
        assertThat(learned.path("psnr_by_scales").size()).isEqualTo(4);
        Ran again =
                Ran.of(
                        "picture",
                        "code",
                        "mnist-test",
                        "--code",
                        folder.resolve("scales/code.safetensors").toString(),
                        "--most",
                        "200",
                        "--held-out",
                        "20",
                        "--out",
                        folder.resolve("again").toString());
        assertThat(again.out())
                .contains("70 codes of 32 for a picture: %.2f dB".formatted(psnr(learned)))
                .contains("told scale by scale: ");
        Ran wrong = Ran.of("picture", "code", "mnist-test", "--kind", "scales");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("a pyramid needs sides, such as [1, 2, 3, 5, 7]");
        Ran law =
                Ran.of(
                        "picture",
                        "code",
                        "mnist-test",
                        "--kind",
                        "scales",
                        "--sides",
                        "1,7",
                        "--law",
                        "area");
        assertThat(law.status()).isEqualTo(2);
        assertThat(law.err()).contains("law is AREA; only a pyramid that is not learned");
        Ran sides = Ran.of("picture", "code", "mnist-test", "--kind", "scales", "--sides", "1,2,8");
        assertThat(sides.status()).isEqualTo(2);
        assertThat(sides.err()).contains("the grid of cells, 7 x 7; sides are [1, 2, 8]");
    }

    /// A recipe learns a pyramid first, and then a model that draws it.
    @Test
    void aRecipeLearnsAPyramidAndDrawsIt() throws IOException {
        Ran.data();
        drawn(trained("digits-scales"));
    }

    /// A recipe learns bits first, and then a model that draws them by masks; each step is seen.
    @Test
    void aRecipeLearnsBitsAndDrawsThemByMasks() throws IOException {
        Ran.data();
        Path run = trained("digits-bits-masks");
        drawn(run);
        Path strip = folder.resolve("strip.png");
        JsonNode told =
                Ran.of(
                                "picture",
                                "draw",
                                run.resolve("model").toString(),
                                "--class=7",
                                "--count=2",
                                "--strip",
                                strip.toString(),
                                "--out",
                                folder.resolve("sevens.png").toString(),
                                "--json")
                        .json();
        assertThat(told.path("passes_of_one").asInt()).isEqualTo(11); // the class and ten steps
        assertThat(Files.size(strip)).isPositive();
    }

    private void drawn(Path run) throws IOException {
        Path drawn = folder.resolve("drawn.png");
        Ran draw =
                Ran.of(
                        "picture",
                        "draw",
                        run.resolve("model").toString(),
                        "--count",
                        "2",
                        "--out",
                        drawn.toString());
        assertThat(draw.err()).isEmpty();
        assertThat(draw.status()).isZero();
        assertThat(Files.size(drawn)).isPositive();
    }

    /// Real vectors are learned by networks, kept, and taken again; their spread is told.
    @Test
    void realVectorsAreLearnedAndTakenAgain() {
        Ran.data();
        String few = "--most=200";
        JsonNode learned =
                Ran.of(
                                "picture",
                                "code",
                                "mnist-test",
                                "--kind",
                                "kl",
                                "--width",
                                "4",
                                "--base",
                                "8",
                                "--steps",
                                "12",
                                few,
                                "--held-out=20",
                                "--out",
                                folder.resolve("kl").toString(),
                                "--json")
                        .json();
        assertThat(learned.path("vectors_of_a_picture").asInt()).isEqualTo(49);
        assertThat(learned.path("width").asInt()).isEqualTo(4);
        assertThat(learned.path("spread").asDouble()).isPositive();
        Ran again =
                Ran.of(
                        "picture",
                        "code",
                        "mnist-test",
                        "--code",
                        folder.resolve("kl/code.safetensors").toString(),
                        few,
                        "--held-out=20",
                        "--out",
                        folder.resolve("again").toString());
        assertThat(again.out())
                .contains(
                        "49 vectors of 4 numbers for a picture: %.2f dB".formatted(psnr(learned)));
        Ran plain =
                Ran.of(
                        "picture",
                        "code",
                        "mnist-test",
                        "--kind",
                        "latent",
                        few,
                        "--out",
                        folder.resolve("latent").toString(),
                        "--held-out=20");
        assertThat(plain.out()).contains("49 vectors of 16 numbers for a picture: ");
        Ran counted = Ran.of("picture", "code", "mnist-test", "--kind", "kl", "--codes", "64");
        assertThat(counted.status()).isEqualTo(2);
        assertThat(counted.err()).contains("there are 64 codes; real vectors and bits have none");
    }

    /// A recipe learns real vectors first, and then a model that brings them out of noise.
    @Test
    void aRecipeLearnsRealVectorsAndDrawsThem() throws IOException {
        Ran.data();
        drawn(trained("digits-kl"));
    }

    /// What a recipe comes to in a few steps of a small model.
    private Path trained(String recipe) {
        Path run = folder.resolve(recipe);
        Ran train =
                Ran.of(
                        "train",
                        ROOT.resolve("recipes/" + recipe + ".yaml").toString(),
                        "--out",
                        run.toString(),
                        "--set",
                        "most=120",
                        "--set",
                        "unit.steps=6",
                        "--set",
                        "unit.base=8",
                        "--set",
                        "model.width=32",
                        "--set",
                        "model.layers=1",
                        "--set",
                        "training.steps=4");
        assertThat(train.err()).doesNotContain("error");
        assertThat(train.status()).as(train.err()).isZero();
        return run;
    }

    private static double psnr(JsonNode said) {
        return said.path("psnr").asDouble();
    }
}
