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
import org.cumae.noise.Noise;
import org.cumae.picture.FlowCells;
import org.cumae.picture.FlowManner;
import org.cumae.picture.FlowMasks;
import org.cumae.picture.FlowPivots;
import org.cumae.picture.FlowScales;
import org.cumae.picture.Lesson;
import org.cumae.torch.Ops;
import org.cumae.unit.picture.PictureSet;
import org.cumae.weights.TensorType;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/// Learns to draw pictures of real vectors in a manner: the mean square by which the velocity that
/// the model says misses `noise - value`, at a time drawn for each step of each picture, all steps
/// in one pass.
///
/// The squares of all values are added up and divided by how many the picture itself has, so a
/// coarse scale counts by its size. Without chance the same noise and times are drawn for a batch
/// each time.
///
/// A model that says how wide noise is learns that as well ([WayBack]), from the same pictures on
/// their way at other times: in a second pass of what values go through.
///
/// @param backbone borrowed; of family [org.cumae.net.TransformerConfig#PICTURE]
/// @param manner how pictures are drawn
/// @param lesson of the manner
/// @param classes how they are shown
/// @param dropout the share of channels to lose in training
/// @param stored how the weights are saved: F32, F16 or BF16
/// @see <a href="https://arxiv.org/abs/2210.02747">Lipman et al. 2022, flow matching</a>
public record DrawnValues(
        Backbone backbone,
        FlowManner manner,
        Lesson lesson,
        Classes classes,
        double dropout,
        TensorType stored)
        implements PictureLearner<Valued> {
    private static final long READING = 43; // seed of how pictures are read
    private static final long HELD_OUT = 41; // seed of noise and times of held-out pictures

    /// Checks the backbone.
    ///
    /// @throws IllegalArgumentException if its ids are not the classes, or its vectors not the
    ///   manner's values, or it says velocities otherwise; or if the manner hides values
    public DrawnValues {
        Check.argument(
                !(manner instanceof FlowMasks || manner instanceof FlowPivots),
                "hidden values are learned by MaskedValues");
        Check.argument(
                backbone.config().vocabulary() == classes.count() + 1,
                "model %s has %d ids; %d classes need %d",
                backbone.config().name(),
                backbone.config().vocabulary(),
                classes.count(),
                classes.count() + 1);
        PictureShape shape = backbone.config().picture().orElseThrow();
        boolean layered = shape.flow().map(FlowShape::layers).orElse(0) > 0;
        boolean timed = shape.flow().map(FlowShape::timed).orElse(false);
        Check.argument(
                shape.vector() == manner.latent().width()
                        && shape.flow().isPresent()
                        && layered == manner instanceof FlowScales
                        && timed != layered,
                "model %s draws %s; it cannot learn to draw vectors of %d numbers by %s",
                backbone.config().name(),
                shape,
                manner.latent().width(),
                manner.getClass().getSimpleName());
    }

    /// A learner of a manner.
    ///
    /// @param classes how many there are
    /// @param dropped the share of pictures shown without their class in training
    public static DrawnValues of(
            Backbone backbone,
            FlowManner manner,
            int classes,
            double dropped,
            double dropout,
            TensorType stored) {
        return new DrawnValues(
                backbone,
                manner,
                manner.lesson(),
                new Classes(manner.firstCondition(), classes, dropped),
                dropout,
                stored);
    }

    /// Pictures as they are learned from: where the latent may read one in several ways, one of
    /// them by chance.
    public static List<Valued> valued(FlowManner manner, PictureSet set) {
        return IntStream.range(0, set.size())
                .parallel()
                .mapToObj(
                        i -> {
                            float[] values =
                                    manner.values(
                                            manner.latent()
                                                    .read(
                                                            set.pictures().get(i),
                                                            Noise.of(READING, i)));
                            return new Valued(values, manner.rows(values), set.labels().get(i));
                        })
                .toList();
    }

    @Override
    public Loss loss(List<Valued> batch, Optional<Generator> chance) {
        Generator drawing = chance.orElseGet(() -> Ops.generator(HELD_OUT));
        int pictures = batch.size();
        int length = manner.length();
        int width = manner.latent().width();
        int[] part = new int[pictures * length]; // each value's, of those that share a time
        for (int step = 0; step < manner.steps(); step++) {
            for (int place : manner.drawn(step)) {
                for (int picture = 0; picture < pictures; picture++) {
                    part[picture * length + place] = picture * manner.steps() + step;
                }
            }
        }
        float[] times = Way.times(manner, pictures * manner.steps(), drawing);
        Tensor values = matrix(batch.stream().map(Valued::values).toArray(float[][]::new), width);
        Way way = Way.of(values, Way.each(times, part), drawing);
        int[] conditions = classes.conditions(batch.stream().map(Valued::label).toList(), chance);
        Optional<Dropout> losing = Dropout.of(dropout, chance);
        BiFunction<Tensor, float[], Ways> saying =
                switch (manner) {
                    case FlowScales _ -> {
                        FlowRows told = told(batch, conditions, way.noised(), times, losing);
                        yield (noised, at) -> backbone.ways(told.at(noised, at), losing);
                    }
                    case FlowCells _ ->
                            (noised, at) ->
                                    ofRows(batch, conditions, noised, Way.each(at, part), losing);
                    case FlowMasks _, FlowPivots _ ->
                            throw new AssertionError("refused by the constructor");
                };
        Tensor missed = way.missed(saying.apply(way.noised(), times).velocities());
        if (backbone.config().learnsVariance()) {
            int[] steps = WayBack.steps(times.length, drawing);
            WayBack back = WayBack.of(values, WayBack.each(steps, part), drawing);
            Ways said = saying.apply(back.way().noised(), WayBack.times(steps));
            missed = missed.add(back.missed(said));
        }
        return new Loss(missed, (long) pictures * manner.latent().length());
    }

    /// Values that are told by the rows of the blocks.
    private FlowRows told(
            List<Valued> batch,
            int[] conditions,
            Tensor noised,
            float[] times,
            Optional<Dropout> losing) {
        PictureRows rows =
                new PictureRows(
                        lesson,
                        manner.lead(),
                        conditions,
                        new int[0],
                        PictureLearner.flat(
                                batch.stream().map(Valued::rows).toArray(float[][]::new)),
                        new float[0]);
        int[] lengths =
                IntStream.range(0, times.length)
                        .map(i -> manner.drawn(i % manner.steps()).size())
                        .toArray();
        int[] positions =
                IntStream.range(0, batch.size() * manner.length())
                        .map(i -> i % manner.length())
                        .toArray();
        return new FlowRows(noised, backbone.told(rows, losing), positions, lengths, times);
    }

    /// Values that are rows of the blocks.
    private Ways ofRows(
            List<Valued> batch,
            int[] conditions,
            Tensor noised,
            float[] of,
            Optional<Dropout> losing) {
        int length = manner.length();
        int width = manner.latent().width();
        int rows = lesson.rows() - manner.lead();
        int clean = rows - manner.noised();
        float[] vectors = new float[batch.size() * rows * width];
        float[] times = new float[batch.size() * rows];
        float[] shown = Ops.floats(noised);
        for (int picture = 0; picture < batch.size(); picture++) {
            int from = picture * rows;
            System.arraycopy(batch.get(picture).rows(), 0, vectors, from * width, clean * width);
            System.arraycopy(
                    shown,
                    picture * length * width,
                    vectors,
                    (from + clean) * width,
                    length * width);
            System.arraycopy(of, picture * length, times, from + clean, length);
        }
        return backbone.ways(
                backbone.told(
                        new PictureRows(
                                lesson, manner.lead(), conditions, new int[0], vectors, times),
                        losing));
    }

    private static Tensor matrix(float[][] rows, int width) {
        float[] all = PictureLearner.flat(rows);
        return Tensor.create(all, all.length / width, width);
    }
}
