package org.cumae.train.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.net.Backbone;
import org.cumae.net.Positions;
import org.cumae.net.TransformerConfig;
import org.cumae.train.AdamWOptions;
import org.cumae.train.Journal;
import org.cumae.train.Learner;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.train.TrainerOptions.Precision;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.unit.Characters;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/// Two thousand steps take no more memory than a few hundred.
@EnabledOnOs(OS.LINUX)
class MemoryTest {
    private static final long STEPS = 2000;
    private static final long MOST_GROWTH = 8 << 20;

    @TempDir private Path folder;

    private static long residentBytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("the system does not tell VmRSS");
    }

    /// How much resident memory grew from the first quarter of a run to its end.
    private static long growth(Learner<WindowBatch> learner, RunFolder run) {
        int[] tokens = new int[500];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = i * i % 7;
        }
        TrainerOptions options =
                new TrainerOptions(
                        STEPS,
                        1,
                        1,
                        new Schedule.Constant(1e-3, 10),
                        new AdamWOptions(0.9, 0.99, 1e-8, 0.1),
                        1,
                        OptionalDouble.of(0.99),
                        Precision.FLOAT32,
                        STEPS / 4,
                        2,
                        OptionalInt.empty(),
                        STEPS / 4,
                        2,
                        100,
                        Optional.empty());
        List<Long> resident = new ArrayList<>();
        Journal journal =
                new Journal() {
                    @Override
                    public void looked(long step, double loss, boolean best) {
                        System.gc();
                        resident.add(residentBytes());
                    }
                };
        try (Trainer<WindowBatch> trainer =
                new Trainer<>(
                        learner,
                        Windows.shuffled(tokens, 4, 16, 1),
                        Windows.inOrder(tokens, 4, 16),
                        options,
                        run,
                        journal)) {
            trainer.run();
        }
        return resident.getLast() - resident.get(1);
    }

    private static Backbone tiny() {
        return Backbone.fresh(
                new TransformerConfig(
                        "tiny",
                        "llama",
                        7,
                        16,
                        2,
                        1,
                        8,
                        24,
                        16,
                        List.of(OptionalInt.empty()),
                        TransformerConfig.NormKind.RMS,
                        1e-5,
                        new Positions.Rotary(
                                10_000, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                        TransformerConfig.Activation.SWIGLU,
                        Set.of(),
                        false,
                        false),
                1);
    }

    @Test
    void stepsLeaveNothingBehind() {
        try (Backbone backbone = tiny();
                RunFolder run = RunFolder.open(folder, false)) {
            NextToken learner =
                    new NextToken(backbone, Characters.of("abcdefg"), 0.1, TensorType.F32);
            assertThat(growth(learner, run)).isLessThan(MOST_GROWTH);
        }
    }

    /// A learner that forgets one tensor of 64 KiB a step must be noticed.
    @Test
    void aLeakWouldBeSeen() {
        List<Tensor> forgotten = new ArrayList<>();
        try (Backbone backbone = tiny();
                RunFolder run = RunFolder.open(folder, false)) {
            NextToken learner =
                    new NextToken(backbone, Characters.of("abcdefg"), 0.1, TensorType.F32);
            Learner<WindowBatch> leaky =
                    new Learner<>() {
                        @Override
                        public List<Tensor> weights() {
                            return learner.weights();
                        }

                        @Override
                        public Loss loss(WindowBatch batch, boolean training) {
                            forgotten.add(torch.ones(1 << 14).retainReference());
                            return learner.loss(batch, training);
                        }

                        @Override
                        public void save(Path model) {
                            learner.save(model);
                        }
                    };
            assertThat(growth(leaky, run)).isGreaterThan(MOST_GROWTH);
        } finally {
            forgotten.forEach(Tensor::close);
        }
    }
}
