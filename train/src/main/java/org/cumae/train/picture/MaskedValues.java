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
import org.cumae.net.Ways;
import org.cumae.picture.FlowCells;
import org.cumae.picture.FlowManner;
import org.cumae.picture.FlowMasks;
import org.cumae.picture.FlowPivots;
import org.cumae.picture.FlowScales;
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
/// With pivots a small copy is learned first, and then the picture behind what the blocks made of
/// the hidden rows of the copy. What they made of rows that were shown is not told, since such a
/// row has seen its own value; and no gradient goes back there. Of the copy as much is hidden as at
/// any time of drawing, where the paper hides most of it: pivots are made when little is hidden as
/// well, and values that know each other by pivots alone agree so (`MaskedValuesTest`) and do not
/// otherwise.
///
/// A model that says how wide noise is learns that as well ([WayBack]), of the same hidden values
/// on their way at other times; what the blocks made is told twice.
///
/// Without chance the same values are hidden in the same way each time.
///
/// @param backbone borrowed; of family [org.cumae.net.TransformerConfig#PICTURE]
/// @param manner how pictures are drawn: masks, or pivots and then masks
/// @param classes how they are shown
/// @param dropout the share of channels to lose in training
/// @param stored how the weights are saved: F32, F16 or BF16
/// @see <a href="https://arxiv.org/abs/2406.11838">Li et al. 2024, MAR</a>
/// @see <a href="https://arxiv.org/abs/2505.20288">Zheng et al. 2025, Hi-MAR</a>
public record MaskedValues(
        Backbone backbone, FlowManner manner, Classes classes, double dropout, TensorType stored)
        implements PictureLearner<Valued> {
    private static final long HELD_OUT = 43; // seed of what is hidden of held-out pictures, and how
    private static final double LEAST = 0.7; // of a picture is hidden
    private static final double SPREAD = 0.25;
    private static final double COPY = 0.4; // weight of the copy's loss
    private static final double PICTURE = 0.6; // of the picture's, behind pivots

    /// Checks the backbone.
    ///
    /// @throws IllegalArgumentException if its ids are not the classes, or its vectors not the
    ///   manner's values, or it does not tell known from unknown rows; or if the manner hides
    ///   nothing
    public MaskedValues {
        int phases =
                switch (manner) {
                    case FlowMasks _ -> 1;
                    case FlowPivots pivots -> pivots.sides().size();
                    case FlowScales _, FlowCells _ ->
                            throw new IllegalArgumentException(
                                    "scales and squares hide nothing; they are learned by DrawnValues");
                };
        PictureShape shape = backbone.config().picture().orElseThrow();
        Check.argument(
                backbone.config().vocabulary() == classes.count() + 1
                        && shape.vector() == manner.latent().width()
                        && shape.flow()
                                .filter(flow -> flow.layers() > 0)
                                .filter(FlowShape::timed)
                                .filter(flow -> flow.phases() == phases)
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
            FlowManner manner,
            int classes,
            double dropped,
            double dropout,
            TensorType stored) {
        return new MaskedValues(
                backbone,
                manner,
                new Classes(manner.firstCondition(), classes, dropped),
                dropout,
                stored);
    }

    @Override
    public Loss loss(List<Valued> batch, Optional<Generator> chance) {
        Generator drawing = chance.orElseGet(() -> Ops.generator(HELD_OUT));
        return switch (manner) {
            case FlowMasks masks -> {
                Missed missed =
                        missed(
                                new Hiding(masks, masks.lesson(), 0, Share.MOST),
                                batch,
                                values(batch, 0, masks.length()),
                                new float[0],
                                drawing,
                                chance);
                yield new Loss(sum(missed, drawing, chance), missed.rows().length);
            }
            case FlowPivots pivots -> {
                FlowMasks coarse = pivots.coarse();
                FlowMasks fine = pivots.fine();
                Missed copy =
                        missed(
                                new Hiding(coarse, pivots.coarseLesson(), 0, Share.COSINE),
                                batch,
                                values(batch, 0, coarse.length()),
                                new float[0],
                                drawing,
                                chance);
                Missed picture =
                        missed(
                                new Hiding(fine, pivots.lesson(), pivots.firstFine(), Share.COSINE),
                                batch,
                                values(batch, coarse.length(), pivots.length()),
                                pivots(copy.told(), copy.rows()),
                                drawing,
                                chance);
                // of the copy a mean over what is hidden, of the picture over all there is
                double one = COPY * batch.size() / copy.rows().length;
                double other = PICTURE / fine.length();
                yield new Loss(
                        sum(copy, drawing, chance)
                                .mul(Ops.scalar(one))
                                .add(sum(picture, drawing, chance).mul(Ops.scalar(other))),
                        batch.size());
            }
            case FlowScales _, FlowCells _ ->
                    throw new AssertionError("refused by the constructor");
        };
    }

    /// What is hidden of one grid.
    ///
    /// @param grid whose patches
    /// @param lesson how it is fed
    /// @param first where its first row stands
    /// @param share how much of it
    private record Hiding(FlowMasks grid, Lesson lesson, int first, Share share) {}

    /// Laws of how much of a grid is hidden.
    private enum Share {
        /// Normal around all of it, cut off below: MAR.
        MOST,
        /// As much as is not known at a time of drawing: a cosine of what is as likely each.
        COSINE;

        double drawn(Generator drawing) {
            return switch (this) {
                case MOST -> {
                    double share;
                    do {
                        share = 1 + SPREAD * Way.normal(drawing, 1).item_float();
                    } while (share < LEAST || share > 1);
                    yield share;
                }
                case COSINE -> Math.cos(Math.PI / 2 * Ops.floats(Way.uniform(drawing, 1))[0]);
            };
        }
    }

    /// By how much hidden values were missed.
    ///
    /// @param squares added up
    /// @param rows which of all values of a batch are hidden
    /// @param told what was made of each value's row, `[pictures * length, width]`
    /// @param values that are hidden, `[rows, width]`
    /// @param underway the same on their way
    private record Missed(
            Tensor squares, int[] rows, Tensor told, Tensor values, FlowRows underway) {}

    /// The squares and, of a model that says how wide noise is, the bits by which it is off. Those
    /// are drawn for last, so that velocities are learned as they are without.
    private Tensor sum(Missed missed, Generator drawing, Optional<Generator> chance) {
        if (!backbone.config().learnsVariance()) {
            return missed.squares();
        }
        FlowRows underway = missed.underway();
        int[] steps = WayBack.steps(underway.lengths().length, drawing);
        int[] each = WayBack.each(steps, parts(underway.lengths()));
        WayBack back = WayBack.of(missed.values(), each, drawing);
        Ways said =
                backbone.ways(
                        underway.at(back.way().noised(), WayBack.times(steps)),
                        Dropout.of(dropout, chance));
        return missed.squares().add(back.missed(said));
    }

    private Missed missed(
            Hiding hiding,
            List<Valued> batch,
            float[] numbers,
            float[] made,
            Generator drawing,
            Optional<Generator> chance) {
        int length = hiding.grid().length();
        int width = manner.latent().width();
        int[] counts = new int[batch.size()]; // hidden of each picture
        List<Integer> hidden = new ArrayList<>(); // rows of values
        for (int picture = 0; picture < counts.length; picture++) {
            counts[picture] = Math.max(1, (int) Math.ceil(length * hiding.share().drawn(drawing)));
            int[] order = Ops.ints(Ops.shuffled(length, drawing));
            for (int i = 0; i < counts[picture]; i++) {
                hidden.add(picture * length + order[i]);
            }
        }
        int[] rows = hidden.stream().mapToInt(Integer::intValue).toArray();
        Tensor by = Ops.ids(rows);
        Tensor values = Tensor.create(numbers, numbers.length / width, width).index_select(0, by);
        float[] times = Way.times(manner, counts.length, drawing);
        Way way = Way.of(values, Way.each(times, parts(counts)), drawing);
        Optional<Dropout> losing = Dropout.of(dropout, chance);
        Tensor told =
                backbone.told(
                        new PictureRows(
                                hiding.lesson(),
                                manner.lead(),
                                classes.conditions(
                                        batch.stream().map(Valued::label).toList(), chance),
                                made,
                                new int[0],
                                shown(numbers, rows),
                                nothingAt(hiding, batch.size(), rows)),
                        losing);
        FlowRows underway =
                new FlowRows(
                        way.noised(),
                        told.index_select(0, by),
                        IntStream.of(rows).map(row -> hiding.first() + row % length).toArray(),
                        counts,
                        times);
        Tensor squares = way.missed(backbone.ways(underway, losing).velocities());
        return new Missed(squares, rows, told, values, underway);
    }

    /// What was made of hidden rows, to be looked at, and nothing of the others.
    ///
    /// @param told what was made of all rows, `[values, modelWidth]`
    /// @param hidden which of them are
    /// @return `[values * modelWidth]`
    static float[] pivots(Tensor told, int... hidden) {
        float[] all = Ops.floats(told.detach());
        float[] pivots = new float[all.length];
        int width = Math.toIntExact(told.size(1));
        for (int row : hidden) {
            System.arraycopy(all, row * width, pivots, row * width, width);
        }
        return pivots;
    }

    /// Some places of all pictures, `[pictures * (to - from) * width]`.
    private float[] values(List<Valued> batch, int from, int to) {
        int width = manner.latent().width();
        return PictureLearner.flat(
                batch.stream()
                        .map(each -> Arrays.copyOfRange(each.values(), from * width, to * width))
                        .toArray(float[][]::new));
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

    /// 1 where a row is hidden, since it is noise of which nothing is seen, of all rows behind the
    /// lead.
    private float[] nothingAt(Hiding hiding, int pictures, int... hidden) {
        int rows = hiding.lesson().rows() - manner.lead();
        int length = hiding.grid().length();
        float[] times = new float[pictures * rows];
        for (int row : hidden) {
            times[row / length * rows + rows - length + row % length] = 1;
        }
        return times;
    }

    /// The picture of each hidden value.
    private static int[] parts(int... counts) {
        return IntStream.range(0, counts.length)
                .flatMap(picture -> IntStream.generate(() -> picture).limit(counts[picture]))
                .toArray();
    }
}
