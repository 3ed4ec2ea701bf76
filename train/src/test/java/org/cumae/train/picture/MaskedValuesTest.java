package org.cumae.train.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.cumae.flow.Solver;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.net.Backbone;
import org.cumae.net.FlowShape;
import org.cumae.net.FlowShape.Reach;
import org.cumae.net.Mixing;
import org.cumae.net.PictureShape;
import org.cumae.net.Positions;
import org.cumae.net.Transformer;
import org.cumae.net.TransformerConfig;
import org.cumae.net.TransformerConfig.Activation;
import org.cumae.net.TransformerConfig.NormKind;
import org.cumae.noise.Noise;
import org.cumae.picture.DrawValues;
import org.cumae.picture.FlowMasks;
import org.cumae.picture.Guidance;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchLatent;
import org.cumae.train.AdamWOptions;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/// Test 10 of Hi-MAR's card, the law of the shared sign: all values of a picture are 1, or all are
/// -1.
class MaskedValuesTest {
    private static final PatchLatent LATENT =
            new PatchLatent(new PatchBasis(1, 1, new float[1], new float[][] {{1}}, 1), 3, 3);
    private static final int DRAWN = 40;

    @TempDir private Path folder;

    private static Backbone backbone(Reach reach, boolean timed) {
        FlowShape flow = new FlowShape(2, reach, FlowShape.Told.EACH, timed, 1);
        return Backbone.fresh(
                new TransformerConfig(
                        "signs",
                        TransformerConfig.PICTURE,
                        2,
                        16,
                        2,
                        2,
                        8,
                        32,
                        19,
                        Mixing.attention(1),
                        NormKind.RMS,
                        1e-5,
                        new Positions.Grid(3, 3, 100),
                        Activation.SWIGLU,
                        Set.of(),
                        false,
                        true,
                        Optional.empty(),
                        Optional.of(new PictureShape(1, true, 1, Optional.of(flow)))),
                2);
    }

    private static List<Valued> batch(long number) {
        return IntStream.range(0, 64)
                .mapToObj(
                        i -> {
                            float[] values = new float[9];
                            Arrays.fill(values, Noise.of(number, i).uniform(0) < 0.5 ? 1 : -1);
                            return new Valued(values, values, 0);
                        })
                .toList();
    }

    private Path trained(Reach reach) {
        try (Backbone backbone = backbone(reach, true);
                RunFolder run = RunFolder.temporary()) {
            MaskedValues learner =
                    MaskedValues.of(backbone, new FlowMasks(LATENT, 1), 1, 0.1, 0, TensorType.F32);
            try (Trainer<List<Valued>> trainer =
                    new Trainer<>(
                            learner,
                            MaskedValuesTest::batch,
                            number -> batch(1_000_000 + number),
                            TrainerOptions.through(
                                    300,
                                    1,
                                    new Schedule.Cosine(1e-2, 1e-4, 20, 300),
                                    new AdamWOptions(0.9, 0.99, 1e-8, 0),
                                    1),
                            run,
                            new Journal() {})) {
                trainer.run();
            }
            backbone.save(folder, TensorType.F32);
        }
        return folder;
    }

    /// The share of pictures, drawn in one step, whose signs all agree.
    private static double agreeing(Path model) {
        int agreeing = 0;
        try (Transformer drawing = Transformer.load(model)) {
            for (int number = 0; number < DRAWN; number++) {
                try (Context context = DirectContext.open(drawing)) {
                    float[] values =
                            new DrawValues(
                                            new FlowMasks(LATENT, 1),
                                            1,
                                            OptionalInt.of(0),
                                            Guidance.NONE,
                                            Solver.Euler.even(5),
                                            1,
                                            Noise.of(5, number))
                                    .draw(context, DrawValues.Onlooker.NONE)
                                    .values();
                    float sum = 0;
                    for (float value : values) {
                        sum += Math.signum(value);
                    }
                    agreeing += Math.abs(sum) == 9 ? 1 : 0;
                }
            }
        }
        return (double) agreeing / DRAWN;
    }

    /// Values that know each other agree.
    @Test
    void valuesThatComeOutTogetherAgree() {
        assertThat(agreeing(trained(Reach.TOGETHER))).isGreaterThan(0.85);
    }

    /// Those that do not agree one time in 256.
    @Test
    void valuesThatComeOutAloneDoNot() {
        assertThat(agreeing(trained(Reach.ALONE))).isLessThan(0.1);
    }

    @Test
    void aBackboneThatDoesNotTellKnownFromUnknownIsRefused() {
        try (Backbone backbone = backbone(Reach.ALONE, false)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    MaskedValues.of(
                                            backbone,
                                            new FlowMasks(LATENT, 1),
                                            1,
                                            0,
                                            0,
                                            TensorType.F32))
                    .withMessageContaining("cannot learn hidden vectors of 1 numbers");
        }
    }
}
