package org.cumae.reproduce.picture;

import org.cumae.image.MannerPlan;
import org.cumae.image.PictureFolder;
import org.cumae.image.PictureModel;
import org.cumae.naming.ModelShelf;
import org.cumae.picture.Cells;
import org.cumae.picture.Manner;
import org.cumae.recipe.PictureRecipe;
import org.cumae.recipe.PictureTraining;
import org.cumae.recipe.Recipes;
import org.cumae.recipe.Training;
import org.cumae.reproduce.Figure;
import org.cumae.reproduce.Trial;
import org.cumae.reproduce.picture.Judge.Score;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Models of digits for a trial: the bundled ones, and others that are made by their recipes with a
/// change or two.
final class Painters implements AutoCloseable {
    private final Trial trial;
    private final Judge judge;
    private final List<AutoCloseable> open = new ArrayList<>();

    Painters(Trial trial, Judge judge) {
        this.trial = trial;
        this.judge = judge;
    }

    /// A bundled model.
    PictureModel bundled(String name) {
        PictureModel model = PictureFolder.open(ModelShelf.standard().find(name));
        open.add(model);
        return model;
    }

    /// Changes of a recipe for a trial: a small model and a short run where it must be quick.
    ///
    /// @param others changes beside them
    /// @param more blocks, for a model that has no further head, so that all have as many weights
    Map<String, String> changes(Map<String, String> others, int more) {
        Map<String, String> changes = new HashMap<>(others);
        changes.put("model.layers", Integer.toString((trial.quick() ? 2 : 4) + more));
        if (trial.quick()) {
            changes.put("model.width", "96");
            changes.put("model.inner", "256");
            changes.put("training.steps", "300");
            changes.put("training.rate", "3.0e-3");
            changes.put("training.average", "0.98");
            changes.put("training.evaluate-every", "150");
        }
        return changes;
    }

    /// Changes of the recipe of real vectors: so few steps that several runs fit a trial.
    Map<String, String> flowing() {
        Map<String, String> changes = new HashMap<>();
        changes.put("training.steps", trial.quick() ? "400" : "1500");
        changes.put("training.evaluate-every", trial.quick() ? "400" : "500");
        changes.put("training.evaluate-batches", "4");
        changes.put("training.average", trial.quick() ? "0.97" : "0.995");
        if (trial.quick()) {
            changes.put("model.layers", "2");
            changes.put("model.flow", "2");
            changes.put("model.width", "96");
            changes.put("model.inner", "256");
            changes.put("training.rate", "3.0e-3");
            changes.put("manner.flow.steps", "8");
        }
        return changes;
    }

    /// A bundled model where it must be quick, or what comes of its recipe in this run.
    ///
    /// @param bundled its name
    /// @param like the bundled model whose recipe is followed
    PictureModel quickly(
            String name, String bundled, String like, Map<String, String> changes, Manner manner) {
        return trial.quick() ? bundled(bundled) : made(name, like, changes, manner).model();
    }

    /// Digits drawn patch by patch, which others are held against.
    ///
    /// @param like whose patches they are
    Score raster(Cells like, List<Figure> table) {
        PictureModel model =
                quickly(
                        "raster",
                        "digits-raster",
                        "digits-rings",
                        changes(Map.of("manner.order", "raster"), 1),
                        Cells.raster(like.code()));
        Score score = judge.score("raster", model);
        score.table("raster", table);
        return score;
    }

    /// What came of a recipe.
    ///
    /// @param folder of the model, there as long as this is open
    /// @param model open as long as this is
    /// @param nats a code of held-out pictures; of real vectors the mean square of what their
    ///   velocity misses
    record Made(Path folder, PictureModel model, double nats) {
        double bits() {
            return nats / Math.log(2);
        }
    }

    /// Makes a model in this run.
    ///
    /// @param like the bundled model whose recipe is followed
    /// @param changes of the recipe
    /// @param manner how it is to draw, with a code that is there
    Made made(String name, String like, Map<String, String> changes, Manner manner) {
        trial.progress().accept("training " + name);
        Path file = ModelShelf.standard().find(like).resolve("recipe.yaml");
        PictureRecipe recipe = (PictureRecipe) Recipes.read(file, changes);
        RunFolder folder = RunFolder.temporary();
        open.add(folder);
        double nats;
        try (Training training =
                PictureTraining.prepare(
                        recipe,
                        manner,
                        judge.training(),
                        judge.heldOut(),
                        folder,
                        new Journal() {})) {
            nats = training.run().heldOut();
        }
        PictureModel model = PictureFolder.open(folder.model());
        open.add(model);
        return new Made(folder.model(), model, nats);
    }

    /// The same model as it draws masks in another number of steps.
    PictureModel revealing(Made made, int steps) {
        return drawing(made, made.model().plan().revealing(steps));
    }

    /// The same model as it draws in another way.
    PictureModel drawing(Made made, MannerPlan plan) {
        PictureFolder.describe(plan, made.model().classes(), made.folder());
        PictureModel model = PictureFolder.open(made.folder());
        open.add(model);
        return model;
    }

    @Override
    public void close() {
        for (AutoCloseable each : open.reversed()) {
            try {
                each.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("a model of the trial could not be closed", e);
            }
        }
    }
}
