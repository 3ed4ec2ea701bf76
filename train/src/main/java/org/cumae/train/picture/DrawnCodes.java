package org.cumae.train.picture;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.cumae.canvas.Span;
import org.cumae.net.Backbone;
import org.cumae.net.Dropout;
import org.cumae.net.PictureRows;
import org.cumae.picture.Cells;
import org.cumae.picture.CodeManner;
import org.cumae.picture.CodeMasks;
import org.cumae.picture.Lesson;
import org.cumae.picture.Line;
import org.cumae.picture.Scales;
import org.cumae.torch.Ops;
import org.cumae.unit.picture.PictureSet;
import org.cumae.weights.TensorType;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Learns to draw pictures in a manner: cross-entropy in nats of each code as the manner's heads
/// say it, all codes of a picture, or of a part that is learned by itself, in one pass. Some
/// pictures are shown without their class, so that the model can be asked without one.
///
/// @param backbone borrowed; of family [org.cumae.net.TransformerConfig#PICTURE], or a model of
///   texts where codes are drawn in a line
/// @param manner how pictures are drawn
/// @param lesson of the manner
/// @param classes how they are shown
/// @param dropout the share of channels to lose in training
/// @param stored how the weights are saved: F32, F16 or BF16
public record DrawnCodes(
        Backbone backbone,
        CodeManner manner,
        Lesson lesson,
        Classes classes,
        double dropout,
        TensorType stored)
        implements PictureLearner<Coded> {
    private static final int READ = 50; // pictures at once

    /// Checks the backbone.
    ///
    /// @throws IllegalArgumentException if its ids are not those of the code and its classes, or
    ///   the manner hides codes
    public DrawnCodes {
        switch (manner) {
            case Cells _, Scales _, Line _ -> classes.check(backbone.config(), manner);
            case CodeMasks _ ->
                    throw new IllegalArgumentException(
                            "masks hide codes in an order by chance; they are learned by MaskedCodes");
        }
    }

    /// A learner of a manner.
    ///
    /// @param classes how many there are
    /// @param dropped the share of pictures shown without their class in training
    public static DrawnCodes of(
            Backbone backbone,
            CodeManner manner,
            int classes,
            double dropped,
            double dropout,
            TensorType stored) {
        return new DrawnCodes(
                backbone,
                manner,
                manner.lesson(),
                new Classes(manner.firstCondition(), classes, dropped),
                dropout,
                stored);
    }

    /// Pictures as they are learned from.
    public static List<Coded> coded(CodeManner manner, PictureSet set) {
        return IntStream.range(0, Math.ceilDiv(set.size(), READ))
                .parallel()
                .mapToObj(i -> set.part(i * READ, Math.min((i + 1) * READ, set.size())))
                .flatMap(part -> part(manner, part))
                .toList();
    }

    private static Stream<Coded> part(CodeManner manner, PictureSet set) {
        List<int[]> codes = manner.code().read(set.pictures());
        return IntStream.range(0, set.size())
                .mapToObj(
                        i ->
                                new Coded(
                                        codes.get(i),
                                        PictureLearner.flat(manner.vectors(codes.get(i))),
                                        set.labels().get(i)));
    }

    @Override
    public Loss loss(List<Coded> batch, Optional<Generator> chance) {
        int[] conditions = classes.conditions(batch.stream().map(Coded::label).toList(), chance);
        int[] targets = batch.stream().flatMapToInt(each -> IntStream.of(each.codes())).toArray();
        Coded one = batch.getFirst(); // the others have the same places
        int length = one.codes().length;
        boolean whole = length == manner.code().length();
        Lesson own = whole ? lesson : lesson.part(one.from(), one.from() + length);
        PictureRows rows = rows(manner, own, batch, conditions);
        Tensor logits =
                backbone.logits(rows, Dropout.of(dropout, chance)); // [pictures * length, ids]
        int[] all = IntStream.range(0, targets.length).toArray();
        return new Loss(
                surprise(row -> manner.span(one.from() + row % length), logits, targets, all),
                targets.length);
    }

    /// How pictures, or parts of some, are fed when all of their codes are known.
    ///
    /// @param lesson of the manner, or of those parts
    /// @param conditions the id of each one's
    public static PictureRows rows(
            CodeManner manner, Lesson lesson, List<Coded> batch, int... conditions) {
        return new PictureRows(
                lesson,
                batch.getFirst().from() == 0 ? 1 : 0,
                conditions,
                batch.stream()
                        .flatMapToInt(each -> IntStream.of(manner.ids(each.codes())))
                        .toArray(),
                vectors(batch),
                new float[0]);
    }

    /// How surprising some codes of pictures are, each among those that it may be, added up in
    /// nats; 0 of none.
    ///
    /// @param spans the codes that each may be
    /// @param logits `[pictures * length, ids]`
    /// @param targets `[pictures * length]`
    /// @param asked which of them
    static Tensor surprise(IntFunction<Span> spans, Tensor logits, int[] targets, int... asked) {
        return IntStream.of(asked)
                .boxed()
                .collect(Collectors.groupingBy(spans::apply))
                .entrySet()
                .stream()
                .map(entry -> surprise(logits, targets, entry.getKey(), entry.getValue()))
                .reduce(Tensor::add)
                .orElseGet(() -> logits.narrow(0, 0, 0).sum());
    }

    private static Tensor surprise(Tensor logits, int[] targets, Span span, List<Integer> asked) {
        int[] by = asked.stream().mapToInt(Integer::intValue).toArray();
        Tensor rows = by.length == targets.length ? logits : logits.index_select(0, Ops.ids(by));
        int[] codes = IntStream.of(by).map(row -> targets[row] - span.from()).toArray();
        return Ops.crossEntropy(rows.narrow(1, span.from(), span.size()), Ops.ids(codes));
    }

    private static float[] vectors(List<Coded> batch) {
        float[][] all = batch.stream().map(Coded::vectors).toArray(float[][]::new);
        return PictureLearner.flat(all);
    }
}
