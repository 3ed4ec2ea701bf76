package org.cumae.train.picture;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.net.Backbone;
import org.cumae.net.Dropout;
import org.cumae.net.FlowRows;
import org.cumae.net.FlowShape;
import org.cumae.net.PictureRows;
import org.cumae.net.PictureShape;
import org.cumae.picture.FlowMasks;
import org.cumae.picture.Lesson;
import org.cumae.torch.Ops;
import org.cumae.weights.TensorType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Learns to draw what is hidden of pictures of real vectors: the mean square by which the velocity
/// of hidden values is missed, given those that are shown. How much of a picture is hidden is
/// drawn, and which values.
///
/// Without chance the same values are hidden in the same way each time.
///
/// @param backbone borrowed; of family [org.cumae.net.TransformerConfig#PICTURE]
/// @param manner how pictures are drawn
/// @param lesson of the manner
/// @param classes how they are shown
/// @param dropout the share of channels to lose in training
/// @param stored how the weights are saved: F32, F16 or BF16
/// @see <a href="https://arxiv.org/abs/2406.11838">Li et al. 2024, MAR</a>
public record MaskedValues(
        Backbone backbone,
        FlowMasks manner,
        Lesson lesson,
        Classes classes,
        double dropout,
        TensorType stored)
        implements PictureLearner<Valued> {
    private static final long HELD_OUT = 43; // seed of what is hidden of held-out pictures, and how
    private static final double LEAST = 0.7; // of a picture is hidden
    private static final double SPREAD = 0.25;

    /// Checks the backbone.
    ///
    /// @throws IllegalArgumentException if its ids are not the classes, or its vectors not the
    ///   manner's values, or it does not tell known from unknown rows
    public MaskedValues {
        PictureShape shape = backbone.config().picture().orElseThrow();
        Check.argument(
                backbone.config().vocabulary() == classes.count() + 1
                        && shape.vector() == manner.latent().width()
                        && shape.flow()
                                .filter(flow -> flow.layers() > 0)
                                .filter(FlowShape::timed)
                                .isPresent(),
                "model %s has %d ids and draws %s; it cannot learn hidden vectors of %d numbers and %d"
                        + " classes",
                backbone.config().name(),
                backbone.config().vocabulary(),
                shape,
                manner.latent().width(),
                classes.count());
    }

    /// A learner of a manner.
    ///
    /// @param classes how many there are
    /// @param dropped the share of pictures shown without their class in training
    public static MaskedValues of(
            Backbone backbone,
            FlowMasks manner,
            int classes,
            double dropped,
            double dropout,
            TensorType stored) {
        return new MaskedValues(
                backbone,
                manner,
                manner.lesson(),
                new Classes(manner.firstCondition(), classes, dropped),
                dropout,
                stored);
    }

    @Override
    public Loss loss(List<Valued> batch, Optional<Generator> chance) {
        Generator drawing = chance.orElseGet(() -> Ops.generator(HELD_OUT));
        int length = manner.length();
        int width = manner.latent().width();
        int[] counts = new int[batch.size()]; // hidden of each picture
        List<Integer> hidden = new ArrayList<>(); // rows of values
        for (int picture = 0; picture < counts.length; picture++) {
            counts[picture] = (int) Math.ceil(length * share(drawing));
            int[] order = Ops.ints(Ops.shuffled(length, drawing));
            for (int i = 0; i < counts[picture]; i++) {
                hidden.add(picture * length + order[i]);
            }
        }
        int[] rows = hidden.stream().mapToInt(Integer::intValue).toArray();
        float[] numbers =
                PictureLearner.flat(batch.stream().map(Valued::values).toArray(float[][]::new));
        Tensor by = Ops.ids(rows);
        Tensor values = Tensor.create(numbers, numbers.length / width, width).index_select(0, by);
        float[] times = Way.times(manner, counts.length, drawing);
        Way way = Way.of(values, each(times, counts), drawing);
        Optional<Dropout> losing = Dropout.of(dropout, chance);
        Tensor told =
                backbone.told(
                        new PictureRows(
                                lesson,
                                manner.lead(),
                                classes.conditions(
                                        batch.stream().map(Valued::label).toList(), chance),
                                new int[0],
                                shown(numbers, rows),
                                nothingAt(rows, batch.size() * length)),
                        losing);
        Tensor said =
                backbone.velocities(
                        new FlowRows(
                                way.noised(),
                                told.index_select(0, by),
                                IntStream.of(rows).map(row -> row % length).toArray(),
                                counts,
                                times),
                        losing);
        return new Loss(way.missed(said), rows.length);
    }

    /// Values without those of some rows.
    private float[] shown(float[] numbers, int... hidden) {
        float[] shown = numbers.clone();
        int width = manner.latent().width();
        for (int row : hidden) {
            Arrays.fill(shown, row * width, (row + 1) * width, 0);
        }
        return shown;
    }

    /// 1 where a row is hidden, since it is noise of which nothing is seen.
    private static float[] nothingAt(int[] hidden, int rows) {
        float[] times = new float[rows];
        for (int row : hidden) {
            times[row] = 1;
        }
        return times;
    }

    /// Each number so many times.
    private static float[] each(float[] numbers, int... counts) {
        float[] all = new float[IntStream.of(counts).sum()];
        int next = 0;
        for (int i = 0; i < counts.length; i++) {
            Arrays.fill(all, next, next + counts[i], numbers[i]);
            next += counts[i];
        }
        return all;
    }

    /// What share of a picture is hidden: normal around all of it, cut off below.
    private static double share(Generator drawing) {
        double share;
        do {
            share = 1 + SPREAD * Way.normal(drawing, 1).item_float();
        } while (share < LEAST || share > 1);
        return share;
    }
}
