package org.cumae.recipe;

import org.cumae.net.Backbone;
import org.cumae.train.Batches;
import org.cumae.train.HeldOut;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.train.text.NextToken;
import org.cumae.train.text.TextCorpus;
import org.cumae.train.text.Windows;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.unit.Bytes;
import org.cumae.unit.Characters;
import org.cumae.unit.Encoding;
import org.cumae.unit.PairTrainer;
import org.cumae.unit.PairTraining;
import org.cumae.unit.Tokenizer;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.List;

/// Follows a [TextRecipe]: reads the text, makes the unit and the model, trains, and holds the best
/// model against all of the held-out text.
public final class TextTraining implements AutoCloseable {
    private final TextRecipe recipe;
    private final Backbone backbone;
    private final Trainer<WindowBatch> trainer;
    private final RunFolder folder;
    private final TextCorpus corpus;
    private final Batches<WindowBatch> looks;
    private final int[] heldOut;

    private TextTraining(
            TextRecipe recipe,
            Backbone backbone,
            Trainer<WindowBatch> trainer,
            RunFolder folder,
            TextCorpus corpus,
            Batches<WindowBatch> looks,
            int[] heldOut) {
        this.recipe = recipe;
        this.backbone = backbone;
        this.trainer = trainer;
        this.folder = folder;
        this.corpus = corpus;
        this.looks = looks;
        this.heldOut = heldOut;
    }

    /// Makes everything ready.
    ///
    /// @param text the file to learn from
    /// @param folder borrowed
    /// @throws org.cumae.train.TrainingException if the text cannot be learned from
    public static TextTraining prepare(
            TextRecipe recipe, Path text, RunFolder folder, Journal journal) {
        TextCorpus corpus = TextCorpus.read(text, recipe.data().heldOut());
        Tokenizer tokenizer = tokenizer(recipe.unit(), corpus);
        int[] training = tokenizer.encode(corpus.training(), Encoding.PLAIN);
        int[] heldOut = tokenizer.encode(corpus.heldOut(), Encoding.PLAIN);
        TrainingPlan plan = recipe.training();
        int length = recipe.model().length();
        Batches<WindowBatch> batches =
                Windows.shuffled(training, plan.batch(), length, plan.chance());
        Batches<WindowBatch> looks = Windows.inOrder(heldOut, plan.batch(), length);
        TrainerOptions options = plan.options(Windows.batches(heldOut, plan.batch(), length));
        Backbone backbone =
                Backbone.fresh(
                        recipe.model().config(recipe.name(), tokenizer.size()), plan.chance());
        Trainer<WindowBatch> trainer =
                new Trainer<>(
                        new NextToken(
                                backbone,
                                tokenizer,
                                plan.dropout().orElse(0.0),
                                recipe.model().stored().orElse(TensorType.F32)),
                        batches,
                        looks,
                        options,
                        folder,
                        journal);
        return new TextTraining(recipe, backbone, trainer, folder, corpus, looks, heldOut);
    }

    private static Tokenizer tokenizer(TextRecipe.Unit unit, TextCorpus corpus) {
        return switch (unit.kind()) {
            case CHARACTERS -> Characters.of(corpus.training() + corpus.heldOut());
            case BYTES -> Bytes.BYTES;
            case PAIRS ->
                    PairTrainer.train(
                            List.of(corpus.training()), PairTraining.of(unit.size().orElse(1024)));
        };
    }

    /// Ends [#run] after the step that it is at, from any thread.
    public void stop() {
        trainer.stop();
    }

    /// Trains, and tells how good the best model is.
    public Result run() {
        Journal.Outcome outcome = trainer.run();
        return new Result(outcome, backbone.parameters(), heldOutLoss());
    }

    /// Nats a character over all held-out windows, of the best model.
    private double heldOutLoss() {
        int count = Windows.batches(heldOut, recipe.training().batch(), recipe.model().length());
        double perToken;
        try (Backbone best = Backbone.load(folder.model())) {
            NextToken learner =
                    new NextToken(best, Bytes.BYTES, 0, TensorType.F32); // measures only
            perToken = HeldOut.loss(learner, looks, count);
        }
        double tokensPerCharacter =
                (double) heldOut.length
                        / corpus.heldOut().codePointCount(0, corpus.heldOut().length());
        return perToken * tokensPerCharacter;
    }

    @Override
    public void close() {
        trainer.close();
        backbone.close();
    }

    /// What came of it.
    ///
    /// @param outcome how the run ended
    /// @param parameters how many weights the model has
    /// @param heldOut nats a character of the best model over the whole held-out text
    public record Result(Journal.Outcome outcome, long parameters, double heldOut) {}
}
