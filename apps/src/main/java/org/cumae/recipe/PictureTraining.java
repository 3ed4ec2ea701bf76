package org.cumae.recipe;

import org.cumae.Check;
import org.cumae.image.PictureFolder;
import org.cumae.net.Backbone;
import org.cumae.picture.Manner;
import org.cumae.picture.PictureCode;
import org.cumae.train.Batches;
import org.cumae.train.Epochs;
import org.cumae.train.HeldOut;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.train.Trainer;
import org.cumae.train.picture.Coded;
import org.cumae.train.picture.DrawnCodes;
import org.cumae.unit.picture.PictureSet;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// Follows a [PictureRecipe]: reads the pictures, learns the code, makes the model, trains, and
/// holds the best model against all held-out pictures.
public final class PictureTraining implements Training {
    private static final int MOST = 60_000;
    private static final double DROPPED = 0.1;

    private final PictureRecipe recipe;
    private final Backbone backbone;
    private final Manner manner;
    private final List<String> classes;
    private final Trainer<List<Coded>> trainer;
    private final RunFolder folder;
    private final Batches<List<Coded>> looks;
    private final int heldOutBatches;

    private PictureTraining(
            PictureRecipe recipe,
            Backbone backbone,
            Manner manner,
            List<String> classes,
            Trainer<List<Coded>> trainer,
            RunFolder folder,
            Batches<List<Coded>> looks,
            int heldOutBatches) {
        this.recipe = recipe;
        this.backbone = backbone;
        this.manner = manner;
        this.classes = classes;
        this.trainer = trainer;
        this.folder = folder;
        this.looks = looks;
        this.heldOutBatches = heldOutBatches;
    }

    /// Makes everything ready.
    ///
    /// @param file of pictures
    /// @param folder borrowed
    /// @throws IllegalArgumentException if pictures cannot be read, or fill no batch
    public static PictureTraining prepare(
            PictureRecipe recipe, Path file, RunFolder folder, Journal journal) {
        PictureSet all = PictureSet.read(file, recipe.most().orElse(MOST));
        double share = recipe.data().heldOut();
        Check.argument(share > 0 && share < 1, "held-out is %s; it must be in (0, 1)", share);
        int kept = (int) Math.round(all.size() * (1 - share));
        PictureSet training = all.part(0, kept);
        PictureSet heldOut = all.part(kept, all.size());
        PictureCode code = recipe.unit().learn(training.pictures());
        return prepare(recipe, recipe.manner().of(code), training, heldOut, folder, journal);
    }

    /// Makes everything ready with a code that is there.
    ///
    /// @param manner how pictures are drawn, in place of the recipe's
    public static PictureTraining prepare(
            PictureRecipe recipe,
            Manner manner,
            PictureSet training,
            PictureSet heldOut,
            RunFolder folder,
            Journal journal) {
        TrainingPlan plan = recipe.training();
        List<Coded> learned = DrawnCodes.coded(manner, training);
        List<Coded> tried = DrawnCodes.coded(manner, heldOut);
        Epochs numbers = new Epochs(learned.size(), plan.batch(), plan.chance());
        int lookBatches = Math.max(1, tried.size() / plan.batch());
        Batches<List<Coded>> looks =
                number -> {
                    int from = (int) (number % lookBatches) * plan.batch();
                    return tried.subList(from, Math.min(from + plan.batch(), tried.size()));
                };
        Backbone backbone =
                Backbone.fresh(recipe.config(manner, training.classes().size()), plan.chance());
        DrawnCodes learner = learner(recipe, backbone, manner, training.classes());
        Trainer<List<Coded>> trainer =
                new Trainer<>(
                        learner,
                        number -> IntStream.of(numbers.at(number)).mapToObj(learned::get).toList(),
                        looks,
                        plan.options(lookBatches),
                        folder,
                        journal);
        return new PictureTraining(
                recipe, backbone, manner, training.classes(), trainer, folder, looks, lookBatches);
    }

    private static DrawnCodes learner(
            PictureRecipe recipe, Backbone backbone, Manner manner, List<String> classes) {
        return DrawnCodes.of(
                backbone,
                manner,
                classes.size(),
                recipe.dropped().orElse(DROPPED),
                recipe.training().dropout().orElse(0.0),
                recipe.model().stored().orElse(TensorType.F32));
    }

    @Override
    public void stop() {
        trainer.stop();
    }

    @Override
    public Result run() {
        Journal.Outcome outcome = trainer.run();
        PictureFolder.describe(recipe.manner(), classes, folder.model());
        try (Backbone best = Backbone.load(folder.model())) {
            double loss =
                    HeldOut.loss(learner(recipe, best, manner, classes), looks, heldOutBatches);
            return new Result(outcome, backbone.parameters(), loss);
        }
    }

    @Override
    public void close() {
        trainer.close();
        backbone.close();
    }
}
