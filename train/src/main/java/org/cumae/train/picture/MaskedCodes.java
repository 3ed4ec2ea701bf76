package org.cumae.train.picture;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.cumae.net.Backbone;
import org.cumae.net.Dropout;
import org.cumae.net.PictureRows;
import org.cumae.picture.CodeMasks;
import org.cumae.picture.Lesson;
import org.cumae.picture.PictureCode;
import org.cumae.torch.Ops;
import org.cumae.weights.TensorType;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Learns to draw pictures of codes by masks: cross-entropy in nats of each hidden code, given
/// those that are shown. Which cells are hidden is drawn, and how many: as large a share as is
/// hidden at any time of drawing, `cos(pi / 2 u)` with `u` uniform, and one cell at least.
///
/// The loss is a mean over what is hidden, so it is no surprise of whole pictures. Without chance
/// the same cells are hidden each time.
///
/// @param backbone borrowed; of family [org.cumae.net.TransformerConfig#PICTURE]
/// @param manner how pictures are drawn
/// @param lesson of the manner
/// @param classes how they are shown
/// @param dropout the share of channels to lose in training
/// @param stored how the weights are saved: F32, F16 or BF16
/// @see <a href="https://arxiv.org/abs/2202.04200">Chang et al. 2022, MaskGIT</a>
/// @see <a href="https://arxiv.org/abs/2410.16257">Liu et al. 2024, ELM</a>
public record MaskedCodes(
        Backbone backbone,
        CodeMasks manner,
        Lesson lesson,
        Classes classes,
        double dropout,
        TensorType stored)
        implements PictureLearner<Coded> {
    private static final long HELD_OUT = 47; // seed of what is hidden of held-out pictures

    /// Checks the backbone.
    ///
    /// @throws IllegalArgumentException if its ids are not those of the code and its classes
    public MaskedCodes {
        classes.check(backbone.config(), manner);
    }

    /// A learner of a manner.
    ///
    /// @param classes how many there are
    /// @param dropped the share of pictures shown without their class in training
    public static MaskedCodes of(
            Backbone backbone,
            CodeMasks manner,
            int classes,
            double dropped,
            double dropout,
            TensorType stored) {
        return new MaskedCodes(
                backbone,
                manner,
                manner.lesson(),
                new Classes(manner.firstCondition(), classes, dropped),
                dropout,
                stored);
    }

    @Override
    public Loss loss(List<Coded> batch, Optional<Generator> chance) {
        Generator drawing = chance.orElseGet(() -> Ops.generator(HELD_OUT));
        int cells = manner.code().length() / manner.code().perCell();
        List<List<Integer>> hidden = new ArrayList<>();
        for (float at : Ops.floats(Way.uniform(drawing, batch.size()))) {
            int[] order = Ops.ints(Ops.shuffled(cells, drawing));
            hidden.add(IntStream.of(order).limit(hiddenAt(at, cells)).boxed().toList());
        }
        return loss(batch, hidden, chance);
    }

    /// How many cells are hidden: rounded up, so that now and then it is all of them, as drawing
    /// begins.
    ///
    /// @param at how much of the drawing is done, in [0, 1]
    static int hiddenAt(double at, int cells) {
        return Math.max(1, (int) Math.ceil(cells * Math.cos(Math.PI / 2 * at)));
    }

    /// The loss where it is known what is hidden.
    ///
    /// @param hidden cells of each picture
    Loss loss(List<Coded> batch, List<List<Integer>> hidden, Optional<Generator> chance) {
        int length = manner.code().length();
        int each = manner.code().perCell();
        List<Integer> ids = new ArrayList<>();
        float[][] vectors = new float[batch.size()][];
        List<Integer> asked = new ArrayList<>(); // of all codes of the batch
        for (int picture = 0; picture < vectors.length; picture++) {
            int[] shown = batch.get(picture).codes().clone();
            for (int cell : hidden.get(picture)) {
                for (int place = cell * each; place < (cell + 1) * each; place++) {
                    shown[place] = PictureCode.UNKNOWN;
                    asked.add(picture * length + place);
                }
            }
            IntStream.of(manner.ids(shown)).forEach(ids::add);
            vectors[picture] = PictureLearner.flat(manner.vectors(shown));
        }
        Tensor logits =
                backbone.logits(
                        new PictureRows(
                                lesson,
                                classes.conditions(
                                        batch.stream().map(Coded::label).toList(), chance),
                                ids.stream().mapToInt(Integer::intValue).toArray(),
                                PictureLearner.flat(vectors)),
                        Dropout.of(dropout, chance)); // [pictures * length, ids]
        int[] targets = batch.stream().flatMapToInt(one -> IntStream.of(one.codes())).toArray();
        int[] rows = asked.stream().mapToInt(Integer::intValue).toArray();
        return new Loss(
                DrawnCodes.surprise(row -> manner.span(row % length), logits, targets, rows),
                rows.length);
    }
}
