package org.cumae.recipe;

import org.cumae.net.Backbone;
import org.cumae.text.Starters;
import org.cumae.train.Batches;
import org.cumae.train.HeldOut;
import org.cumae.train.Journal;
import org.cumae.train.Learner;
import org.cumae.train.RunFolder;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.train.text.Missing;
import org.cumae.train.text.MissingTokens;
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
import java.util.function.Function;

/// Follows a [TextRecipe]: reads the text, makes the unit and the model, trains, and holds the best
/// model against all of the held-out text.
public final class TextTraining implements Training {
    private final TextRecipe recipe;
    private final Backbone backbone;
    private final Trainer<?> trainer;
    private final RunFolder folder;
    private final TextCorpus corpus;
    private final Goal<?> goal;
    private final int[] heldOut;

    private TextTraining(
            TextRecipe recipe,
            Backbone backbone,
            Trainer<?> trainer,
            RunFolder folder,
            TextCorpus corpus,
            Goal<?> goal,
            int[] heldOut) {
        this.recipe = recipe;
        this.backbone = backbone;
        this.trainer = trainer;
        this.folder = folder;
        this.corpus = corpus;
        this.goal = goal;
        this.heldOut = heldOut;
    }

    /// Makes everything ready.
    ///
    /// @param text the file to learn from
    /// @param folder borrowed
    /// @throws org.cumae.train.TrainingException if the text cannot be learned from
    public static TextTraining prepare(
            TextRecipe recipe, Path text, RunFolder folder, Journal journal) {
        TextCorpus corpus = recipe.data().corpus(text);
        Tokenizer tokenizer = tokenizer(recipe.unit(), corpus);
        int[] training = tokenizer.encode(corpus.training(), Encoding.PLAIN);
        int[] heldOut = tokenizer.encode(corpus.heldOut(), Encoding.PLAIN);
        TrainingPlan plan = recipe.training();
        int length = recipe.model().length();
        Batches<WindowBatch> batches =
                Windows.shuffled(training, plan.batch(), length, plan.chance());
        Batches<WindowBatch> looks = Windows.inOrder(heldOut, plan.batch(), length);
        TrainerOptions options = plan.options(Windows.batches(heldOut, plan.batch(), length));
        Backbone backbone = Backbone.fresh(recipe.config(tokenizer.size()), plan.chance());
        Goal<?> goal = goal(recipe, tokenizer, batches, looks);
        Trainer<?> trainer = goal.trainer(backbone, options, folder, journal);
        return new TextTraining(recipe, backbone, trainer, folder, corpus, goal, heldOut);
    }

    private static Goal<?> goal(
            TextRecipe recipe,
            Tokenizer tokenizer,
            Batches<WindowBatch> batches,
            Batches<WindowBatch> looks) {
        TrainingPlan plan = recipe.training();
        double dropout = plan.dropout().orElse(0.0);
        TensorType stored = recipe.model().stored().orElse(TensorType.F32);
        if (recipe.missing().isEmpty()) {
            return new Goal<>(
                    backbone -> new NextToken(backbone, tokenizer, dropout, stored),
                    batches,
                    looks);
        }
        TextRecipe.MissingTokensPlan wanted = recipe.missing().get();
        Missing missing = wanted.missing(plan.steps());
        boolean joint = wanted.joint().orElse(true);
        return new Goal<>(
                backbone -> new MissingTokens(backbone, tokenizer, joint, dropout, stored),
                missing.of(batches, plan.chance()),
                missing.withoutRamp().of(looks, plan.chance()));
    }

    /// What is learned, and from what.
    private record Goal<B>(
            Function<Backbone, Learner<B>> learner, Batches<B> training, Batches<B> looks) {
        Trainer<B> trainer(
                Backbone backbone, TrainerOptions options, RunFolder folder, Journal journal) {
            return new Trainer<>(
                    learner.apply(backbone), training, looks, options, folder, journal);
        }

        double loss(Backbone best, int count) {
            return HeldOut.loss(learner.apply(best), looks, count);
        }
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

    @Override
    public void stop() {
        trainer.stop();
    }

    @Override
    public Result run() {
        Journal.Outcome outcome = trainer.run();
        recipe.starters().ifPresent(texts -> new Starters(texts).write(folder.model()));
        return new Result(outcome, backbone.parameters(), heldOutLoss());
    }

    /// Nats a character over all held-out windows, of the best model; of the characters that are
    /// missing, where it learns those.
    private double heldOutLoss() {
        int count = Windows.batches(heldOut, recipe.training().batch(), recipe.model().length());
        double perToken;
        try (Backbone best = Backbone.load(folder.model())) {
            perToken = goal.loss(best, count);
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
}
