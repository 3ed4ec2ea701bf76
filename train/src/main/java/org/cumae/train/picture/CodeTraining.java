package org.cumae.train.picture;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.psi.Raster;
import org.cumae.torch.Ops;
import org.cumae.train.AdamWOptions;
import org.cumae.train.Epochs;
import org.cumae.train.Journal;
import org.cumae.train.Learner;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.unit.picture.LearnedCode;
import org.cumae.unit.picture.Pixels;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// How codes of pictures are learned: what is written shall differ little from what was read, in
/// its pixels and in the differences of neighbours, which keeps edges where no network judges what
/// looks alike.
///
/// @param steps how often the weights are changed
/// @param batch pictures in a step
/// @param rate the highest learning rate
/// @param seed of the first weights and of all that is drawn
public record CodeTraining(long steps, int batch, double rate, long seed) {
    private static final AdamWOptions ADAM = new AdamWOptions(0.9, 0.95, 1e-8, 0.05);
    private static final double CLIP = 1;
    private static final double EDGES = 0.5; // what differences of neighbours count

    /// Checks the numbers.
    ///
    /// @throws IllegalArgumentException naming the value and its range
    public CodeTraining {
        Check.argument(
                steps > 0 && batch > 0 && rate > 0,
                "%d steps of %d pictures at a rate of %s; each must be above 0",
                steps,
                batch,
                rate);
    }

    /// Teaches a code that knows nothing yet.
    ///
    /// @param code is taught, and rounded as a file has it
    /// @param pictures of its size
    /// @return the same
    public LearnedCode teach(LearnedCode code, List<Raster> pictures, Journal journal) {
        Epochs batches = new Epochs(pictures.size(), Math.min(batch, pictures.size()), seed);
        TrainerOptions options =
                TrainerOptions.through(
                        steps,
                        seed,
                        new Schedule.Cosine(rate, rate / 20, Math.max(1, steps / 20), steps),
                        ADAM,
                        CLIP);
        try (RunFolder folder = RunFolder.temporary();
                Trainer<int[]> trainer =
                        new Trainer<>(
                                new Pictures(code, pictures),
                                batches,
                                batches,
                                options,
                                folder,
                                journal)) {
            trainer.run();
        }
        code.round();
        return code;
    }

    private record Pictures(LearnedCode code, List<Raster> all) implements Learner<int[]> {
        @Override
        public List<Tensor> weights() {
            return code.weights();
        }

        @Override
        public List<int[]> parts(int[] batch, int most) {
            return Learner.cut(IntStream.of(batch).boxed().toList(), most).stream()
                    .map(part -> part.stream().mapToInt(Integer::intValue).toArray())
                    .toList();
        }

        @Override
        public Loss loss(int[] batch, Optional<Generator> chance) {
            Tensor pixels = Pixels.of(Arrays.stream(batch).mapToObj(all::get).toList());
            LearnedCode.Back back = code.back(pixels, chance);
            Tensor apart = back.pixels().sub(pixels);
            Tensor edges = neighbours(apart, 2).abs().mean().add(neighbours(apart, 3).abs().mean());
            Tensor loss = apart.abs().mean().add(edges.mul(Ops.scalar(EDGES))).add(back.loss());
            return new Loss(loss.mul(Ops.scalar((double) batch.length)), batch.length);
        }

        /// Differences of neighbours along an axis.
        private static Tensor neighbours(Tensor x, long axis) {
            long count = x.size(axis) - 1;
            return x.narrow(axis, 1, count).sub(x.narrow(axis, 0, count));
        }

        /// The last weights are taken.
        @Override
        public void save(Path folder) {}
    }
}
