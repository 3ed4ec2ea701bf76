package org.cumae.recipe;

import org.cumae.Check;
import org.cumae.naming.ModelShelf;
import org.cumae.net.Backbone;
import org.cumae.net.MedusaHeads;
import org.cumae.train.Batches;
import org.cumae.train.Journal;
import org.cumae.train.Learner;
import org.cumae.train.RunFolder;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.train.text.LaterTokens;
import org.cumae.train.text.MaskedTokens;
import org.cumae.train.text.TextCorpus;
import org.cumae.train.text.Windows;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.unit.Encoding;
import org.cumae.unit.Tokenizer;
import org.cumae.unit.TokenizerFolder;
import org.cumae.weights.TensorType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Follows a [MaskRecipe] or a [MedusaRecipe]: finds the model, reads the text in its tokens, and
/// teaches it to draft for itself.
public final class SelfDraftTraining implements Training {
    private final Pupil pupil;
    private final Trainer<WindowBatch> trainer;

    private SelfDraftTraining(Pupil pupil, Trainer<WindowBatch> trainer) {
        this.pupil = pupil;
        this.trainer = trainer;
    }

    /// Makes everything ready.
    ///
    /// @param text the file to learn from
    /// @param folder borrowed
    /// @throws org.cumae.train.TrainingException if the text cannot be learned from
    /// @throws IllegalArgumentException if the model is no directory
    public static SelfDraftTraining prepare(
            MaskRecipe recipe, Path text, RunFolder folder, Journal journal) {
        Path base = base(recipe.base());
        Lesson lesson = Lesson.of(base, recipe.data(), text, recipe.masks().length());
        return lesson.begin(Pupil.of(recipe, base), recipe.training(), folder, journal);
    }

    /// As [#prepare(MaskRecipe, Path, RunFolder, Journal)].
    public static SelfDraftTraining prepare(
            MedusaRecipe recipe, Path text, RunFolder folder, Journal journal) {
        Path base = base(recipe.base());
        Lesson lesson = Lesson.of(base, recipe.data(), text, recipe.heads().length());
        return lesson.begin(Pupil.of(recipe, base), recipe.training(), folder, journal);
    }

    /// The directory of a model that is taught to draft for itself.
    static Path base(String name) {
        Path base = ModelShelf.standard().find(name);
        Check.argument(
                Files.isDirectory(base),
                "base is %s; a model is taught to draft for itself in a directory with config.json"
                        + " and safetensors",
                base);
        return base;
    }

    /// What is learned from.
    ///
    /// @param training tokens
    /// @param heldOut tokens
    /// @param length of a window
    private record Lesson(int[] training, int[] heldOut, int length) {
        static Lesson of(Path base, TextRecipe.Data data, Path text, int length) {
            TextCorpus corpus = data.corpus(text);
            Tokenizer tokenizer = TokenizerFolder.open(base).tokenizer();
            return new Lesson(
                    tokenizer.encode(corpus.training(), Encoding.PLAIN),
                    tokenizer.encode(corpus.heldOut(), Encoding.PLAIN),
                    length);
        }

        SelfDraftTraining begin(Pupil pupil, TrainingPlan plan, RunFolder folder, Journal journal) {
            Batches<WindowBatch> batches =
                    Windows.shuffled(training, plan.batch(), length, plan.chance());
            Batches<WindowBatch> looks = Windows.inOrder(heldOut, plan.batch(), length);
            TrainerOptions options = plan.options(Windows.batches(heldOut, plan.batch(), length));
            return new SelfDraftTraining(
                    pupil, new Trainer<>(pupil.learner, batches, looks, options, folder, journal));
        }
    }

    /// What learns.
    ///
    /// @param owned what must be closed
    /// @param parameters how many weights are learned
    private record Pupil(
            Learner<WindowBatch> learner, List<? extends Owned> owned, long parameters) {
        private static final int PLACES = 16;

        static Pupil of(MaskRecipe recipe, Path base) {
            MaskRecipe.Masks masks = recipe.masks();
            Backbone backbone =
                    Backbone.loadForMasks(base, masks.shape(), recipe.training().chance());
            return new Pupil(
                    new MaskedTokens(
                            backbone,
                            base,
                            masks.places().orElse(PLACES),
                            masks.consistency().orElse(1.0),
                            masks.stored().orElse(TensorType.F32)),
                    List.of(backbone::close),
                    backbone.maskParameters());
        }

        static Pupil of(MedusaRecipe recipe, Path base) {
            Backbone backbone = Backbone.load(base);
            MedusaHeads heads =
                    MedusaHeads.fresh(recipe.heads().count(), backbone.config().width());
            return new Pupil(
                    new LaterTokens(
                            backbone, heads, base, recipe.heads().stored().orElse(TensorType.F32)),
                    List.of(heads::close, backbone::close),
                    heads.parameters());
        }
    }

    @FunctionalInterface
    private interface Owned {
        void close();
    }

    @Override
    public void stop() {
        trainer.stop();
    }

    @Override
    public Result run() {
        Journal.Outcome outcome = trainer.run();
        return new Result(outcome, pupil.parameters, outcome.loss());
    }

    @Override
    public void close() {
        trainer.close();
        pupil.owned.forEach(Owned::close);
    }
}
