package org.cumae.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.decode.DecodeTrace;
import org.cumae.decode.named.Named;
import org.cumae.model.Denoising;
import org.cumae.net.Backbone;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.TransformerConfig;
import org.cumae.text.GenerationOptions;
import org.cumae.text.Knob;
import org.cumae.text.RevealMap;
import org.cumae.text.TextGeneration;
import org.cumae.text.TextListener;
import org.cumae.text.TextModel;
import org.cumae.text.TextRequest;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.unit.Characters;
import org.cumae.unit.TokenizerFolder;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

import javax.imageio.ImageIO;

/// A model that is there becomes one that fills blocks, by recipe, and writes by them.
class BlockTrainingTest {
    private static final String TEXT = "abcde fghij klmno. ".repeat(120);

    @TempDir private Path folder;

    private Path base() throws IOException {
        Path base = folder.resolve("base");
        Files.createDirectories(base);
        Characters characters = Characters.of(TEXT);
        try (Backbone backbone =
                Backbone.fresh(
                        new TransformerConfig(
                                "base",
                                "llama",
                                characters.size(),
                                32,
                                2,
                                2,
                                16,
                                48,
                                64,
                                Mixing.attention(2),
                                TransformerConfig.NormKind.RMS,
                                1e-5,
                                new Positions.Rotary(
                                        10_000,
                                        Positions.Pairing.HALVES,
                                        new Positions.Scaling.None()),
                                TransformerConfig.Activation.SWIGLU,
                                Set.of(),
                                false,
                                true),
                        1)) {
            backbone.save(base, TensorType.F32);
        }
        TokenizerFolder.save(characters, base);
        return base;
    }

    private static String yaml(Path base, BlockRecipe.Family family, int length) {
        return """
        kind: blocks
        name: small
        about: A model of a test.
        base: %s
        data:
          file: text.txt
          held-out: 0.2
        blocks:
          family: %s
          size: 4
          length: %d
        training:
          steps: 150
          batch: 4
          rate: 1.0e-2
          evaluate-every: 75
          evaluate-batches: 2
        """
                .formatted(base, family.name().toLowerCase(Locale.ROOT), length);
    }

    @ParameterizedTest
    @EnumSource(BlockRecipe.Family.class)
    void aModelLearnsToFillBlocksByRecipe(BlockRecipe.Family family) throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), TEXT);
        Path file = Files.writeString(folder.resolve("recipe.yaml"), yaml(base(), family, 32));
        BlockRecipe recipe = (BlockRecipe) Recipes.read(file, Map.of());
        assertThat(Recipes.with(recipe, Map.of())).isEqualTo(recipe);
        try (RunFolder run = RunFolder.open(folder.resolve("run"), false);
                Training training = BlockTraining.prepare(recipe, text, run, new Journal() {})) {
            Training.Result result = training.run();
            // sixteen symbols by chance cost 2.8 nats
            assertThat(result.heldOut()).isLessThan(2.4);
            writes(run.model(), family);
        }
    }

    private void writes(Path path, BlockRecipe.Family family) throws IOException {
        try (TextModel model = TextModel.open(path.toString())) {
            assertThat(model.engine().card().denoising()).contains(family.denoising(4));
            TextRequest request =
                    TextRequest.of("abc")
                            .withSeed(1)
                            .withOptions(
                                    GenerationOptions.NONE
                                            .with(Knob.MAX_TOKENS, 24.0)
                                            .with(Knob.TEMPERATURE, 0.0));
            boolean foretells = family.denoising(4).reading() == Denoising.Reading.PREFIX;
            TextGeneration plain = model.generate(request);
            assertThat(plain.tokens().size()).isEqualTo(24);
            assertThat(plain.ledger().exact()).isEqualTo(foretells); // else it writes blocks
            RevealMap map = new RevealMap(TextListener.NONE);
            Named named = Named.parse("block-diffusion:threshold,0.2");
            TextGeneration blocks =
                    model.generate(
                            request.withDecoder(model.decoder(named, _ -> Optional.empty())), map);
            assertThat(blocks.ledger().forwards()).isLessThan(24);
            List<DecodeTrace.Told> told = map.trace().told();
            assertThat(told.stream().map(DecodeTrace.Told::position).toList())
                    .containsExactlyElementsOf(IntStream.range(0, 24).boxed().toList());
            assertThat(told.stream().map(DecodeTrace.Told::token).toList())
                    .isEqualTo(blocks.tokens().stream().boxed().toList());
            assertThat(
                            map.trace().placesByPass().values().stream()
                                    .mapToInt(Integer::intValue)
                                    .sum())
                    .isEqualTo(24);
            Path png = folder.resolve("map.png");
            map.write(png);
            BufferedImage picture = ImageIO.read(png.toFile());
            assertThat(picture.getWidth()).isGreaterThan(24 * 10);
            // a cell that was written is darker than the paper
            DecodeTrace.Told first = told.getFirst();
            assertThat(picture.getRGB(44 + 7, 44 + ((int) first.pass() - 1) * 14 + 7) & 0xff0000)
                    .isLessThan(0xe50000);
        }
    }

    @Test
    void aWindowOfOneBlockIsRefused() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("recipe.yaml"), yaml(base(), BlockRecipe.Family.SDAR, 7));
        assertThatThrownBy(() -> Recipes.read(file, Map.of()))
                .hasMessageContaining("size is 4 and length is 7");
    }
}
