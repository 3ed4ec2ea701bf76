package org.cumae.recipe;

import org.cumae.Check;
import org.cumae.model.Denoising;
import org.cumae.naming.ModelShelf;
import org.cumae.net.Backbone;
import org.cumae.text.Starters;
import org.cumae.train.Batches;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.train.denoise.MaskProcess;
import org.cumae.train.denoise.MaskProcess.Maskable;
import org.cumae.train.denoise.MaskProcess.NoisyBatch;
import org.cumae.train.denoise.MaskedBlocks;
import org.cumae.train.denoise.Nelbo;
import org.cumae.train.text.TextCorpus;
import org.cumae.train.text.Windows;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.unit.Encoding;
import org.cumae.unit.Tokenizer;
import org.cumae.unit.TokenizerFolder;
import org.cumae.weights.TensorType;

import java.nio.file.Files;
import java.nio.file.Path;

/// Follows a [BlockRecipe]: finds the model, gives it a mask, and teaches it to fill blocks of
/// them.
public final class BlockTraining implements Training {
    private static final int LOOKS = 8; // at each window of held-out text, for the bound
    private static final int MOST = 40; // batches of it

    private final Backbone backbone;
    private final Trainer<NoisyBatch> trainer;
    private final RunFolder folder;
    private final Starters starters; // the base's
    private final Tokenizer tokenizer;
    private final Batches<WindowBatch> heldOut;
    private final int batches;

    private BlockTraining(
            Backbone backbone,
            Trainer<NoisyBatch> trainer,
            RunFolder folder,
            Starters starters,
            Tokenizer tokenizer,
            Batches<WindowBatch> heldOut,
            int batches) {
        this.backbone = backbone;
        this.trainer = trainer;
        this.folder = folder;
        this.starters = starters;
        this.tokenizer = tokenizer;
        this.heldOut = heldOut;
        this.batches = batches;
    }

    /// Makes everything ready.
    ///
    /// @param text the file to learn from
    /// @param folder borrowed
    /// @throws org.cumae.train.TrainingException if the text cannot be learned from
    /// @throws IllegalArgumentException if the model is no directory, or cannot fill masks
    public static BlockTraining prepare(
            BlockRecipe recipe, Path text, RunFolder folder, Journal journal) {
        Path base = ModelShelf.standard().find(recipe.base());
        Check.argument(
                Files.isDirectory(base),
                "base is %s; a model is taught to fill masks in a directory with config.json and"
                        + " safetensors",
                base);
        BlockRecipe.Blocks blocks = recipe.blocks();
        TrainingPlan plan = recipe.training();
        TextCorpus corpus = recipe.data().corpus(text);
        Tokenizer tokenizer = TokenizerFolder.open(base).tokenizer();
        int[] training = tokenizer.encode(corpus.training(), Encoding.PLAIN);
        int[] held = tokenizer.encode(corpus.heldOut(), Encoding.PLAIN);
        Denoising denoising = blocks.denoising();
        Batches<NoisyBatch> batches =
                blocks.process()
                        .of(
                                Windows.shuffled(
                                        training, plan.batch(), blocks.length(), plan.chance()),
                                denoising,
                                Maskable.ALL,
                                plan.chance());
        Batches<WindowBatch> heldOut = Windows.inOrder(held, plan.batch(), blocks.length());
        int count = Windows.batches(held, plan.batch(), blocks.length());
        TrainerOptions options = plan.options(count);
        Backbone backbone = Backbone.loadForFilling(base, denoising, plan.chance());
        MaskedBlocks learner =
                new MaskedBlocks(
                        backbone,
                        tokenizer,
                        MaskedBlocks.Form.TWO_PASSES,
                        blocks.foretelling().orElse(blocks.family().foretelling()),
                        denoising.shifted(),
                        plan.dropout().orElse(0.0),
                        blocks.stored().orElse(TensorType.F32));
        Batches<NoisyBatch> looks =
                MaskProcess.COUNTED.of(heldOut, denoising, Maskable.ALL, plan.chance());
        return new BlockTraining(
                backbone,
                new Trainer<>(learner, batches, looks, options, folder, journal),
                folder,
                Starters.of(base),
                tokenizer,
                heldOut,
                Math.min(count, MOST));
    }

    @Override
    public void stop() {
        trainer.stop();
    }

    /// The held-out figure is the bound of [Nelbo].
    @Override
    public Result run() {
        Journal.Outcome outcome = trainer.run();
        starters.write(folder.model());
        try (Backbone best = Backbone.load(folder.model())) {
            double bound = new Nelbo(LOOKS, 1).of(best, tokenizer, heldOut, batches);
            return new Result(outcome, backbone.parameters(), bound);
        }
    }

    @Override
    public void close() {
        trainer.close();
        backbone.close();
    }
}
