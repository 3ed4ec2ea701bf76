package org.cumae.train.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cumae.flow.Diffusion;
import org.cumae.flow.Solver;
import org.cumae.net.Backbone;
import org.cumae.net.FlowRows;
import org.cumae.net.FlowShape;
import org.cumae.net.FlowShape.Variance;
import org.cumae.net.PictureRows;
import org.cumae.net.PictureShape;
import org.cumae.net.Positions;
import org.cumae.net.TransformerConfig;
import org.cumae.noise.Noise;
import org.cumae.picture.FlowCells;
import org.cumae.picture.FlowCells.Past;
import org.cumae.picture.FlowManner;
import org.cumae.picture.FlowScales;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchLatent;
import org.cumae.torch.Ops;
import org.cumae.train.AdamWOptions;
import org.cumae.train.HeldOut;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Section 8 of the common visual card, tests 5 and 6 of FlowAR's, and 7 of xAR's.
class DrawnValuesTest {
    private static final Diffusion ALL = Solver.Ancestral.ALL;

    private static PatchLatent latent(int side) {
        return new PatchLatent(
                new PatchBasis(1, 1, new float[1], new float[][] {{1}}, 1), side, side);
    }

    private static Backbone backbone(FlowManner manner) {
        return backbone(manner, Variance.CHOSEN);
    }

    private static Backbone backbone(FlowManner manner, Variance variance) {
        boolean scales = manner instanceof FlowScales;
        return Backbone.fresh(
                TransformerConfig.picture(
                        "values",
                        3,
                        1,
                        16,
                        2,
                        32,
                        manner.mostRows(),
                        manner instanceof FlowScales of
                                ? new Positions.Pyramid(of.sides(), 100)
                                : new Positions.Grid(
                                        manner.latent().down(), manner.latent().across(), 100),
                        new PictureShape(
                                1,
                                true,
                                1,
                                Optional.of(
                                        (scales
                                                        ? new FlowShape(
                                                                2,
                                                                FlowShape.Reach.TOGETHER,
                                                                FlowShape.Told.EACH)
                                                        : FlowShape.OF_ROWS)
                                                .withVariance(variance)))),
                2);
    }

    private static DrawnValues learner(Backbone backbone, FlowManner manner, double dropped) {
        return DrawnValues.of(backbone, manner, 2, dropped, 0, TensorType.F32);
    }

    private static Valued valued(FlowManner manner, int label, float... picture) {
        float[] values = manner.values(picture);
        return new Valued(values, manner.rows(values), label);
    }

    /// Pictures whose values are N(0.5, 0.3 squared), each by itself.
    private static List<Valued> batch(FlowManner manner, long number, int size) {
        return IntStream.range(0, size)
                .mapToObj(
                        i -> {
                            Noise noise = Noise.of(number * size + i, 1);
                            float[] picture = new float[manner.latent().length()];
                            for (int cell = 0; cell < picture.length; cell++) {
                                picture[cell] = (float) (0.5 + 0.3 * noise.gaussian(cell));
                            }
                            return valued(manner, i % 2, picture);
                        })
                .toList();
    }

    private static Stream<FlowManner> manners() {
        return Stream.of(
                new FlowScales(latent(4), List.of(1, 2, 4)),
                new FlowCells(latent(4), 2, Past.NOISY),
                new FlowCells(latent(4), 2, Past.CLEAN));
    }

    /// Of a model that says nothing the loss is the mean square of `e - x`, here 1 + 0.25, and
    /// coarse scales count by their size: 21 values for 16. Noise that is half way wide adds
    /// nothing.
    @ParameterizedTest
    @MethodSource("manners")
    void aFreshModelMissesAllThereIs(FlowManner manner) {
        float[] picture = new float[16];
        Arrays.fill(picture, 0.5f);
        List<Valued> batch =
                IntStream.range(0, 500).mapToObj(i -> valued(manner, i % 2, picture)).toList();
        double share = manner.length() / 16.0;
        double error = Math.sqrt((2 + 4 * 0.25) / (500.0 * manner.length()));
        try (Backbone backbone = backbone(manner)) {
            assertThat(HeldOut.loss(learner(backbone, manner, 0.1), _ -> batch, 1))
                    .isCloseTo(share * 1.25, within(3 * share * error));
        }
        assertThat(share).isEqualTo(manner instanceof FlowScales ? 1.3125 : 1);
        try (Backbone plain = backbone(manner);
                Backbone wide = backbone(manner, Variance.LEARNED)) {
            assertThat(HeldOut.loss(learner(wide, manner, 0.1), _ -> batch, 1))
                    .isEqualTo(HeldOut.loss(learner(plain, manner, 0.1), _ -> batch, 1));
        }
    }

    private static double trained(FlowManner manner) {
        try (Backbone backbone = backbone(manner)) {
            DrawnValues learner = learner(backbone, manner, 0.1);
            train(learner, 300);
            return HeldOut.loss(learner, _ -> batch(manner, 77, 20_000), 1);
        }
    }

    private static void train(DrawnValues learner, int steps) {
        FlowManner manner = learner.manner();
        try (RunFolder folder = RunFolder.temporary()) {
            TrainerOptions options =
                    TrainerOptions.through(
                            steps,
                            1,
                            new Schedule.Cosine(1e-2, 1e-4, 20, steps),
                            new AdamWOptions(0.9, 0.99, 1e-8, 0),
                            1);
            try (Trainer<List<Valued>> trainer =
                    new Trainer<>(
                            learner,
                            number -> batch(manner, number, 256),
                            number -> batch(manner, 1_000_000 + number, 256),
                            options,
                            folder,
                            new Journal() {})) {
                trainer.run();
            }
        }
    }

    /// What no velocity can know, E Var(v | x_t), of times that are as likely each. 20,000 draws
    /// err by 0.005.
    @Test
    void aScaleReachesWhatCanBeKnown() {
        assertThat(trained(new FlowScales(latent(1), List.of(1)))).isCloseTo(0.47124, within(0.02));
    }

    /// The same of times that are likelier in the middle.
    @Test
    void aSquareReachesWhatCanBeKnown() {
        assertThat(trained(new FlowCells(latent(1), 1, Past.NOISY)))
                .isCloseTo(0.4222, within(0.02));
    }

    /// How wide a step back is best for values of N(0.5, 0.3 squared).
    private static double best(int step) {
        double law = 0.3 * 0.3;
        double time = ALL.time(step);
        double along = time - (1 - time) * law; // of a velocity and where it is
        double at = (1 - time) * (1 - time) * law + time * time;
        double missed = 1 + law - along * along / at;
        return Math.log1p(ALL.shift(step) * missed) / ALL.room(step);
    }

    /// How wide a model of one value says that some steps back are.
    private static float[] widths(Backbone backbone, FlowManner manner, int... steps) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            int count = steps.length;
            float[] at = new float[count];
            Arrays.fill(at, 0.3f);
            int[] lengths = new int[count];
            Arrays.fill(lengths, 1);
            PictureRows rows =
                    new PictureRows(
                            manner.lesson(),
                            manner.lead(),
                            new int[count],
                            new int[0],
                            new float[0],
                            new float[0]);
            FlowRows underway =
                    new FlowRows(
                            Tensor.create(at, count, 1),
                            backbone.told(rows, Optional.empty()),
                            new int[count],
                            lengths,
                            WayBack.times(steps));
            return Ops.floats(backbone.ways(underway, Optional.empty()).widths().orElseThrow());
        }
    }

    /// From 0.5 all over. Of six models that began otherwise none was off by more than 0.23.
    @Test
    void widthsComeNearTheBest() {
        FlowManner manner = new FlowScales(latent(1), List.of(1));
        int[] steps = {1, 2, 5, 10, 20, 50, 100, 200, 300, 500, 700, 900};
        assertThat(best(1)).isCloseTo(0.9994, within(1e-4));
        assertThat(best(900)).isCloseTo(0.0920, within(1e-4));
        try (Backbone backbone = backbone(manner, Variance.LEARNED)) {
            train(learner(backbone, manner, 0.1), 200);
            float[] widths = widths(backbone, manner, steps);
            for (int i = 0; i < steps.length; i++) {
                assertThat((double) widths[i])
                        .as("step %d", steps[i])
                        .isCloseTo(best(steps[i]), within(0.25));
            }
        }
    }

    /// Values on their way at times of their own widen nothing that is learned of velocities.
    @ParameterizedTest
    @MethodSource("manners")
    void velocitiesAreLearnedAsWithoutWidths(FlowManner manner) {
        try (Backbone plain = backbone(manner);
                Backbone wide = backbone(manner, Variance.LEARNED)) {
            Twins.learnAlike(
                    plain, wide, model -> learner(model, manner, 0.1), batch(manner, 3, 16));
        }
    }

    @ParameterizedTest
    @MethodSource("manners")
    void whoseClassIsDroppedIsOfNoneInParticular(FlowManner manner) {
        try (Backbone backbone = backbone(manner);
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            // a fresh model says nothing of anything
            backbone.tensors()
                    .forEach(
                            weight -> {
                                if (weight.dim() > 1) {
                                    weight.normal_(0, 0.3, Ops.chance());
                                }
                            });
            List<Valued> one = batch(manner, 1, 4);
            List<Valued> other =
                    one.stream()
                            .map(each -> new Valued(each.values(), each.rows(), 1 - each.label()))
                            .toList();
            DrawnValues all = learner(backbone, manner, 1);
            assertThat(loss(all, one, true)).isEqualTo(loss(all, other, true));
            assertThat(loss(all, one, false)).isNotEqualTo(loss(all, other, false));
        }
    }

    private static double loss(DrawnValues learner, List<Valued> batch, boolean training) {
        return learner.loss(batch, training ? Optional.of(Ops.generator(3)) : Optional.empty())
                .total()
                .item_double();
    }

    @Test
    void aBackboneThatSaysOtherwiseIsRefused() {
        FlowManner scales = new FlowScales(latent(4), List.of(1, 2, 4));
        FlowManner squares = new FlowCells(latent(4), 2, Past.NOISY);
        try (Backbone backbone = backbone(squares)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> learner(backbone, scales, 0))
                    .withMessageContaining(
                            "cannot learn to draw vectors of 1 numbers by FlowScales");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> DrawnValues.of(backbone, squares, 7, 0, 0, TensorType.F32))
                    .withMessageContaining("has 3 ids; 7 classes need 8");
        }
    }
}
