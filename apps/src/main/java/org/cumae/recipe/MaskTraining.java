package org.cumae.recipe;

import org.cumae.Check;
import org.cumae.net.Backbone;
import org.cumae.text.ModelShelf;
import org.cumae.train.Batches;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
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

/// Follows a [MaskRecipe]: finds the model, reads the text in its tokens, and teaches it masks.
public final class MaskTraining implements Training {
    private final Backbone backbone;
    private final Trainer<WindowBatch> trainer;

    private MaskTraining(Backbone backbone, Trainer<WindowBatch> trainer) {
        this.backbone = backbone;
        this.trainer = trainer;
    }

    /// Makes everything ready.
    ///
    /// @param text the file to learn from
    /// @param folder borrowed
    /// @throws org.cumae.train.TrainingException if the text cannot be learned from
    /// @throws IllegalArgumentException if the model is no directory
    public static MaskTraining prepare(
            MaskRecipe recipe, Path text, RunFolder folder, Journal journal) {
        Path base = ModelShelf.standard().find(recipe.base());
        Check.argument(
                Files.isDirectory(base),
                "base is %s; masks are taught to a model in a directory with config.json and"
                        + " safetensors",
                base);
        TextCorpus corpus = TextCorpus.read(text, recipe.data().heldOut());
        Tokenizer tokenizer = TokenizerFolder.open(base).tokenizer();
        int[] training = tokenizer.encode(corpus.training(), Encoding.PLAIN);
        int[] heldOut = tokenizer.encode(corpus.heldOut(), Encoding.PLAIN);
        TrainingPlan plan = recipe.training();
        MaskRecipe.Masks masks = recipe.masks();
        int length = masks.length();
        Batches<WindowBatch> batches =
                Windows.shuffled(training, plan.batch(), length, plan.chance());
        Batches<WindowBatch> looks = Windows.inOrder(heldOut, plan.batch(), length);
        TrainerOptions options = plan.options(Windows.batches(heldOut, plan.batch(), length));
        Backbone backbone = Backbone.loadForMasks(base, masks.shape(), plan.chance());
        MaskedTokens learner =
                new MaskedTokens(
                        backbone,
                        base,
                        masks.places().orElse(16),
                        masks.consistency().orElse(1.0),
                        masks.stored().orElse(TensorType.F32));
        return new MaskTraining(
                backbone, new Trainer<>(learner, batches, looks, options, folder, journal));
    }

    @Override
    public void stop() {
        trainer.stop();
    }

    @Override
    public Result run() {
        Journal.Outcome outcome = trainer.run();
        long learned = backbone.maskParameters();
        return new Result(outcome, learned, outcome.loss());
    }

    @Override
    public void close() {
        trainer.close();
        backbone.close();
    }
}
