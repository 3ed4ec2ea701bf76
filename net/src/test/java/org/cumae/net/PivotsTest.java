package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cumae.distribution.Vector;
import org.cumae.flow.Solver;
import org.cumae.model.Answer;
import org.cumae.model.CapabilityException;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Input;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.net.FlowShape.Reach;
import org.cumae.net.FlowShape.Told;
import org.cumae.noise.Noise;
import org.cumae.picture.DrawValues;
import org.cumae.picture.FlowManner;
import org.cumae.picture.FlowPivots;
import org.cumae.picture.Guidance;
import org.cumae.picture.Lesson;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchLatent;
import org.cumae.torch.Ops;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Tests 1, 2, 5, 7 and 8 of Hi-MAR's card.
class PivotsTest {
    private static final int WIDTH = 2; // of vectors
    private static final int MODEL = 24;
    private static final int COPY = 4; // patches
    private static final double ROUNDING = 5e-5; // of velocities near 3 in float32
    private static final FlowPivots PIVOTS = pivots(2, 3);

    @TempDir private Path folder;

    private static FlowPivots pivots(int coarse, int fine) {
        float[][] axes = {{1, 0, 0, 0}, {0, 1, 0, 0}};
        PatchBasis basis = new PatchBasis(2, 1, new float[4], axes, 1);
        return FlowPivots.of(new PatchLatent(basis, 3, 3), 2, coarse, fine).ordered(Noise.of(2, 2));
    }

    private static TransformerConfig config(int phases) {
        return config(phases, 0);
    }

    private static TransformerConfig config(int phases, int encoder) {
        return TransformerConfig.picture(
                "pivots",
                4,
                2,
                MODEL,
                3,
                20,
                PIVOTS.mostRows(),
                new Positions.Pyramid(PIVOTS.sides(), 100),
                new PictureShape(
                        WIDTH,
                        true,
                        1,
                        Optional.of(
                                new FlowShape(
                                        2, Reach.TOGETHER, Told.EACH, true, phases, encoder))));
    }

    private static Backbone loud() {
        return loud(0);
    }

    private static Backbone loud(int encoder) {
        return Loud.backbone(config(3, encoder), 0.2);
    }

    private static float[] numbers(long seed, int count) {
        Noise noise = Noise.of(seed, 1);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) noise.gaussian(i);
        }
        return numbers;
    }

    /// What is made of the rows of a grid, `[length * MODEL]`.
    ///
    /// @param known which of them are known
    private static float[] told(
            Backbone backbone, Lesson lesson, float[] made, Set<Integer> known, float... values) {
        int length = values.length / WIDTH;
        int rows = lesson.rows() - 1;
        float[] shown = values.clone();
        float[] times = new float[rows];
        for (int place = 0; place < length; place++) {
            if (!known.contains(place)) {
                Arrays.fill(shown, place * WIDTH, (place + 1) * WIDTH, 0);
                times[rows - length + place] = 1;
            }
        }
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            return Ops.floats(
                    backbone.told(
                            new PictureRows(
                                    lesson, 1, new int[] {1}, made, new int[0], shown, times),
                            Optional.empty()));
        }
    }

    /// Step by step, with pivots that stay, a picture is told what one masked pass tells it.
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aPictureIsAskedForAsItIsLearned(int encoder) {
        float[] values = numbers(4, PIVOTS.length() * WIDTH);
        List<Vector> made = new ArrayList<>();
        try (Transformer model = new Transformer(loud(encoder));
                Backbone same = loud(encoder);
                Context context = DirectContext.open(model)) {
            for (int step = 0; step < PIVOTS.steps(); step++) {
                PIVOTS.opensBehind(step).ifPresent(context::truncate);
                Answer opened =
                        PIVOTS.opening(step, 1, made, values).stream()
                                .map(context::ask)
                                .reduce((_, last) -> last)
                                .orElseThrow();
                boolean copy = step < 2;
                int first = copy ? 0 : COPY;
                Set<Integer> known = new HashSet<>();
                for (int before = copy ? 0 : 2; before < step; before++) {
                    PIVOTS.drawn(before).forEach(place -> known.add(place - first));
                }
                float[] all =
                        told(
                                same,
                                copy ? PIVOTS.coarseLesson() : PIVOTS.lesson(),
                                copy ? new float[0] : byCell(made),
                                known,
                                Arrays.copyOfRange(
                                        values,
                                        first * WIDTH,
                                        (copy ? COPY : PIVOTS.length()) * WIDTH));
                List<Integer> settled = PIVOTS.settled(step);
                for (int i = 0; i < settled.size(); i++) {
                    int at = (settled.get(i) - first) * MODEL;
                    close(opened.vector(i).toArray(), Arrays.copyOfRange(all, at, at + MODEL));
                }
                for (int i = 0; i < PIVOTS.drawn(step).size(); i++) {
                    made.add(opened.vector(i));
                }
            }
        }
    }

    /// What was made of the copy's rows, in the order of its cells.
    private static float[] byCell(List<Vector> made) {
        float[] all = new float[COPY * MODEL];
        for (int i = 0; i < COPY; i++) {
            int cell = PIVOTS.coarse().line().get(i);
            System.arraycopy(made.get(i).toArray(), 0, all, cell * MODEL, MODEL);
        }
        return all;
    }

    private static void close(float[] one, float... other) {
        assertThat(one).hasSameSizeAs(other);
        for (int i = 0; i < one.length; i++) {
            assertThat((double) one[i]).isCloseTo(other[i], within(ROUNDING));
        }
    }

    /// Blocks begin as those of a model that does not tell grids from each other, to the bit, and
    /// do tell them once they have learned to.
    @Test
    void phasesAreNothingAtFirst() {
        float[] values = numbers(5, COPY * WIDTH);
        Set<Integer> none = Set.of();
        try (Backbone aware = Backbone.fresh(config(3), 7);
                Backbone plain = Backbone.fresh(config(1), 7);
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            float[] before = told(aware, PIVOTS.coarseLesson(), new float[0], none, values);
            assertThat(before)
                    .containsExactly(
                            told(plain, PIVOTS.coarseLesson(), new float[0], none, values));
            aware.tensors().stream()
                    .filter(each -> Arrays.equals(each.shape(), new long[] {3, MODEL}))
                    .forEach(phases -> phases.add_(Ops.scalar(1)));
            assertThat(told(aware, PIVOTS.coarseLesson(), new float[0], none, values))
                    .isNotEqualTo(before);
        }
    }

    /// All that a picture knows of the copy is what it is shown of it.
    @Test
    void everyPivotMatters() {
        float[] values = numbers(6, 9 * WIDTH);
        float[] made = numbers(7, COPY * MODEL);
        try (Backbone backbone = loud()) {
            float[] before = told(backbone, PIVOTS.lesson(), made, Set.of(2), values);
            for (int pivot = 0; pivot < COPY; pivot++) {
                float[] other = made.clone();
                Arrays.fill(other, pivot * MODEL, (pivot + 1) * MODEL, 0);
                assertThat(told(backbone, PIVOTS.lesson(), other, Set.of(2), values))
                        .isNotEqualTo(before);
            }
        }
    }

    @Test
    void aSavedModelSaysTheSame() {
        float[] values = numbers(8, 9 * WIDTH);
        float[] made = numbers(9, COPY * MODEL);
        try (Backbone backbone = loud()) {
            backbone.save(folder, TensorType.F32);
            try (Backbone loaded = Backbone.load(folder)) {
                assertThat(loaded.config().picture()).isEqualTo(backbone.config().picture());
                assertThat(told(loaded, PIVOTS.lesson(), made, Set.of(1), values))
                        .containsExactly(told(backbone, PIVOTS.lesson(), made, Set.of(1), values));
            }
        }
    }

    private static DrawValues draw(FlowPivots manner, Guidance guidance) {
        return new DrawValues(
                manner, 3, OptionalInt.of(1), guidance, Solver.Euler.even(4), 1, Noise.of(11, 1));
    }

    /// What is drawn is not touched by later steps.
    @Test
    void whatIsDrawnStays() {
        List<float[]> seen = new ArrayList<>();
        try (Transformer model = new Transformer(loud());
                Context context = DirectContext.open(model)) {
            DrawValues draw = draw(pivots(3, 3), new Guidance.Constant(2));
            FlowManner drawing = draw.drawing();
            float[] last = draw.draw(context, (_, values) -> seen.add(values)).values();
            for (int step = 0; step < 6; step++) {
                for (int place : drawing.drawn(step)) {
                    for (int later = step; later < 6; later++) {
                        for (int i = place * WIDTH; i < (place + 1) * WIDTH; i++) {
                            assertThat(seen.get(later)[i]).isEqualTo(last[i]);
                        }
                    }
                }
            }
            // six openings, that of the pivots and the condition, and the other half shares passes
            assertThat(context.ledger().entry(1, 1).forwards()).isEqualTo(6 + 2 + 6 * 4);
        }
    }

    /// In one step a picture is what its velocities make of noise, told by a pass that sees nothing
    /// of it.
    @Test
    void oneStepIsPlainFlowBehindPivots() {
        FlowPivots manner = pivots(1, 1);
        DrawValues draw = draw(manner, Guidance.NONE);
        FlowPivots drawing = (FlowPivots) draw.drawing();
        try (Transformer model = new Transformer(loud());
                Backbone same = loud();
                Context context = DirectContext.open(model)) {
            float[] drawn = draw.draw(context, DrawValues.Onlooker.NONE).values();
            float[] made =
                    told(
                            same,
                            drawing.coarseLesson(),
                            new float[0],
                            Set.of(),
                            new float[4 * WIDTH]);
            float[] told = told(same, drawing.lesson(), made, Set.of(), new float[9 * WIDTH]);
            List<Integer> places = drawing.settled(1);
            Noise noise = Noise.of(11, 1).at(1).at(0);
            double[] start = new double[9 * WIDTH];
            for (int i = 0; i < start.length; i++) {
                start[i] = noise.gaussian(i);
            }
            double[] way =
                    Solver.Euler.even(4)
                            .solve(
                                    (time, at) -> velocity(same, places, told, time, at),
                                    Noise.of(0, 0),
                                    start);
            for (int i = 0; i < way.length; i++) {
                assertThat((double) drawn[places.get(i / WIDTH) * WIDTH + i % WIDTH])
                        .isCloseTo(way[i], within(2e-3 * (1 + Math.abs(way[i]))));
            }
        }
    }

    private static double[] velocity(
            Backbone backbone, List<Integer> places, float[] told, double time, double... at) {
        int count = places.size();
        float[] values = new float[at.length];
        float[] rows = new float[count * MODEL];
        int[] positions = new int[count];
        for (int i = 0; i < at.length; i++) {
            values[i] = (float) at[i];
        }
        for (int i = 0; i < count; i++) {
            int cell = places.get(i) - COPY;
            positions[i] = 2 * COPY + cell;
            System.arraycopy(told, cell * MODEL, rows, i * MODEL, MODEL);
        }
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            float[] said =
                    Ops.floats(
                            backbone.ways(
                                            new FlowRows(
                                                    Tensor.create(values, count, WIDTH),
                                                    Tensor.create(rows, count, MODEL),
                                                    positions,
                                                    new int[] {count},
                                                    new float[] {(float) time}),
                                            Optional.empty())
                                    .velocities());
            double[] wide = new double[said.length];
            for (int i = 0; i < wide.length; i++) {
                wide[i] = said[i];
            }
            return wide;
        }
    }

    @Test
    void aModelWithoutPivotsIsNotAskedForThem() {
        try (Transformer model = new Transformer(Loud.backbone(config(1), 0.2));
                Context context = DirectContext.open(model)) {
            context.ask(Query.feed(Tokens.of(1)));
            Query asked =
                    new Query(
                            new Input.Made(List.of(new Vector(new float[MODEL]))),
                            Optional.of(Tokens.of(4)),
                            Visibility.FULL,
                            List.of());
            assertThatThrownBy(() -> context.ask(asked))
                    .isInstanceOf(CapabilityException.class)
                    .hasMessageContaining("hidden states as input");
        }
    }
}
