package org.cumae.train.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.net.Backbone;
import org.cumae.net.PictureRows;
import org.cumae.net.PictureShape;
import org.cumae.net.Positions;
import org.cumae.net.Transformer;
import org.cumae.net.TransformerConfig;
import org.cumae.noise.Noise;
import org.cumae.picture.CodeMasks;
import org.cumae.picture.Draw;
import org.cumae.picture.Guidance;
import org.cumae.picture.PatchCode;
import org.cumae.picture.PictureCode;
import org.cumae.psi.Book;
import org.cumae.torch.Ops;
import org.cumae.train.AdamWOptions;
import org.cumae.train.HeldOut;
import org.cumae.train.Journal;
import org.cumae.train.Learner.Loss;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Test 9 of ELM's card, and the law of the shared code: all cells of a picture have the same one,
/// so nothing is left of it once one cell is known, and everything before.
class MaskedCodesTest {
    private static final int SIDE = 3;
    private static final int CELLS = SIDE * SIDE;
    private static final int CODES = 3;
    private static final int DRAWN = 40;

    @TempDir private Path folder;

    private static CodeMasks manner(int steps) {
        return new CodeMasks(
                new PatchCode(
                        Book.of(
                                new TokenType("patch", SIDE, SIDE, List.of(Span.of(0, CODES))),
                                new float[] {0},
                                new float[] {0.5f},
                                new float[] {1})),
                steps,
                0);
    }

    private static Backbone backbone() {
        CodeMasks manner = manner(1);
        return Backbone.fresh(
                TransformerConfig.picture(
                        "shared",
                        manner.firstCondition() + 2,
                        2,
                        16,
                        2,
                        32,
                        manner.mostRows(),
                        new Positions.Grid(SIDE, SIDE, 100),
                        new PictureShape(0, false, 1)),
                2);
    }

    private static MaskedCodes learner(Backbone backbone, double dropped) {
        return MaskedCodes.of(backbone, manner(1), 1, dropped, 0, TensorType.F32);
    }

    private static List<Coded> batch(long number, int size) {
        return IntStream.range(0, size)
                .mapToObj(
                        i -> {
                            int[] codes = new int[CELLS];
                            Arrays.fill(codes, (int) (CODES * Noise.of(number, i).uniform(0)));
                            return new Coded(codes, new float[0], 0);
                        })
                .toList();
    }

    /// What is known is not learned: the loss of no hidden cell is nothing, without a gradient.
    @Test
    void withAllCellsKnownNoneEntersTheLoss() {
        try (Backbone backbone = backbone();
                var _ = new PointerScope()) {
            List<Coded> batch = batch(1, 4);
            backbone.tensors().forEach(weight -> weight.requires_grad_(true));
            Loss none =
                    learner(backbone, 0)
                            .loss(batch, Collections.nCopies(4, List.of()), Optional.empty());
            assertThat(none.terms()).isZero();
            assertThat(none.total().item_double()).isZero();
            for (Tensor gradient : Ops.gradients(none.total(), backbone.tensors())) {
                assertThat(!gradient.defined() || gradient.abs().max().item_double() == 0).isTrue();
            }
            Loss some =
                    learner(backbone, 0)
                            .loss(batch, Collections.nCopies(4, List.of(2)), Optional.empty());
            assertThat(some.terms()).isEqualTo(4);
            assertThat(
                            Ops.gradients(some.total(), backbone.tensors()).stream()
                                    .filter(Tensor::defined)
                                    .mapToDouble(each -> each.abs().max().item_double())
                                    .max()
                                    .orElseThrow())
                    .isPositive();
        }
    }

    /// By hand: of two hidden cells, under a model that is shown the others.
    @Test
    void theLossIsTheSurpriseOfWhatIsHidden() {
        int[] codes = {0, 1, 2, 2, 1, 0, 1, 1, 0};
        int[] shown = codes.clone();
        shown[3] = PictureCode.UNKNOWN;
        shown[8] = PictureCode.UNKNOWN;
        CodeMasks manner = manner(1);
        try (Backbone backbone = backbone();
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            float[] logits =
                    Ops.floats(
                            backbone.logits(
                                    new PictureRows(
                                            manner.lesson(),
                                            new int[] {manner.firstCondition()},
                                            manner.ids(shown),
                                            new float[0]),
                                    Optional.empty()));
            double expected = 0;
            for (int cell : List.of(3, 8)) {
                int row = cell * logits.length / CELLS;
                double sum = 0;
                for (int code = 0; code < CODES; code++) {
                    sum += Math.exp(logits[row + code]);
                }
                expected += Math.log(sum) - logits[row + codes[cell]];
            }
            Loss loss =
                    learner(backbone, 0)
                            .loss(
                                    List.of(new Coded(codes, new float[0], 0)),
                                    List.of(List.of(8, 3)),
                                    Optional.empty());
            assertThat(loss.terms()).isEqualTo(2);
            assertThat(loss.total().item_double()).isCloseTo(expected, within(1e-5));
        }
    }

    /// One at least, all now and then, and as a cosine between.
    @Test
    void asMuchIsHiddenAsAtAnyTimeOfDrawing() {
        assertThat(MaskedCodes.hiddenAt(0, CELLS)).isEqualTo(CELLS);
        assertThat(MaskedCodes.hiddenAt(0.1, CELLS)).isEqualTo(CELLS);
        assertThat(MaskedCodes.hiddenAt(0.5, CELLS)).isEqualTo(7); // 6.36
        assertThat(MaskedCodes.hiddenAt(1, CELLS)).isEqualTo(1);
    }

    /// The mean surprise of a hidden code where it is log 3 in pictures of which nothing is shown,
    /// and nothing in others.
    private static double least() {
        double all = 0;
        double nothing = 0;
        for (int i = 0; i < 10_000; i++) {
            int hidden = MaskedCodes.hiddenAt((i + 0.5) / 10_000, CELLS);
            all += hidden;
            nothing += hidden == CELLS ? CELLS : 0;
        }
        return nothing / all * Math.log(CODES);
    }

    /// It learns the law; drawn one by one, cells agree, and drawn at once they do not, since each
    /// is by itself then: the control.
    @Test
    void aLawIsLearnedAndDrawn() {
        try (Backbone backbone = backbone();
                RunFolder run = RunFolder.temporary()) {
            MaskedCodes learner = learner(backbone, 0.1);
            int steps = 200;
            try (Trainer<List<Coded>> trainer =
                    new Trainer<>(
                            learner,
                            number -> batch(number, 32),
                            number -> batch(1_000_000 + number, 32),
                            TrainerOptions.through(
                                    steps,
                                    1,
                                    new Schedule.Cosine(1e-2, 1e-4, 20, steps),
                                    new AdamWOptions(0.9, 0.99, 1e-8, 0),
                                    1),
                            run,
                            new Journal() {})) {
                trainer.run();
            }
            double loss = HeldOut.loss(learner, number -> batch(2_000_000 + number, 1000), 4);
            assertThat(loss).isCloseTo(least(), within(0.05));
            backbone.save(folder, TensorType.F32);
        }
        assertThat(agreeing(CELLS)).isGreaterThan(0.9);
        assertThat(agreeing(1)).isLessThan(0.1);
    }

    /// The share of pictures whose cells all agree.
    private double agreeing(int steps) {
        int agreeing = 0;
        try (Transformer model = Transformer.load(folder)) {
            for (int number = 0; number < DRAWN; number++) {
                try (Context context = DirectContext.open(model)) {
                    int[] codes =
                            new Draw(
                                            manner(steps),
                                            1,
                                            OptionalInt.of(0),
                                            Guidance.NONE,
                                            Sampling.PLAIN,
                                            KeyedChance.of(5, number))
                                    .draw(context, Draw.Onlooker.NONE)
                                    .codes();
                    agreeing += Arrays.stream(codes).distinct().count() == 1 ? 1 : 0;
                }
            }
        }
        return (double) agreeing / DRAWN;
    }

    /// A tenth of pictures are shown without their class, so losses with chance differ from those
    /// without; and without it they are the same each time.
    @Test
    void withoutChanceTheSameIsHidden() {
        try (Backbone backbone = backbone();
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            List<Coded> batch = batch(7, 30);
            MaskedCodes learner = learner(backbone, 0);
            Loss one = learner.loss(batch, Optional.empty());
            Loss other = learner.loss(batch, Optional.empty());
            assertThat(one.total().item_double()).isEqualTo(other.total().item_double());
            Loss chance = learner.loss(batch, Optional.of(Ops.generator(3)));
            assertThat(chance.terms()).isNotEqualTo(one.terms());
            Loss dropped = learner(backbone, 1).loss(batch, Optional.of(Ops.generator(4)));
            Loss kept = learner.loss(batch, Optional.of(Ops.generator(4)));
            assertThat(dropped.total().item_double()).isNotEqualTo(kept.total().item_double());
            assertThat(dropped.terms()).isEqualTo(kept.terms());
        }
    }

    @Test
    void othersLearnInOtherWays() {
        try (Backbone backbone = backbone()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> DrawnCodes.of(backbone, manner(1), 1, 0, 0, TensorType.F32))
                    .withMessageContaining("learned by MaskedCodes");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> MaskedCodes.of(backbone, manner(1), 7, 0, 0, TensorType.F32))
                    .withMessageContaining("has 6 ids; 3 codes and 7 classes need 12");
        }
    }
}
