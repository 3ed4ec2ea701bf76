package org.cumae.reproduce.diffusion;

import org.cumae.data.DataFolder;
import org.cumae.model.Denoising;
import org.cumae.model.Tokens;
import org.cumae.net.Backbone;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.TransformerConfig;
import org.cumae.train.AdamWOptions;
import org.cumae.train.Batches;
import org.cumae.train.HeldOut;
import org.cumae.train.Journal;
import org.cumae.train.Learner;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.train.TrainerOptions.Precision;
import org.cumae.train.denoise.MaskProcess;
import org.cumae.train.denoise.MaskProcess.Maskable;
import org.cumae.train.denoise.MaskedBlocks;
import org.cumae.train.denoise.Nelbo;
import org.cumae.train.text.NextToken;
import org.cumae.train.text.TextCorpus;
import org.cumae.train.text.Windows;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.unit.Characters;
import org.cumae.unit.Encoding;
import org.cumae.unit.Tokenizer;
import org.cumae.weights.TensorType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Where small models of some texts are made, for a trial: a next-token model, what it is converted
/// to, and rivals from chance.
final class School implements AutoCloseable {
    private static final int LINES = 20_000;
    private static final String PLAYS = "text/tinyshakespeare.txt";
    private static final int WINDOW = 64;
    private static final int BATCH = 32;
    private static final int LOOK = 8; // windows of held-out text at once
    private static final double RATE = 5e-3;
    private static final double CONVERTING = 3e-3; // the rate of what goes on from a base
    private static final double HELD_OUT = 0.05;
    private static final int BATCHES = 8; // of held-out text
    private static final int LOOKS = 8; // at each window of it, for the bound

    private final Tokenizer tokenizer;
    private final int[] training;
    private final int[] heldOut;
    private final Consumer<String> progress;
    private final List<RunFolder> folders = new ArrayList<>();

    /// A model's shape.
    ///
    /// @param layers how many
    /// @param width channels, a multiple of 32
    record Shape(int layers, int width) {
        TransformerConfig config(String name, int vocabulary) {
            return new TransformerConfig(
                    name,
                    "llama",
                    vocabulary,
                    width,
                    width / 32,
                    width / 32,
                    32,
                    8 * width / 3 / 32 * 32,
                    512,
                    Mixing.attention(layers),
                    TransformerConfig.NormKind.RMS,
                    1e-5,
                    new Positions.Rotary(
                            10_000, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                    TransformerConfig.Activation.SWIGLU,
                    Set.of(),
                    false,
                    false);
        }
    }

    /// How masks are filled, and how that is learned.
    ///
    /// @param foretelling the weight of the next-token loss
    record Way(Denoising denoising, MaskProcess process, double foretelling) {
        Way(Denoising denoising, MaskProcess process) {
            this(denoising, process, 0);
        }
    }

    private School(TextCorpus text, Consumer<String> progress) {
        this.tokenizer = Characters.of(text.training() + text.heldOut());
        this.training = tokenizer.encode(text.training(), Encoding.PLAIN);
        this.heldOut = tokenizer.encode(text.heldOut(), Encoding.PLAIN);
        this.progress = progress;
    }

    /// For lines in which little is left to chance.
    static School of(List<Task> tasks, Consumer<String> progress) {
        String text = Task.text(tasks, LINES);
        int cut = (int) (text.length() * (1 - HELD_OUT));
        return new School(new TextCorpus(text.substring(0, cut), text.substring(cut)), progress);
    }

    /// For plays, which are hard to foretell.
    static School ofPlays(Consumer<String> progress) {
        return new School(
                TextCorpus.read(DataFolder.standard().find(PLAYS, (_, _) -> {}), HELD_OUT),
                progress);
    }

    private Batches<WindowBatch> windows() {
        return Windows.shuffled(training, BATCH, WINDOW, 1);
    }

    private Batches<WindowBatch> looks() {
        return Windows.inOrder(heldOut, LOOK, WINDOW);
    }

    /// A next-token model.
    ///
    /// @return where it lies
    Path plain(String what, Shape shape, long steps) {
        try (Backbone backbone = Backbone.fresh(shape.config("plain", tokenizer.size()), 1)) {
            Learner<WindowBatch> learner = new NextToken(backbone, tokenizer, 0, TensorType.F32);
            return trained(what, learner, windows(), looks(), steps, RATE);
        }
    }

    /// What a next-token model becomes. A step over two streams feeds as many rows as two of a
    /// next-token model.
    Path converted(String what, Path base, Way way, long steps) {
        try (Backbone backbone = Backbone.loadForFilling(base, way.denoising, 1)) {
            return filling(what, backbone, way, steps, CONVERTING);
        }
    }

    /// A model that fills masks, from chance.
    Path fresh(String what, Shape shape, Way way, long steps) {
        TransformerConfig config = shape.config("fresh", tokenizer.size()).filling(way.denoising);
        try (Backbone backbone = Backbone.fresh(config, 1)) {
            return filling(what, backbone, way, steps, RATE);
        }
    }

    private Path filling(String what, Backbone backbone, Way way, long steps, double rate) {
        return trained(
                what,
                learner(backbone, way),
                way.process.of(windows(), way.denoising, Maskable.ALL, 1),
                MaskProcess.COUNTED.of(looks(), way.denoising, Maskable.ALL, 1),
                steps,
                rate);
    }

    private MaskedBlocks learner(Backbone backbone, Way way) {
        return new MaskedBlocks(
                backbone,
                tokenizer,
                MaskedBlocks.Form.TWO_PASSES,
                way.foretelling,
                way.denoising.shifted(),
                0,
                TensorType.F32);
    }

    private <B> Path trained(
            String what,
            Learner<B> learner,
            Batches<B> batches,
            Batches<B> looks,
            long steps,
            double rate) {
        progress.accept("%s, %d steps".formatted(what, steps));
        RunFolder folder = RunFolder.temporary();
        folders.add(folder);
        try (Trainer<B> trainer =
                new Trainer<>(
                        learner, batches, looks, options(steps, rate), folder, new Journal() {})) {
            trainer.run();
            learner.save(folder.model());
        }
        return folder.model();
    }

    private static TrainerOptions options(long steps, double rate) {
        return new TrainerOptions(
                steps,
                1,
                1,
                new Schedule.Cosine(rate, rate / 20, Math.min(30, steps / 4), steps),
                new AdamWOptions(0.9, 0.98, 1e-8, 0.01),
                1,
                OptionalDouble.empty(),
                Precision.FLOAT32,
                steps + 1,
                1,
                OptionalInt.empty(),
                steps + 1,
                1,
                1000,
                Optional.empty());
    }

    /// Windows of held-out text.
    List<Tokens> heldOut(int count) {
        return IntStream.range(0, Math.min(count, heldOut.length / WINDOW))
                .mapToObj(i -> Arrays.copyOfRange(heldOut, i * WINDOW, (i + 1) * WINDOW))
                .map(Tokens::of)
                .toList();
    }

    /// Nats a token that a next-token model finds in held-out text.
    double surprise(Path model) {
        try (Backbone backbone = Backbone.load(model)) {
            return HeldOut.loss(
                    new NextToken(backbone, tokenizer, 0, TensorType.F32), looks(), BATCHES);
        }
    }

    /// Nats a token at most that a model which fills masks finds there.
    double bound(Path model) {
        try (Backbone backbone = Backbone.load(model)) {
            return new Nelbo(LOOKS, 1).of(backbone, tokenizer, looks(), BATCHES);
        }
    }

    /// The same of one that sees a whole canvas: a window is its only block.
    double canvasBound(Path model) {
        try (Backbone backbone = Backbone.load(model)) {
            MaskedBlocks learner = MaskedBlocks.of(backbone, tokenizer);
            Denoising whole = new Denoising(WINDOW, Denoising.Reading.CANVAS, false);
            return new Nelbo(LOOKS, 1).of(learner, whole, looks(), BATCHES);
        }
    }

    @Override
    public void close() {
        folders.forEach(RunFolder::close);
    }
}
