package org.cumae.recipe;

import org.cumae.Check;
import org.cumae.image.PictureFolder;
import org.cumae.net.Backbone;
import org.cumae.picture.Cells;
import org.cumae.picture.CodeManner;
import org.cumae.picture.CodeMasks;
import org.cumae.picture.FlowCells;
import org.cumae.picture.FlowManner;
import org.cumae.picture.FlowMasks;
import org.cumae.picture.FlowPivots;
import org.cumae.picture.FlowScales;
import org.cumae.picture.Line;
import org.cumae.picture.Manner;
import org.cumae.picture.PictureUnit;
import org.cumae.picture.Scales;
import org.cumae.train.Batches;
import org.cumae.train.Epochs;
import org.cumae.train.HeldOut;
import org.cumae.train.Journal;
import org.cumae.train.Learner;
import org.cumae.train.RunFolder;
import org.cumae.train.Trainer;
import org.cumae.train.picture.DrawnCodes;
import org.cumae.train.picture.DrawnValues;
import org.cumae.train.picture.MaskedCodes;
import org.cumae.train.picture.MaskedValues;
import org.cumae.unit.picture.PictureSet;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Follows a [PictureRecipe]: reads the pictures, learns the code, makes the model, trains, and
/// holds the best model against all held-out pictures.
///
/// @param <E> a picture as it is learned from
public final class PictureTraining<E> implements Training {
    private static final double DROPPED = 0.1;

    private final PictureRecipe recipe;
    private final Backbone backbone;
    private final List<String> classes;
    private final Function<Backbone, Learner<List<E>>> learners;
    private final Trainer<List<E>> trainer;
    private final RunFolder folder;
    private final Batches<List<E>> looks;
    private final int heldOutBatches;

    private PictureTraining(
            PictureRecipe recipe,
            Backbone backbone,
            List<String> classes,
            Function<Backbone, Learner<List<E>>> learners,
            Trainer<List<E>> trainer,
            RunFolder folder,
            Batches<List<E>> looks,
            int heldOutBatches) {
        this.recipe = recipe;
        this.backbone = backbone;
        this.classes = classes;
        this.learners = learners;
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
    public static PictureTraining<?> prepare(
            PictureRecipe recipe, Path file, RunFolder folder, Journal journal) {
        PictureSet all = PictureSet.read(file, recipe.limit());
        double share = recipe.data().heldOut();
        Check.argument(share > 0 && share < 1, "held-out is %s; it must be in (0, 1)", share);
        int kept = (int) Math.round(all.size() * (1 - share));
        PictureSet training = all.part(0, kept);
        PictureSet heldOut = all.part(kept, all.size());
        PictureUnit unit = recipe.unit().learn(training.pictures(), codes(journal));
        return prepare(recipe, recipe.manner().of(unit), training, heldOut, folder, journal);
    }

    /// Hears how codes are learned, before the model is: only a line now and then.
    private static Journal codes(Journal journal) {
        return new Journal() {
            @Override
            public void stepped(Step step) {
                journal.told(
                        String.format(
                                Locale.ROOT,
                                "codes: step %,d of %,d, loss %.4f",
                                step.step(),
                                step.steps(),
                                step.loss()));
            }
        };
    }

    /// Makes everything ready with a code that is there.
    ///
    /// @param manner how pictures are drawn, in place of the recipe's
    public static PictureTraining<?> prepare(
            PictureRecipe recipe,
            Manner manner,
            PictureSet training,
            PictureSet heldOut,
            RunFolder folder,
            Journal journal) {
        int classes = training.classes().size();
        double dropped = recipe.dropped().orElse(DROPPED);
        double dropout = recipe.training().dropout().orElse(0.0);
        TensorType stored = recipe.model().stored().orElse(TensorType.F32);
        Backbone backbone =
                Backbone.fresh(recipe.config(manner, classes), recipe.training().chance());
        return switch (manner) {
            case CodeManner codes ->
                    prepare(
                            recipe,
                            backbone,
                            training.classes(),
                            model ->
                                    switch (codes) {
                                        case CodeMasks masks ->
                                                MaskedCodes.of(
                                                        model, masks, classes, dropped, dropout,
                                                        stored);
                                        case Cells _, Scales _, Line _ ->
                                                DrawnCodes.of(
                                                        model, codes, classes, dropped, dropout,
                                                        stored);
                                    },
                            DrawnCodes.coded(codes, training),
                            DrawnCodes.coded(codes, heldOut),
                            whole -> recipe.taking(codes, whole),
                            folder,
                            journal);
            case FlowManner flow ->
                    prepare(
                            recipe,
                            backbone,
                            training.classes(),
                            model ->
                                    switch (flow) {
                                        case FlowMasks _, FlowPivots _ ->
                                                MaskedValues.of(
                                                        model, flow, classes, dropped, dropout,
                                                        stored);
                                        case FlowScales _, FlowCells _ ->
                                                DrawnValues.of(
                                                        model, flow, classes, dropped, dropout,
                                                        stored);
                                    },
                            DrawnValues.valued(flow, training),
                            DrawnValues.valued(flow, heldOut),
                            whole -> whole,
                            folder,
                            journal);
        };
    }

    private static <E> PictureTraining<E> prepare(
            PictureRecipe recipe,
            Backbone backbone,
            List<String> classes,
            Function<Backbone, Learner<List<E>>> learners,
            List<E> learned,
            List<E> tried,
            UnaryOperator<Batches<List<E>>> taking,
            RunFolder folder,
            Journal journal) {
        TrainingPlan plan = recipe.training();
        Epochs numbers = new Epochs(learned.size(), plan.batch(), plan.chance());
        int lookBatches = Math.max(1, tried.size() / plan.batch());
        Batches<List<E>> looks =
                number -> {
                    int from = (int) (number % lookBatches) * plan.batch();
                    return tried.subList(from, Math.min(from + plan.batch(), tried.size()));
                };
        Trainer<List<E>> trainer =
                new Trainer<>(
                        learners.apply(backbone),
                        taking.apply(
                                number ->
                                        IntStream.of(numbers.at(number))
                                                .mapToObj(learned::get)
                                                .toList()),
                        looks,
                        plan.options(lookBatches),
                        folder,
                        journal);
        return new PictureTraining<>(
                recipe, backbone, classes, learners, trainer, folder, looks, lookBatches);
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
            double loss = HeldOut.loss(learners.apply(best), looks, heldOutBatches);
            return new Result(outcome, backbone.parameters(), loss);
        }
    }

    @Override
    public void close() {
        trainer.close();
        backbone.close();
    }
}
