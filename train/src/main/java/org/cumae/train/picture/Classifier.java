package org.cumae.train.picture;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.Check;
import org.cumae.net.picture.Kernel;
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
import org.cumae.unit.picture.PictureSet;
import org.cumae.unit.picture.Pixels;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// Says of what class a picture is, by a small convolutional network that is trained in the run:
/// the eyes through which made pictures are judged where no network of others may be had.
///
/// What it looks at last, 64 numbers a picture, are its features.
public final class Classifier implements AutoCloseable {
    /// How many features a picture has.
    public static final int FEATURES = 64;

    private static final int FIRST = 16; // channels of the first convolution
    private static final int SECOND = 32;
    private static final int KERNEL = 3;
    private static final int AT_ONCE = 250; // pictures in a pass
    private static final int REACH = 2; // pixels that training pictures are moved by
    private static final double RATE = 3e-3;
    private static final int BATCH = 64;

    private final List<Tensor> weights; // two convolutions, two layers, each with a bias
    private final int rows;
    private final int columns;
    private final int channels;

    private Classifier(PictureSet like, long seed) {
        Raster first = like.pictures().getFirst();
        this.rows = first.rows();
        this.columns = first.columns();
        this.channels = first.channels();
        int cells = rows / 4 * (columns / 4);
        Check.argument(cells > 0, "%s is too small to be classified; 4 pixels a side", first);
        torch.manual_seed(seed);
        try (var _ = new PointerScope()) {
            List<Tensor> fresh = new ArrayList<>();
            add(fresh, FIRST, channels, KERNEL, KERNEL);
            add(fresh, SECOND, FIRST, KERNEL, KERNEL);
            add(fresh, FEATURES, (long) SECOND * cells);
            add(fresh, like.classes().size(), FEATURES);
            this.weights = fresh.stream().map(Tensor::<Tensor>retainReference).toList();
        }
    }

    /// As He et al. (arXiv 1502.01852) begin, and no bias.
    private static void add(List<Tensor> weights, long... shape) {
        long in = 1;
        for (int i = 1; i < shape.length; i++) {
            in *= shape[i];
        }
        weights.add(torch.randn(shape).mul_(Ops.scalar(Math.sqrt(2.0 / in))));
        weights.add(torch.zeros(shape[0]));
    }

    /// Learns to tell the classes of a set.
    ///
    /// @param epochs how often each picture is seen
    /// @param seed where all chance comes from
    public static Classifier learn(PictureSet set, int epochs, long seed) {
        Classifier classifier = new Classifier(set, seed);
        Epochs batches = new Epochs(set.size(), Math.min(BATCH, set.size()), seed);
        long steps = (long) epochs * batches.perEpoch();
        TrainerOptions options =
                TrainerOptions.through(
                        steps,
                        seed,
                        new Schedule.Cosine(RATE, RATE / 50, steps / 20, steps),
                        new AdamWOptions(0.9, 0.99, 1e-8, 0.02),
                        1);
        try (RunFolder folder = RunFolder.temporary();
                Trainer<int[]> trainer =
                        new Trainer<>(
                                classifier.new Reading(set),
                                batches,
                                batches,
                                options,
                                folder,
                                new Journal() {})) {
            trainer.run();
        }
        return classifier;
    }

    /// Learns from pictures that are moved a little.
    private final class Reading implements Learner<int[]> {
        private final PictureSet set;

        Reading(PictureSet set) {
            this.set = set;
        }

        @Override
        public List<Tensor> weights() {
            return weights;
        }

        @Override
        public Loss loss(int[] batch, Optional<Generator> chance) {
            Tensor x = pixels(IntStream.of(batch).mapToObj(set.pictures()::get).toList());
            if (chance.isPresent()) {
                int[] by = Ops.ints(Ops.shuffled(2L * REACH + 1, chance.get()));
                x = x.roll(new long[] {by[0] - REACH, by[1] - REACH}, 2, 3);
            }
            int[] labels = IntStream.of(batch).map(set.labels()::get).toArray();
            return new Loss(Ops.crossEntropy(logits(features(x)), Ops.ids(labels)), labels.length);
        }

        @Override
        public void save(Path folder) {} // used in the run that made it, and nowhere else
    }

    /// `[pictures, channels, rows, columns]`.
    private Tensor pixels(List<Raster> pictures) {
        for (Raster picture : pictures) {
            Check.argument(
                    picture.rows() == rows
                            && picture.columns() == columns
                            && picture.channels() == channels,
                    "%s is to be classified by a network for %d x %d pixels of %d channels",
                    picture,
                    columns,
                    rows,
                    channels);
        }
        return Pixels.of(pictures);
    }

    private Tensor features(Tensor x) {
        Tensor first = halved(convolved(x, 0)); // [pictures, FIRST, rows/2, columns/2]
        Tensor second = halved(convolved(first, 2)); // [pictures, SECOND, rows/4, columns/4]
        return Ops.linear(second.flatten(1, 3), weights.get(4), Optional.of(weights.get(5)))
                .relu(); // [pictures, FEATURES]
    }

    private Tensor convolved(Tensor x, int layer) {
        return new Kernel(weights.get(layer), weights.get(layer + 1), 1).forward(x);
    }

    private static Tensor halved(Tensor x) {
        return torch.max_pool2d(x.relu(), 2, 2);
    }

    private Tensor logits(Tensor features) {
        return Ops.linear(features, weights.get(6), Optional.of(weights.get(7)));
    }

    /// The features of pictures, `[picture][FEATURES]`.
    public double[][] features(List<Raster> pictures) {
        List<double[]> all = new ArrayList<>();
        each(pictures, x -> rows(features(x)).forEach(all::add));
        return all.toArray(double[][]::new);
    }

    private static List<double[]> rows(Tensor features) {
        float[] all = Ops.floats(features);
        int width = Math.toIntExact(features.size(1));
        return IntStream.range(0, all.length / width)
                .mapToObj(
                        i ->
                                IntStream.range(0, width)
                                        .mapToDouble(j -> all[i * width + j])
                                        .toArray())
                .toList();
    }

    /// What class each picture is taken for.
    public List<Integer> classes(List<Raster> pictures) {
        List<Integer> all = new ArrayList<>();
        each(
                pictures,
                x -> {
                    for (int label : Ops.ints(logits(features(x)).max(1, false).get1())) {
                        all.add(label);
                    }
                });
        return all;
    }

    /// The share of pictures that are taken for what they are.
    public double accuracy(PictureSet set) {
        List<Integer> said = classes(set.pictures());
        long right =
                IntStream.range(0, said.size())
                        .filter(i -> said.get(i).equals(set.labels().get(i)))
                        .count();
        return (double) right / said.size();
    }

    private void each(List<Raster> pictures, Consumer<Tensor> taker) {
        for (int from = 0; from < pictures.size(); from += AT_ONCE) {
            try (var _ = new PointerScope();
                    var _ = new NoGradGuard()) {
                int to = Math.min(from + AT_ONCE, pictures.size());
                taker.accept(pixels(pictures.subList(from, to)));
            }
        }
    }

    @Override
    public void close() {
        weights.forEach(Tensor::close);
    }
}
