package org.cumae.train.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cumae.net.Backbone;
import org.cumae.noise.Noise;
import org.cumae.torch.Ops;
import org.cumae.torch.Processor;
import org.cumae.train.AdamWOptions;
import org.cumae.train.Batches;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.train.TrainerOptions.Precision;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.unit.Characters;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// A batch whose parts are computed side by side teaches what the whole of it does, and the same
/// bits each time.
class SideBySideTest {
    @TempDir private Path folder;
    private int runs;

    private List<float[]> trained(int threads, double dropout) {
        int before = Processor.threads();
        Processor.useThreads(threads);
        int[] tokens = new int[600];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = (int) (Noise.of(3, 1).uniform(i) * 5);
        }
        Batches<WindowBatch> batches = Windows.shuffled(tokens, 7, 12, 1);
        TrainerOptions options =
                new TrainerOptions(
                        6,
                        2,
                        1,
                        new Schedule.Constant(1e-2, 1),
                        new AdamWOptions(0.9, 0.99, 1e-8, 0.1),
                        1,
                        OptionalDouble.empty(),
                        Precision.FLOAT32,
                        6,
                        1,
                        OptionalInt.empty(),
                        6,
                        1,
                        6,
                        Optional.empty());
        try (Backbone backbone = MemoryTest.tiny(16, 16);
                RunFolder run = RunFolder.open(folder.resolve("run" + runs++), false);
                Trainer<WindowBatch> trainer =
                        new Trainer<>(
                                new NextToken(
                                        backbone,
                                        Characters.of("abcdefg"),
                                        dropout,
                                        TensorType.F32),
                                batches,
                                batches,
                                options,
                                run,
                                new Journal() {})) {
            trainer.run();
            List<float[]> weights = new ArrayList<>();
            try (var _ = new PointerScope()) {
                for (Tensor tensor : backbone.tensors()) {
                    weights.add(Ops.floats(tensor.detach()));
                }
            }
            return weights;
        } finally {
            Processor.useThreads(before);
        }
    }

    @Test
    void partsTeachWhatTheWholeDoes() {
        List<float[]> whole = trained(1, 0);
        List<float[]> parts = trained(2, 0);
        for (int i = 0; i < whole.size(); i++) {
            assertThat(parts.get(i)).containsExactly(whole.get(i), within(2e-4f));
        }
    }

    @Test
    void theSameSeedGivesTheSameBitsWhoeverIsDoneFirst() {
        List<float[]> once = trained(2, 0.3);
        List<float[]> again = trained(2, 0.3);
        List<float[]> whole = trained(2, 0);
        for (int i = 0; i < once.size(); i++) {
            assertThat(again.get(i)).isEqualTo(once.get(i));
        }
        assertThat(once.getFirst()).isNotEqualTo(whole.getFirst()); // dropout acts
    }
}
