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
import org.cumae.unit.picture.DiffusionCode;
import org.cumae.unit.picture.Learned;
import org.cumae.unit.picture.LearnedCode;
import org.cumae.unit.picture.LearnedLatent;
import org.cumae.unit.picture.LearnedPyramid;
import org.cumae.unit.picture.Pixels;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// How codes of pictures are learned: what is written shall differ little from what was read, in
/// its pixels and in the differences of neighbours, which keep edges where no network judges what
/// looks alike.
///
/// @param steps how often the weights are changed
/// @param batch pictures in a step
/// @param rate the highest learning rate
/// @param seed of the first weights and of all that is drawn
public record CodeTraining(long steps, int batch, double rate, long seed) {
    private static final AdamWOptions ADAM = new AdamWOptions(0.9, 0.95, 1e-8, 0.05);
    private static final AdamWOptions FREE = new AdamWOptions(0.9, 0.95, 1e-8, 0); // as D-AR
    private static final double LAST = 0.05; // of the rate, in the end
    private static final double CLIP = 1;
    private static final int SETTLING = 500; // pictures
    private static final int PARTS = 3; // of the steps, where not all of them teach the same
    private static final int MEASURED = 1000; // pictures
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
        teach(new WrittenBack(code, code::back, pictures, LAST), journal);
        code.round();
        return code;
    }

    /// Teaches real vectors that say nothing yet.
    ///
    /// @param latent whose networks are taught, and rounded as a file has them
    /// @param pictures of its size
    /// @return the same with the mean and spread that its numbers come to have
    /// @throws IllegalStateException if they have no spread in the end
    public LearnedLatent teach(LearnedLatent latent, List<Raster> pictures, Journal journal) {
        teach(new WrittenBack(latent, latent::back, pictures, LAST), journal);
        latent.round();
        return latent.measured(pictures.subList(0, Math.min(MEASURED, pictures.size())));
    }

    /// Teaches a pyramid that knows nothing yet.
    ///
    /// A third of the steps goes without codes, so that there is something to be told; then the
    /// book is put where that lies on all scales. In the middle of the others it is put there
    /// again, since codes that nothing chooses any more have no gradient to bring them back.
    ///
    /// @param code is taught, and rounded as a file has it
    /// @param pictures of its size
    /// @return the same
    public LearnedPyramid teach(LearnedPyramid code, List<Raster> pictures, Journal journal) {
        List<Raster> some = pictures.subList(0, Math.min(SETTLING, pictures.size()));
        part(0).teach(
                        new WrittenBack(code, (pixels, _) -> code.free(pixels), pictures, 1),
                        journal);
        code.begin(some, seed);
        part(1).teach(new WrittenBack(code, code::back, pictures, 1), journal);
        code.settle(some, seed);
        part(2).teach(new WrittenBack(code, code::back, pictures, LAST), journal);
        code.round();
        return code;
    }

    /// A third of the steps, rounded up.
    private CodeTraining part(int number) {
        return new CodeTraining(Math.ceilDiv(steps, PARTS), batch, rate, seed + number);
    }

    /// Teaches a code whose pictures come out of noise, each batch at parts of the way by chance:
    /// what it says of where they go shall miss little, and what is thought of the pictures shall
    /// have their edges.
    ///
    /// A third of the steps tells noise of any one group, which teaches the line to say something,
    /// since noise says nothing; another third tells each group at its time what is read as it is;
    /// then the book is put where that lies. A short run that begins with codes on their way ends
    /// with a handful of them, which say nothing.
    ///
    /// @param code is taught, and rounded as a file has it
    /// @param pictures of its size
    /// @return the same
    public DiffusionCode teach(DiffusionCode code, List<Raster> pictures, Journal journal) {
        for (Lesson lesson : Lesson.values()) {
            if (lesson == Lesson.CODED) {
                code.settle(pictures.subList(0, Math.min(SETTLING, pictures.size())), seed);
            }
            part(lesson.ordinal()).teach(new ToldOnTheWay(code, pictures, lesson), journal);
        }
        code.round();
        return code;
    }

    private void teach(OfPictures learner, Journal journal) {
        int pictures = learner.all().size();
        Epochs batches = new Epochs(pictures, Math.min(batch, pictures), seed);
        TrainerOptions options =
                TrainerOptions.through(
                        steps,
                        seed,
                        new Schedule.Cosine(
                                rate, rate * learner.left(), Math.max(1, steps / 20), steps),
                        learner.optimizer(),
                        CLIP);
        try (RunFolder folder = RunFolder.temporary();
                Trainer<int[]> trainer =
                        new Trainer<>(learner, batches, batches, options, folder, journal)) {
            trainer.run();
        }
    }

    /// Learns from pictures that batches name by their numbers.
    private sealed interface OfPictures extends Learner<int[]> {
        AdamWOptions optimizer();

        /// The pictures.
        List<Raster> all();

        /// What share of the rate is left in the end.
        double left();

        @Override
        default List<int[]> parts(int[] batch, int most) {
            return Learner.cut(IntStream.of(batch).boxed().toList(), most).stream()
                    .map(part -> part.stream().mapToInt(Integer::intValue).toArray())
                    .toList();
        }

        /// The last weights are taken.
        @Override
        default void save(Path folder) {}

        /// How far apart two batches of pictures are in the differences of neighbours.
        static Tensor edges(Tensor apart) {
            return neighbours(apart, 2).abs().mean().add(neighbours(apart, 3).abs().mean());
        }

        /// Differences of neighbours along an axis.
        private static Tensor neighbours(Tensor x, long axis) {
            long count = x.size(axis) - 1;
            return x.narrow(axis, 1, count).sub(x.narrow(axis, 0, count));
        }
    }

    /// How pictures go through what is taught.
    @FunctionalInterface
    private interface Passing {
        Learned.Back back(Tensor pixels, Optional<Generator> chance);
    }

    private record WrittenBack(Learned taught, Passing passing, List<Raster> all, double left)
            implements OfPictures {
        @Override
        public List<Tensor> weights() {
            return taught.weights();
        }

        @Override
        public AdamWOptions optimizer() {
            return ADAM;
        }

        @Override
        public Loss loss(int[] batch, Optional<Generator> chance) {
            Tensor pixels = Pixels.of(Arrays.stream(batch).mapToObj(all::get).toList());
            Learned.Back back = passing.back(pixels, chance);
            Tensor apart = back.pixels().sub(pixels);
            Tensor loss =
                    apart.abs()
                            .mean()
                            .add(OfPictures.edges(apart).mul(Ops.scalar(EDGES)))
                            .add(back.loss());
            return new Loss(loss.mul(Ops.scalar((double) batch.length)), batch.length);
        }
    }

    /// What is told when.
    private enum Lesson {
        /// Any one group where there is nothing but noise, as it is read.
        AT_NOISE,
        /// Each group at its time, as it is read.
        FREE,
        /// The same in codes.
        CODED
    }

    private record ToldOnTheWay(DiffusionCode code, List<Raster> all, Lesson lesson)
            implements OfPictures {
        private static final long LOOKING = 1; // seed of what is drawn outside training

        @Override
        public List<Tensor> weights() {
            return code.weights();
        }

        @Override
        public AdamWOptions optimizer() {
            return FREE;
        }

        @Override
        public double left() {
            return lesson == Lesson.CODED ? LAST : 1;
        }

        @Override
        public Loss loss(int[] batch, Optional<Generator> chance) {
            Generator drawing = chance.orElseGet(() -> Ops.generator(LOOKING));
            Tensor pixels = Pixels.of(Arrays.stream(batch).mapToObj(all::get).toList());
            double[] parts = new double[batch.length];
            int[] groups = new int[batch.length];
            float[] drawn = Ops.floats(Way.uniform(drawing, batch.length));
            for (int i = 0; i < parts.length; i++) {
                boolean begins = lesson == Lesson.AT_NOISE;
                parts[i] = begins ? 0 : drawn[i];
                groups[i] =
                        begins
                                ? Math.min((int) (drawn[i] * code.groups()), code.groups() - 1)
                                : code.times().group(drawn[i]);
            }
            DiffusionCode.Emerged emerged =
                    code.emerged(
                            pixels,
                            parts,
                            groups,
                            Way.normal(drawing, pixels.sizes().vec().get()),
                            lesson == Lesson.CODED);
            Tensor codes = emerged.losses().sum().div(Ops.scalar((double) emerged.counted()));
            Tensor edges = OfPictures.edges(emerged.pixels().sub(pixels));
            Tensor loss = emerged.missed().add(codes).add(edges.mul(Ops.scalar(EDGES)));
            return new Loss(loss.mul(Ops.scalar((double) batch.length)), batch.length);
        }
    }
}
