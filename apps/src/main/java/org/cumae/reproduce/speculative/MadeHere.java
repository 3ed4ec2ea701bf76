package org.cumae.reproduce.speculative;

import org.cumae.naming.ModelShelf;
import org.cumae.recipe.MaskRecipe;
import org.cumae.recipe.MedusaRecipe;
import org.cumae.recipe.Recipe;
import org.cumae.recipe.Recipes;
import org.cumae.recipe.SelfDraftTraining;
import org.cumae.recipe.TextRecipe;
import org.cumae.recipe.TextTraining;
import org.cumae.recipe.Training;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A small model of one kind of text, made for a trial: 4 layers, 160 wide, 512 pairs of bytes; and
/// what it is taught to draft for itself with.
final class MadeHere implements AutoCloseable {
    /// How many masks, or heads, it is taught.
    static final int MASKS = 4;

    private static final int RANK = 16;
    private static final int WINDOW = 128;
    private static final Map<String, String> SHAPE =
            Map.ofEntries(
                    Map.entry("unit.kind", "pairs"),
                    Map.entry("unit.size", "512"),
                    Map.entry("model.layers", "4"),
                    Map.entry("model.width", "160"),
                    Map.entry("model.heads", "4"),
                    Map.entry("model.inner", "432"),
                    Map.entry("model.length", "256"),
                    Map.entry("training.batch", "8"),
                    Map.entry("training.steps", "1500"),
                    Map.entry("training.average", "0.99"),
                    Map.entry("training.evaluate-every", "300"));
    private static final Map<String, String> LESSON =
            Map.ofEntries(
                    Map.entry("training.batch", "8"),
                    Map.entry("training.steps", "400"),
                    Map.entry("training.rate", "2.0e-3"),
                    Map.entry("training.dropout", "null"),
                    Map.entry("training.weight-decay", "0.0"),
                    Map.entry("training.average", "0.99"),
                    Map.entry("training.evaluate-every", "100"));

    private final Path text;
    private final TextRecipe recipe;
    private final RunFolder base;
    private final Consumer<String> progress;
    private final List<RunFolder> folders = new ArrayList<>();

    /// Makes one.
    ///
    /// @param words what its progress is told under
    /// @param text the file that it learns from
    MadeHere(String words, Path text, Consumer<String> progress) {
        this.text = text;
        this.progress = line -> progress.accept(words + ": " + line);
        Path shakespeare = ModelShelf.standard().find("shakespeare").resolve("recipe.yaml");
        this.recipe = (TextRecipe) Recipes.read(shakespeare, SHAPE);
        this.base = folder();
        run("making a model", TextTraining.prepare(recipe, text, base, new Journal() {}));
    }

    private RunFolder folder() {
        RunFolder folder = RunFolder.temporary();
        folders.add(folder);
        return folder;
    }

    private void run(String what, Training training) {
        progress.accept(what);
        try (training) {
            training.run();
        }
    }

    /// Teaches it masks.
    ///
    /// @param consistency the weight of the distance to the model's own hidden states
    /// @return where the model lies with its masks
    Path masks(double consistency) {
        RunFolder folder = folder();
        MaskRecipe taught =
                (MaskRecipe)
                        lesson(
                                new MaskRecipe(
                                        "masks",
                                        "Masks of a trial.",
                                        base.model().toString(),
                                        recipe.data(),
                                        new MaskRecipe.Masks(
                                                MASKS,
                                                Optional.of(RANK),
                                                Optional.empty(),
                                                WINDOW,
                                                Optional.empty(),
                                                Optional.of(consistency),
                                                Optional.empty()),
                                        recipe.training()));
        run(
                "teaching masks, consistency " + consistency,
                SelfDraftTraining.prepare(taught, text, folder, new Journal() {}));
        return folder.model();
    }

    /// Teaches it heads.
    ///
    /// @return where the model lies with its heads
    Path heads() {
        RunFolder folder = folder();
        MedusaRecipe taught =
                (MedusaRecipe)
                        lesson(
                                new MedusaRecipe(
                                        "heads",
                                        "Heads of a trial.",
                                        base.model().toString(),
                                        recipe.data(),
                                        new MedusaRecipe.Heads(
                                                MASKS, WINDOW, Optional.of(TensorType.F32)),
                                        recipe.training()));
        run("teaching heads", SelfDraftTraining.prepare(taught, text, folder, new Journal() {}));
        return folder.model();
    }

    private static Recipe lesson(Recipe recipe) {
        return Recipes.with(recipe, LESSON);
    }

    @Override
    public void close() {
        folders.forEach(RunFolder::close);
    }
}
