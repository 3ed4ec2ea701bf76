package org.cumae.bench;

import org.cumae.net.Backbone;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.TransformerConfig;
import org.cumae.net.TransformerConfig.Activation;
import org.cumae.net.TransformerConfig.Bias;
import org.cumae.net.TransformerConfig.NormKind;
import org.cumae.noise.Noise;
import org.cumae.torch.Processor;
import org.cumae.train.AdamWOptions;
import org.cumae.train.Batches;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.train.TrainerOptions.Precision;
import org.cumae.train.text.NextToken;
import org.cumae.train.text.Windows;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.unit.Bytes;
import org.cumae.weights.TensorType;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// Tokens a second of the trainer, beside PyTorch with the same model, batch and optimiser: `cumae
/// bench train --threads 2`. The two take turns, so that what else the machine does meets both. The
/// limit is the matrix rate measured in the same run over the products of one token.
///
/// `$CUMAE_PYTHON` names a Python that has PyTorch, or the one on the path is asked.
public final class TrainBench {
    private static final double FLOPS_PER_WEIGHT = 6;

    private final TrainLoad load;
    private final String python;
    private final int threads;
    private final int turns;
    private final Consumer<String> progress;

    /// @param threads of each
    /// @param quick fewer turns, for a look in under a minute
    /// @param progress is told what is being measured
    /// @throws IllegalArgumentException if threads is below 1
    public TrainBench(int threads, boolean quick, Consumer<String> progress) {
        this(
                TrainLoad.small(quick ? 5 : 15),
                Optional.ofNullable(System.getenv("CUMAE_PYTHON"))
                        .filter(name -> !name.isBlank())
                        .orElse("python3"),
                threads,
                quick ? 3 : 5,
                progress);
    }

    TrainBench(TrainLoad load, String python, int threads, int turns, Consumer<String> progress) {
        this.load = load;
        this.python = python;
        this.threads = threads;
        this.turns = turns;
        this.progress = progress;
    }

    /// Measures.
    public BenchReport run() {
        Processor.useThreads(threads);
        try (RunFolder run = RunFolder.temporary();
                Backbone backbone = Backbone.fresh(config(), 1)) {
            return new BenchReport(
                    "train",
                    "%s, %d threads".formatted(Machine.describe(), threads),
                    List.of(row(backbone, run)));
        }
    }

    private BenchRow row(Backbone backbone, RunFolder run) {
        double before = Processor.matrixRate();
        String subject =
                "GPT-2 of %.1f M weights, batch %d x %d, float32"
                        .formatted(backbone.parameters() * 1e-6, load.rows(), load.length());
        try (TorchPeer peer = new TorchPeer(python, load, threads)) {
            List<Double> theirs = new ArrayList<>();
            double ours =
                    train(
                            backbone,
                            run,
                            () -> {
                                progress.accept("training in PyTorch");
                                theirs.add(load.tokensPerStep() / peer.secondsPerStep());
                                progress.accept("training here");
                            });
            return limited(subject, ours, backbone, before).beside(peer.name(), median(theirs));
        } catch (PeerMissingException e) {
            double ours = train(backbone, run, () -> {});
            String why = Optional.ofNullable(e.getMessage()).orElse("it is not there");
            return limited(subject, ours, backbone, before).without("PyTorch", why);
        }
    }

    /// @param before the matrix rate before the training; after it is asked again, for a limit that
    ///   the machine was kept from is none
    private static BenchRow limited(String subject, double rate, Backbone backbone, double before) {
        double matrixRate = Math.max(before, Processor.matrixRate());
        return BenchRow.of("training", subject, rate, "tokens/s")
                .under(matrixRate / (FLOPS_PER_WEIGHT * backbone.parameters()));
    }

    /// The median over the turns, of which the first does not count.
    private double train(Backbone backbone, RunFolder run, Runnable between) {
        List<Double> rates = new ArrayList<>();
        Journal journal =
                new Journal() {
                    @Override
                    public void stepped(Step step) {
                        rates.add(step.perSecond());
                        between.run();
                    }
                };
        progress.accept("training here");
        try (Trainer<WindowBatch> trainer =
                new Trainer<>(
                        new NextToken(backbone, Bytes.BYTES, 0, TensorType.F32),
                        noise(),
                        noise(),
                        options(),
                        run,
                        journal)) {
            trainer.run();
        }
        return median(rates);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.subList(1, values.size()).stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private Batches<WindowBatch> noise() {
        int[] tokens = new int[100_000];
        Noise noise = Noise.of(1, 0);
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = (int) (noise.uniform(i) * load.vocabulary());
        }
        return Windows.shuffled(tokens, load.rows(), load.length(), 1);
    }

    private TrainerOptions options() {
        long steps = (long) load.steps() * (turns + 1);
        return new TrainerOptions(
                steps,
                1,
                1,
                new Schedule.Constant(1e-3, 0),
                new AdamWOptions(0.9, 0.999, 1e-8, 0.01),
                1,
                OptionalDouble.empty(),
                Precision.FLOAT32,
                steps,
                1,
                OptionalInt.empty(),
                steps,
                1,
                load.steps(),
                Optional.empty());
    }

    private TransformerConfig config() {
        return new TransformerConfig(
                "bench",
                "gpt2",
                load.vocabulary(),
                load.width(),
                load.heads(),
                load.heads(),
                load.width() / load.heads(),
                4 * load.width(),
                load.length(),
                Mixing.attention(load.layers()),
                NormKind.LAYER,
                1e-5,
                new Positions.Learned(),
                Activation.GELU_TANH,
                EnumSet.allOf(Bias.class),
                false,
                false);
    }
}
