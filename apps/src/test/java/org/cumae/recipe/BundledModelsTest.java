package org.cumae.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.cumae.data.DataFolder;
import org.cumae.image.PictureFolder;
import org.cumae.image.PictureModel;
import org.cumae.net.Backbone;
import org.cumae.picture.CodeManner;
import org.cumae.picture.FlowCells;
import org.cumae.picture.FlowManner;
import org.cumae.picture.FlowMasks;
import org.cumae.picture.FlowPivots;
import org.cumae.picture.FlowScales;
import org.cumae.text.TextModel;
import org.cumae.train.Batches;
import org.cumae.train.HeldOut;
import org.cumae.train.denoise.Nelbo;
import org.cumae.train.picture.Coded;
import org.cumae.train.picture.DrawnCodes;
import org.cumae.train.picture.DrawnValues;
import org.cumae.train.picture.MaskedValues;
import org.cumae.train.picture.Valued;
import org.cumae.train.text.Missing;
import org.cumae.train.text.MissingTokens;
import org.cumae.train.text.NextToken;
import org.cumae.train.text.Windows;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.unit.Encoding;
import org.cumae.unit.Tokenizer;
import org.cumae.unit.picture.PictureSet;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What models/README.md says of the bundled models is true of the files.
class BundledModelsTest {
    private static final Path MODELS = Path.of("..", "models");

    /// A row of the table: name, weights, and loss.
    private static final Pattern ROW =
            Pattern.compile("\\| `([a-z-]+)` \\| ([0-9,]+) \\|[^|]*\\| ([0-9.]+) \\|");

    private record Said(String name, long weights, double loss) {}

    static List<Said> said() throws IOException {
        Matcher rows = ROW.matcher(Files.readString(MODELS.resolve("README.md")));
        return rows.results()
                .map(
                        row ->
                                new Said(
                                        row.group(1),
                                        Long.parseLong(row.group(2).replace(",", "")),
                                        Double.parseDouble(row.group(3))))
                .toList();
    }

    @Test
    void everyModelIsInTheTable() throws IOException {
        try (Stream<Path> folders = Files.list(MODELS)) {
            assertThat(said().stream().map(Said::name))
                    .containsExactlyInAnyOrderElementsOf(
                            folders.filter(Files::isDirectory)
                                    .map(folder -> String.valueOf(folder.getFileName()))
                                    .toList());
        }
    }

    @ParameterizedTest
    @MethodSource("said")
    void itsLossIsWhatTheTableSays(Said said) {
        Path folder = MODELS.resolve(said.name());
        switch (Recipes.read(folder.resolve("recipe.yaml"), Map.of())) {
            case TextRecipe recipe -> checkText(said, folder, recipe);
            case PictureRecipe recipe -> checkPictures(said, folder, recipe);
            case BlockRecipe recipe -> checkBlocks(said, folder, recipe);
            case WorldRecipe recipe -> checkWorld(said, folder, recipe);
            case MaskRecipe _, MedusaRecipe _, TrigramRecipe _ ->
                    throw new AssertionError(said.name() + " is no model by itself");
        }
    }

    /// On every eighth of the held-out pictures.
    private static void checkPictures(Said said, Path folder, PictureRecipe recipe) {
        Path file = DataFolder.standard().root().resolve(recipe.data().file());
        assumeTrue(Files.exists(file), "needs data: " + file);
        PictureSet all = PictureSet.read(file, recipe.limit());
        int kept = (int) Math.round(all.size() * (1 - recipe.data().heldOut()));
        try (PictureModel model = PictureFolder.open(folder);
                Backbone backbone = Backbone.load(folder)) {
            assertThat(backbone.parameters()).isEqualTo(said.weights());
            PictureSet some = all.part(kept, kept + (all.size() - kept) / 8);
            int classes = all.classes().size();
            switch (model.manner()) {
                case CodeManner manner -> {
                    List<Coded> coded = DrawnCodes.coded(manner, some);
                    DrawnCodes learner =
                            DrawnCodes.of(backbone, manner, classes, 0, 0, TensorType.F32);
                    assertThat(HeldOut.loss(learner, _ -> coded, 1))
                            .isCloseTo(said.loss(), within(0.06));
                }
                case FlowManner manner -> {
                    List<Valued> valued = DrawnValues.valued(manner, some);
                    switch (manner) {
                        case FlowMasks _, FlowPivots _ -> {
                            int batch = recipe.training().batch();
                            MaskedValues learner =
                                    MaskedValues.of(
                                            backbone, manner, classes, 0, 0, TensorType.F32);
                            assertThat(
                                            HeldOut.loss(
                                                    learner,
                                                    at ->
                                                            valued.subList(
                                                                    (int) at * batch,
                                                                    (int) (at + 1) * batch),
                                                    valued.size() / batch))
                                    .isCloseTo(said.loss(), within(0.02));
                        }
                        case FlowScales _, FlowCells _ -> {
                            DrawnValues learner =
                                    DrawnValues.of(backbone, manner, classes, 0, 0, TensorType.F32);
                            assertThat(HeldOut.loss(learner, _ -> valued, 1))
                                    .isCloseTo(said.loss(), within(0.01));
                        }
                    }
                }
            }
        }
    }

    /// On the batches whose loss the training told.
    private static void checkWorld(Said said, Path folder, WorldRecipe recipe) {
        Path photos = DataFolder.standard().root().resolve(recipe.data().file());
        Path digits = DataFolder.standard().root().resolve(recipe.shapes());
        List<Path> clips =
                recipe.videos().stream().map(DataFolder.standard().root()::resolve).toList();
        assumeTrue(Files.exists(photos) && Files.exists(digits), "needs data: " + photos);
        assumeTrue(clips.stream().allMatch(Files::exists), "needs data: " + clips);
        try (Backbone backbone = Backbone.load(folder)) {
            assertThat(backbone.parameters()).isEqualTo(said.weights());
            assertThat(WorldTraining.heldOut(recipe, photos, digits, clips, backbone))
                    .isCloseTo(said.loss(), within(0.01));
        }
    }

    /// On some of the windows whose bound the training told.
    private static void checkBlocks(Said said, Path folder, BlockRecipe recipe) {
        Path text = DataFolder.standard().root().resolve(recipe.data().file());
        assumeTrue(Files.exists(text), "needs data: " + text);
        try (TextModel model = TextModel.open(folder.toString());
                Backbone backbone = Backbone.load(folder)) {
            assertThat(backbone.parameters()).isEqualTo(said.weights());
            String heldOut = recipe.data().corpus(text).heldOut();
            int[] tokens = model.tokenizer().encode(heldOut, Encoding.PLAIN);
            var windows = Windows.inOrder(tokens, 2, recipe.blocks().length());
            double bound = new Nelbo(8, 1).of(backbone, model.tokenizer(), windows, 10);
            assertThat(bound).isCloseTo(said.loss(), within(0.1));
        }
    }

    private static void checkText(Said said, Path folder, TextRecipe recipe) {
        Path text = DataFolder.standard().root().resolve(recipe.data().file());
        assumeTrue(Files.exists(text), "needs data: " + text);
        try (TextModel model = TextModel.open(folder.toString());
                Backbone backbone = Backbone.load(folder)) {
            assertThat(backbone.parameters()).isEqualTo(said.weights());
            String heldOut = recipe.data().corpus(text).heldOut();
            int[] tokens = model.tokenizer().encode(heldOut, Encoding.PLAIN);
            int length = recipe.model().length();
            // an eighth of it, evenly spaced: the rest would take a minute
            int batches = Windows.batches(tokens, 1, length);
            var windows = Windows.inOrder(tokens, 1, length);
            double loss =
                    recipe.missing().isPresent()
                            ? missing(recipe, backbone, model.tokenizer(), windows, batches)
                            : HeldOut.loss(
                                    new NextToken(backbone, model.tokenizer(), 0, TensorType.F32),
                                    number -> windows.at(number * 8),
                                    batches / 8);
            double tokensPerCharacter =
                    (double) tokens.length / heldOut.codePointCount(0, heldOut.length());
            assertThat(loss * tokensPerCharacter).isCloseTo(said.loss(), within(0.04));
        }
    }

    private static double missing(
            TextRecipe recipe,
            Backbone backbone,
            Tokenizer tokenizer,
            Batches<WindowBatch> windows,
            int batches) {
        Missing missing = recipe.missing().orElseThrow().missing(0).withoutRamp();
        return HeldOut.loss(
                new MissingTokens(backbone, tokenizer, true, 0, TensorType.F32),
                missing.of(number -> windows.at(number * 8), 1),
                batches / 8);
    }
}
