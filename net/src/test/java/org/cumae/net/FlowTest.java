package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.distribution.Finding;
import org.cumae.distribution.Vector;
import org.cumae.engine.Engine;
import org.cumae.flow.Solver;
import org.cumae.flow.Width;
import org.cumae.model.Answer;
import org.cumae.model.Capability;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Query;
import org.cumae.model.Want;
import org.cumae.net.FlowShape.Reach;
import org.cumae.net.FlowShape.Told;
import org.cumae.net.FlowShape.Variance;
import org.cumae.noise.Noise;
import org.cumae.picture.DrawValues;
import org.cumae.picture.FlowCells;
import org.cumae.picture.FlowCells.Past;
import org.cumae.picture.FlowManner;
import org.cumae.picture.FlowMasks;
import org.cumae.picture.FlowPivots;
import org.cumae.picture.FlowScales;
import org.cumae.picture.Guidance;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchLatent;
import org.cumae.torch.Ops;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Future;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Tests 1 to 5, 9 and 10 of FlowAR's card, and 2 to 5 and 10 of xAR's.
class FlowTest {
    private static final int CLASSES = 3;
    private static final int WIDTH = 3; // of vectors
    private static final double ROUNDING = 5e-5; // of velocities near 3 in float32
    private static final Solver SHORT = Solver.Euler.even(4);

    @TempDir private Path folder;

    private static PatchLatent latent(int side) {
        float[][] axes = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}};
        return new PatchLatent(new PatchBasis(2, 1, new float[4], axes, 1), side, side);
    }

    private static Stream<FlowManner> manners() {
        return Stream.of(
                new FlowScales(latent(4), List.of(1, 2, 4)),
                new FlowScales(latent(5), List.of(1, 3, 5)),
                new FlowScales(latent(3), List.of(3)),
                new FlowCells(latent(5), 2, Past.NOISY),
                new FlowCells(latent(3), 1, Past.NOISY),
                new FlowCells(latent(4), 4, Past.NOISY),
                new FlowCells(latent(5), 2, Past.CLEAN));
    }

    private static TransformerConfig config(FlowManner manner, FlowShape shape) {
        Positions positions =
                switch (manner) {
                    case FlowScales scales -> new Positions.Pyramid(scales.sides(), 100);
                    case FlowPivots pivots -> new Positions.Pyramid(pivots.sides(), 100);
                    case FlowCells _, FlowMasks _ ->
                            new Positions.Grid(
                                    manner.latent().down(), manner.latent().across(), 100);
                };
        return TransformerConfig.picture(
                "flows",
                CLASSES + 1,
                2,
                24,
                3,
                20,
                manner.mostRows(),
                positions,
                new PictureShape(WIDTH, true, 1, Optional.of(shape)));
    }

    private static FlowShape shape(FlowManner manner) {
        return switch (manner) {
            case FlowScales _ -> new FlowShape(2, Reach.TOGETHER, Told.EACH);
            case FlowMasks _ -> new FlowShape(2, Reach.TOGETHER, Told.EACH, true, 1);
            case FlowPivots pivots ->
                    new FlowShape(2, Reach.TOGETHER, Told.EACH, true, pivots.sides().size());
            case FlowCells _ -> FlowShape.OF_ROWS;
        };
    }

    private static Backbone backbone(FlowManner manner) {
        return backbone(manner, shape(manner));
    }

    private static Backbone backbone(FlowManner manner, FlowShape shape) {
        return Loud.backbone(config(manner, shape), 0.2);
    }

    private static float[] values(FlowManner manner, long seed) {
        Noise noise = Noise.of(seed, 1);
        float[] picture = new float[manner.latent().length() * WIDTH];
        for (int i = 0; i < picture.length; i++) {
            picture[i] = (float) noise.gaussian(i);
        }
        return manner.values(picture);
    }

    private static float time(int step) {
        return 0.9f / (1 + 0.3f * step);
    }

    private static int stepOf(FlowManner manner, int place) {
        return IntStream.range(0, manner.steps())
                .filter(step -> manner.drawn(step).contains(place))
                .findFirst()
                .orElseThrow();
    }

    /// The velocities of all values in one pass, as in training, `[length][WIDTH]`.
    ///
    /// @param noised same values on their way, each at the time of its step
    private static float[][] atOnce(
            Backbone backbone, FlowManner manner, int label, float[] values, float[] noised) {
        return atOnce(backbone, manner, label, values, noised, FlowTest::time);
    }

    /// The same at other times of its steps.
    private static float[][] atOnce(
            Backbone backbone,
            FlowManner manner,
            int label,
            float[] values,
            float[] noised,
            IntToDoubleFunction time) {
        int length = manner.length();
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            float[] rows = manner.rows(values);
            int own = rows.length / WIDTH - manner.noised(); // rows that are no values on their way
            float[] times = new float[manner.noised() == 0 ? 0 : rows.length / WIDTH];
            for (int place = 0; place < manner.noised(); place++) {
                times[own + place] = (float) time.applyAsDouble(stepOf(manner, place));
                System.arraycopy(noised, place * WIDTH, rows, (own + place) * WIDTH, WIDTH);
            }
            Tensor told =
                    backbone.told(
                            new PictureRows(
                                    manner.lesson(),
                                    manner.lead(),
                                    new int[] {label},
                                    new int[0],
                                    rows,
                                    times),
                            Optional.empty());
            Tensor said =
                    manner instanceof FlowCells
                            ? backbone.ways(told).velocities()
                            : backbone.ways(rows(manner, told, noised, time), Optional.empty())
                                    .velocities();
            float[] all = Ops.floats(said);
            return IntStream.range(0, length)
                    .mapToObj(i -> Arrays.copyOfRange(all, i * WIDTH, (i + 1) * WIDTH))
                    .toArray(float[][]::new);
        }
    }

    private static FlowRows rows(FlowManner manner, Tensor told, float[] noised) {
        return rows(manner, told, noised, FlowTest::time);
    }

    private static FlowRows rows(
            FlowManner manner, Tensor told, float[] noised, IntToDoubleFunction time) {
        int[] steps = IntStream.range(0, manner.steps()).toArray();
        float[] times = new float[steps.length];
        for (int step : steps) {
            times[step] = (float) time.applyAsDouble(step);
        }
        return new FlowRows(
                Tensor.create(noised, manner.length(), WIDTH),
                told,
                IntStream.range(0, manner.length()).toArray(),
                IntStream.of(steps).map(step -> manner.drawn(step).size()).toArray(),
                times);
    }

    /// The same as they are met when a picture is drawn whose values come out as given.
    private static float[][] stepByStep(
            Context context, FlowManner manner, int label, float[] values, float[] noised) {
        float[][] velocities = new float[manner.length()][];
        for (int step = 0; step < manner.steps(); step++) {
            Answer opened = opened(context, manner, step, label, values);
            int held = context.length();
            List<Integer> places = manner.drawn(step);
            List<Vector> way = FlowManner.vectors(noised, WIDTH, places);
            Answer answer = context.ask(manner.settling(step, opened, time(step), way));
            context.truncate(held);
            for (int i = 0; i < places.size(); i++) {
                velocities[places.get(i)] = answer.vector(i).toArray();
            }
        }
        return velocities;
    }

    private static Answer opened(
            Context context, FlowManner manner, int step, int label, float... values) {
        return manner.opening(step, label, List.of(), values).stream()
                .map(context::ask)
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    private static void close(float[][] one, float[][] other) {
        for (int i = 0; i < one.length; i++) {
            for (int j = 0; j < WIDTH; j++) {
                assertThat((double) one[i][j]).isCloseTo(other[i][j], within(ROUNDING));
            }
        }
    }

    /// Squares are drawn behind clean ones, so what is drawn is what is learned with a clean past.
    @ParameterizedTest
    @MethodSource("manners")
    void drawingStepByStepIsOneMaskedPass(FlowManner manner) {
        FlowManner learned =
                manner instanceof FlowCells(PatchLatent latent, int side, Past _)
                        ? new FlowCells(latent, side, Past.CLEAN)
                        : manner;
        float[] values = values(manner, 4);
        float[] noised = values(manner, 5);
        try (Transformer model = new Transformer(backbone(manner));
                Backbone same = backbone(manner);
                Context context = DirectContext.open(model)) {
            close(
                    stepByStep(context, manner, 1, values, noised),
                    atOnce(same, learned, 1, values, noised));
            assertThat(context.ledger().forwards()).isEqualTo(2L * manner.steps());
        }
    }

    /// Nothing of a step's values, or of what comes later, is known but what is on its way; with a
    /// noisy past not the earlier values themselves either.
    @ParameterizedTest
    @MethodSource("manners")
    void aStepDoesNotKnowWhatComesLater(FlowManner manner) {
        float[] values = values(manner, 6);
        float[] noised = values(manner, 7);
        try (Backbone backbone = backbone(manner)) {
            float[][] before = atOnce(backbone, manner, 0, values, noised);
            for (int step = 0; step < manner.steps(); step++) {
                float[] others = values.clone();
                float[] later = noised.clone();
                for (int place = 0; place < manner.length(); place++) {
                    int its = stepOf(manner, place);
                    for (int i = place * WIDTH; i < (place + 1) * WIDTH; i++) {
                        others[i] += its >= step ? 3 : 0;
                        later[i] += its > step ? 3 : 0;
                    }
                }
                int known = step;
                float[][] after =
                        atOnce(
                                backbone,
                                manner,
                                0,
                                others,
                                later,
                                each -> time(each) * (each > known ? 0.7 : 1));
                for (int place = 0; place < manner.length(); place++) {
                    if (stepOf(manner, place) <= step) {
                        assertThat(after[place]).containsExactly(before[place]);
                    }
                }
                assertThat(step + 1 == manner.steps() || !Arrays.deepEquals(before, after))
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("manners")
    void everyValueKnowsTheClassAndItsTime(FlowManner manner) {
        float[] values = values(manner, 8);
        float[] noised = values(manner, 9);
        try (Transformer model = new Transformer(backbone(manner));
                Context one = DirectContext.open(model);
                Context other = DirectContext.open(model)) {
            float[][] first = stepByStep(one, manner, 0, values, noised);
            float[][] second = stepByStep(other, manner, 2, values, noised);
            for (int place = 0; place < manner.length(); place++) {
                assertThat(first[place]).isNotEqualTo(second[place]);
            }
            try (Context here = DirectContext.open(model)) {
                Answer opened = opened(here, manner, 0, 1, values);
                int held = here.length();
                List<Vector> way = FlowManner.vectors(noised, WIDTH, manner.drawn(0));
                Answer early = here.ask(manner.settling(0, opened, 0.9, way));
                here.truncate(held);
                Answer late = here.ask(manner.settling(0, opened, 0.1, way));
                assertThat(early.vector(0)).isNotEqualTo(late.vector(0));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("manners")
    void aFreshModelSaysNothing(FlowManner manner) {
        float[] values = values(manner, 10);
        try (Backbone backbone = Backbone.fresh(config(manner, shape(manner)), 1)) {
            for (float[] velocity : atOnce(backbone, manner, 1, values, values)) {
                assertThat(velocity).containsOnly(0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("manners")
    void aSavedModelSaysTheSame(FlowManner manner) {
        float[] values = values(manner, 11);
        float[] noised = values(manner, 12);
        try (Backbone backbone = backbone(manner)) {
            backbone.save(folder, TensorType.F32);
            try (Backbone loaded = Backbone.load(folder)) {
                assertThat(loaded.config().picture()).isEqualTo(backbone.config().picture());
                assertThat(loaded.config().positions()).isEqualTo(backbone.config().positions());
                assertThat(atOnce(loaded, manner, 2, values, noised))
                        .isDeepEqualTo(atOnce(backbone, manner, 2, values, noised));
            }
        }
    }

    /// Manners with blocks of their own, and with none.
    private static Stream<FlowManner> both() {
        return Stream.of(
                new FlowScales(latent(3), List.of(1, 3)), new FlowCells(latent(3), 2, Past.CLEAN));
    }

    private static FlowShape learning(FlowManner manner) {
        return shape(manner).withVariance(Variance.LEARNED);
    }

    /// What is said of the values of a step on their way.
    private static Answer asked(
            Context context, FlowManner manner, int step, UnaryOperator<Query> asking) {
        context.truncate(0);
        float[] values = values(manner, 20);
        Answer opened = opened(context, manner, 0, 1, values);
        for (int i = 1; i <= step; i++) {
            opened = opened(context, manner, i, 1, values);
        }
        List<Vector> way = FlowManner.vectors(values(manner, 21), WIDTH, manner.drawn(step));
        return context.ask(asking.apply(manner.settling(step, opened, 0.4, way)));
    }

    private static List<Want> widths(Query query) {
        return IntStream.range(0, query.rows()).<Want>mapToObj(Want.Width::new).toList();
    }

    /// Of all values of two steps.
    private static List<Vector> widths(Transformer model, FlowManner manner) {
        List<Vector> all = new ArrayList<>();
        try (Context context = DirectContext.open(model)) {
            for (int step = 0; step < 2; step++) {
                Answer wide = asked(context, manner, step, query -> query.wanting(widths(query)));
                wide.findings().forEach(each -> all.add((Vector) each));
            }
        }
        return all;
    }

    /// Velocities first: widths are the other half of what is said, from half way on.
    @ParameterizedTest
    @MethodSource("both")
    void widthsAreSaidBesideVelocities(FlowManner manner) {
        try (Transformer model = new Transformer(backbone(manner, learning(manner)));
                Context context = DirectContext.open(model)) {
            assertThat(model.card().capabilities()).contains(Capability.WIDTHS);
            for (int step = 0; step < 2; step++) {
                Answer ways = asked(context, manner, step, UnaryOperator.identity());
                Answer wide = asked(context, manner, step, query -> query.wanting(widths(query)));
                Answer together =
                        asked(
                                context,
                                manner,
                                step,
                                query -> {
                                    List<Want> wants = new ArrayList<>(widths(query));
                                    wants.addAll(query.wants());
                                    return query.wanting(wants);
                                });
                List<Finding> all = new ArrayList<>(wide.findings());
                all.addAll(ways.findings());
                assertThat(together.findings()).isEqualTo(all);
                assertThat(wide.vector(0).width()).isEqualTo(WIDTH);
                assertThat(wide.vector(0)).isNotEqualTo(ways.vector(0));
            }
        }
    }

    /// Velocities 0, and half way between the widths that noise may have.
    @ParameterizedTest
    @MethodSource("both")
    void aFreshModelIsHalfWayBetweenWidths(FlowManner manner) {
        try (Transformer model =
                        new Transformer(Backbone.fresh(config(manner, learning(manner)), 1));
                Context context = DirectContext.open(model)) {
            Answer wide = asked(context, manner, 1, query -> query.wanting(widths(query)));
            Answer ways = asked(context, manner, 1, UnaryOperator.identity());
            for (int row = 0; row < wide.findings().size(); row++) {
                assertThat(wide.vector(row).toArray()).containsOnly(0.5f);
                assertThat(ways.vector(row).toArray()).containsOnly(0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("both")
    void aSavedModelIsAsWide(FlowManner manner) throws IOException {
        List<Vector> before;
        try (Backbone backbone = backbone(manner, learning(manner))) {
            backbone.save(folder, TensorType.F32);
        }
        try (Transformer model = new Transformer(backbone(manner, learning(manner)))) {
            before = widths(model, manner);
        }
        try (Transformer model = new Transformer(Backbone.load(folder))) {
            assertThat(model.config().learnsVariance()).isTrue();
            assertThat(widths(model, manner)).isEqualTo(before);
        }
        // what was written before widths were learned says nothing of them
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        assertThat(text).containsPattern("\"variance\" *: *\"learned\"");
        Files.writeString(config, text.replaceFirst(",\\s*\"variance\" *: *\"learned\"", ""));
        assertThat(TransformerConfig.read(folder).learnsVariance()).isFalse();
        Files.writeString(config, text.replace("\"learned\"", "\"guessed\""));
        assertThatThrownBy(() -> TransformerConfig.read(folder))
                .hasMessageContaining("guessed")
                .hasMessageContaining("LEARNED");
    }

    @Test
    void aModelThatLearnedNoWidthsIsNotAskedForAny() {
        FlowManner manner = new FlowScales(latent(3), List.of(1, 3));
        try (Transformer model = new Transformer(backbone(manner));
                Context context = DirectContext.open(model)) {
            assertThatThrownBy(
                            () ->
                                    asked(
                                            context,
                                            manner,
                                            0,
                                            query -> query.wanting(new Want.Width(0))))
                    .hasMessageContaining("a query for widths of noise needs")
                    .hasMessageContaining("learned widths of noise");
        }
    }

    /// Of pictures that share passes, and are guided.
    @ParameterizedTest
    @MethodSource("both")
    void picturesOfLearnedWidthsDrawnSideBySideAreThoseDrawnAlone(FlowManner manner)
            throws Exception {
        Solver solver = new Solver.Ancestral(4, new Width.Learned());
        List<float[]> alone = new ArrayList<>();
        try (Transformer model = new Transformer(backbone(manner, learning(manner)))) {
            for (int number = 0; number < 4; number++) {
                alone.add(drawn(model, draw(manner, new Guidance.Constant(2), solver, number)));
            }
        }
        try (Engine engine = new Engine(new Transformer(backbone(manner, learning(manner))))) {
            List<Future<DrawValues.Drawn>> begun = new ArrayList<>();
            for (int number = 0; number < 4; number++) {
                DrawValues draw = draw(manner, new Guidance.Constant(2), solver, number);
                begun.add(engine.submit(context -> draw.draw(context, DrawValues.Onlooker.NONE)));
            }
            for (int number = 0; number < 4; number++) {
                alike(begun.get(number).get().values(), alone.get(number));
            }
        }
    }

    private static float[] told(Backbone backbone, boolean alike, int moved, int[] order) {
        return told(backbone, alike, moved, false, order);
    }

    /// Where the fourth place alone is told something else.
    private static float[] toldOtherwise(Backbone backbone, int[] order) {
        return told(backbone, false, 0, true, order);
    }

    private static float[] told(
            Backbone backbone, boolean alike, int moved, boolean otherwise, int[] order) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            torch.manual_seed(9);
            Tensor told = torch.randn(alike ? 1 : 9, 24).expand(9, 24);
            Tensor values = torch.randn(9, WIDTH);
            values.select(0, moved).add_(Ops.scalar(moved == 0 ? 0 : 2));
            if (otherwise) {
                told.select(0, 3).add_(Ops.scalar(2));
            }
            Tensor by = Ops.ids(order);
            return Ops.floats(
                    backbone.ways(
                                    new FlowRows(
                                            values.index_select(0, by),
                                            told.index_select(0, by),
                                            order,
                                            new int[] {9},
                                            new float[] {0.4f}),
                                    Optional.empty())
                            .velocities());
        }
    }

    /// Where all rows tell the same, each by its own row is all by their mean, with the same
    /// weights.
    @Test
    void spatialNormsAreOrdinaryOnesWhereAllRowsTellTheSame() {
        FlowManner manner = new FlowScales(latent(3), List.of(3));
        int[] order = IntStream.range(0, 9).toArray();
        try (Backbone each = backbone(manner);
                Backbone mean = backbone(manner, new FlowShape(2, Reach.TOGETHER, Told.MEAN))) {
            float[] one = told(each, true, 0, order);
            float[] other = told(mean, true, 0, order);
            for (int i = 0; i < one.length; i++) {
                assertThat((double) one[i]).isCloseTo(other[i], within(ROUNDING));
            }
            assertThat(told(each, false, 0, order)[4])
                    .isNotCloseTo(told(mean, false, 0, order)[4], within(0.01f));
        }
    }

    /// Positions go along with their values; what stands where in the list does not matter.
    @Test
    void valuesAreASet() {
        FlowManner manner = new FlowScales(latent(3), List.of(3));
        int[] order = {4, 2, 8, 0, 1, 7, 3, 6, 5};
        try (Backbone backbone = backbone(manner)) {
            float[] plain = told(backbone, false, 0, IntStream.range(0, 9).toArray());
            float[] moved = told(backbone, false, 0, order);
            for (int i = 0; i < moved.length; i++) {
                assertThat((double) moved[i])
                        .isCloseTo(plain[order[i / WIDTH] * WIDTH + i % WIDTH], within(ROUNDING));
            }
        }
    }

    /// A picture of one step is what an ordinary flow makes of its noise.
    @Test
    void oneStepIsPlainFlow() {
        for (FlowManner manner :
                List.of(
                        new FlowScales(latent(3), List.of(3)),
                        new FlowCells(latent(3), 3, Past.NOISY))) {
            Noise noise = Noise.of(11, 1).at(0).at(0);
            double[] start = IntStream.range(0, 9 * WIDTH).mapToDouble(noise::gaussian).toArray();
            try (Transformer model = new Transformer(backbone(manner));
                    Backbone same = backbone(manner)) {
                float[] drawn = drawn(model, draw(manner, Guidance.NONE, 1));
                double[] way =
                        SHORT.solve(
                                (time, at) -> velocity(same, manner, time, at),
                                Noise.of(0, 0),
                                start);
                for (int i = 0; i < way.length; i++) {
                    assertThat((double) drawn[i])
                            .isCloseTo(way[i], within(2e-3 * (1 + Math.abs(way[i]))));
                }
            }
        }
    }

    /// Of all values at one time, of the class of a picture numbered 1.
    private static double[] velocity(
            Backbone backbone, FlowManner manner, double time, double... at) {
        float[] noised = new float[at.length];
        for (int i = 0; i < at.length; i++) {
            noised[i] = (float) at[i];
        }
        float[][] said = atOnce(backbone, manner, 1, new float[at.length], noised, _ -> time);
        return IntStream.range(0, at.length).mapToDouble(i -> said[i / WIDTH][i % WIDTH]).toArray();
    }

    /// Neither on their way nor by what others are told.
    @Test
    void valuesThatAreAloneKnowNoOthers() {
        FlowManner manner = new FlowScales(latent(3), List.of(3));
        int[] order = IntStream.range(0, 9).toArray();
        try (Backbone alone = backbone(manner, new FlowShape(2, Reach.ALONE, Told.EACH));
                Backbone together = backbone(manner)) {
            float[] before = told(alone, false, 0, order);
            float[] after = told(alone, false, 3, order);
            assertThat(Arrays.copyOf(after, 9)).containsExactly(Arrays.copyOf(before, 9));
            assertThat(after[9]).isNotEqualTo(before[9]);
            float[] otherwise = toldOtherwise(alone, order);
            assertThat(Arrays.copyOf(otherwise, 9)).containsExactly(Arrays.copyOf(before, 9));
            assertThat(otherwise[9]).isNotEqualTo(before[9]);
            assertThat(told(together, false, 3, order)[0])
                    .isNotEqualTo(told(together, false, 0, order)[0]);
        }
    }

    /// Parts of unequal length, in any order, are what each is by itself.
    @Test
    void partsDoNotSeeEachOther() {
        FlowManner manner = new FlowScales(latent(4), List.of(1, 2, 4));
        float[] noised = values(manner, 13);
        try (Backbone backbone = backbone(manner);
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor told = torch.randn(21, 24);
            float[] all =
                    Ops.floats(
                            backbone.ways(rows(manner, told, noised), Optional.empty())
                                    .velocities());
            FlowRows second =
                    new FlowRows(
                            Tensor.create(noised, 21, WIDTH).narrow(0, 1, 4),
                            told.narrow(0, 1, 4),
                            new int[] {1, 2, 3, 4},
                            new int[] {4},
                            new float[] {time(1)});
            float[] one = Ops.floats(backbone.ways(second, Optional.empty()).velocities());
            for (int i = 0; i < one.length; i++) {
                assertThat((double) one[i]).isCloseTo(all[WIDTH + i], within(ROUNDING));
            }
        }
    }

    @Test
    void placesAreTurnedAlikeOnAllGrids() {
        Positions.Pyramid grids = new Positions.Pyramid(List.of(2, 4), 100);
        Positions.Grid grid = new Positions.Grid(4, 4, 100);
        assertThat(grids.angles(3, 8)).containsExactly(grids.angles(4 + 2 * 4 + 2, 8)); // (1,1)
        assertThat(grids.angles(1, 8)).containsExactly(grids.angles(4 + 2, 8)); // (0,1)
        for (int place = 0; place < 16; place++) {
            assertThat(grids.angles(4 + place, 8)).containsExactly(grid.angles(place, 8));
        }
        assertThat(grids.angles(20, 8)).containsOnly(0); // a condition behind them
    }

    private static DrawValues draw(FlowManner manner, Guidance guidance, long number) {
        return draw(manner, guidance, SHORT, number);
    }

    private static DrawValues draw(
            FlowManner manner, Guidance guidance, Solver solver, long number) {
        return new DrawValues(
                manner,
                CLASSES,
                OptionalInt.of((int) (number % CLASSES)),
                guidance,
                solver,
                1,
                Noise.of(11, number));
    }

    private static float[] drawn(Transformer model, DrawValues draw) {
        try (Context context = DirectContext.open(model)) {
            return draw.draw(context, DrawValues.Onlooker.NONE).values();
        }
    }

    /// But for rounding, which goes by how many rows a pass has.
    private static void alike(float[] one, float[] other) {
        for (int i = 0; i < one.length; i++) {
            assertThat((double) one[i])
                    .isCloseTo(other[i], within(2e-3 * (1 + Math.abs(other[i]))));
        }
    }

    private static double apart(float[] one, float[] other) {
        return IntStream.range(0, one.length)
                .mapToDouble(i -> Math.abs(one[i] - other[i]))
                .max()
                .orElseThrow();
    }

    /// The first step is not guided by a weight that rises, and where none is the class's other
    /// half is not asked at all.
    @ParameterizedTest
    @MethodSource("manners")
    void guidanceOfNoStrengthChangesNothing(FlowManner manner) {
        try (Transformer model = new Transformer(backbone(manner))) {
            float[] alone = drawn(model, draw(manner, Guidance.NONE, 1));
            alike(drawn(model, draw(manner, new Guidance.Linear(0), 1)), alone);
            Guidance never = new Guidance.Late(new Guidance.Constant(3), 0);
            alike(drawn(model, draw(manner, never, 1)), alone);
            float[] rising = drawn(model, draw(manner, new Guidance.Linear(2), 1));
            for (int place : manner.drawn(0)) {
                assertThat(rising[place * WIDTH]).isCloseTo(alone[place * WIDTH], within(1e-3f));
            }
            assertThat(manner.steps() == 1 || apart(rising, alone) > 0.01).isTrue();
            assertThat(drawn(model, draw(manner, new Guidance.Constant(3), 1))).isNotEqualTo(alone);
            try (Context context = DirectContext.open(model)) {
                DrawValues.Drawn late =
                        draw(manner, new Guidance.Late(new Guidance.Constant(3), 0.5), 1)
                                .draw(context, DrawValues.Onlooker.NONE);
                // openings with and without the class; of four velocities, two are guided
                int rows =
                        IntStream.range(0, manner.steps()).map(step -> opened(manner, step)).sum();
                assertThat(late.ledger().rows()).isEqualTo(2L * rows + 6L * manner.length());
            }
        }
    }

    private static int opened(FlowManner manner, int step) {
        return manner.opening(step, 0, List.of(), new float[manner.length() * WIDTH]).stream()
                .mapToInt(Query::rows)
                .sum();
    }

    private static Stream<FlowManner> mannersAndMasks() {
        return Stream.concat(manners(), Stream.of(new FlowMasks(latent(4), 5)));
    }

    /// What is hidden is drawn given what is not, as it is learned.
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void masksAreDrawnAsTheyAreLearned(int encoder) {
        FlowManner manner = new FlowMasks(latent(4), 5).ordered(Noise.of(3, 3));
        FlowShape shape = new FlowShape(2, Reach.TOGETHER, Told.EACH, true, 1, encoder);
        float[] values = values(manner, 16);
        float[] noised = values(manner, 17);
        int step = 2;
        List<Integer> hidden = manner.settled(step);
        assertThat(hidden.subList(0, manner.drawn(step).size())).isEqualTo(manner.drawn(step));
        try (Transformer model = new Transformer(backbone(manner, shape));
                Backbone same = backbone(manner, shape);
                Context context = DirectContext.open(model);
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            opened(context, manner, 0, 1, values);
            context.truncate(manner.lead());
            Answer opened = opened(context, manner, step, 1, values);
            List<Vector> way = FlowManner.vectors(noised, WIDTH, hidden);
            Answer answer = context.ask(manner.settling(step, opened, time(step), way));
            float[] shown = values.clone();
            float[] times = new float[16];
            for (int place : hidden) {
                Arrays.fill(shown, place * WIDTH, (place + 1) * WIDTH, 0);
                times[place] = 1;
            }
            int[] places = hidden.stream().mapToInt(Integer::intValue).toArray();
            Tensor by = Ops.ids(places);
            Tensor told =
                    same.told(
                            new PictureRows(
                                    manner.lesson(), 1, new int[] {1}, new int[0], shown, times),
                            Optional.empty());
            FlowRows rows =
                    new FlowRows(
                            Tensor.create(noised, 16, WIDTH).index_select(0, by),
                            told.index_select(0, by),
                            places,
                            new int[] {places.length},
                            new float[] {time(step)});
            float[] all = Ops.floats(same.ways(rows, Optional.empty()).velocities());
            for (int i = 0; i < all.length; i++) {
                assertThat((double) answer.vector(i / WIDTH).get(i % WIDTH))
                        .isCloseTo(all[i], within(ROUNDING));
            }
            // what is known matters, and what is hidden is not seen
            context.truncate(manner.lead());
            float[] others = values.clone();
            others[manner.drawn(0).getFirst() * WIDTH] += 3;
            others[hidden.getFirst() * WIDTH] += 3;
            assertThat(opened(context, manner, step, 1, others)).isNotEqualTo(opened);
            context.truncate(manner.lead());
            others[manner.drawn(0).getFirst() * WIDTH] = values[manner.drawn(0).getFirst() * WIDTH];
            assertThat(opened(context, manner, step, 1, others)).isEqualTo(opened);
        }
    }

    @ParameterizedTest
    @MethodSource("mannersAndMasks")
    void picturesDrawnSideBySideAreThoseDrawnAlone(FlowManner manner) throws Exception {
        Guidance guidance = new Guidance.Linear(1.5);
        List<float[]> alone = new ArrayList<>();
        try (Transformer model = new Transformer(backbone(manner))) {
            for (int number = 0; number < 16; number++) {
                alone.add(drawn(model, draw(manner, guidance, number)));
            }
        }
        try (Engine engine = new Engine(new Transformer(backbone(manner)))) {
            List<Future<DrawValues.Drawn>> begun = new ArrayList<>();
            for (int number = 0; number < 16; number++) {
                DrawValues draw = draw(manner, guidance, number);
                begun.add(engine.submit(context -> draw.draw(context, DrawValues.Onlooker.NONE)));
            }
            for (int number = 0; number < 16; number++) {
                float[] values = begun.get(number).get().values();
                alike(values, alone.get(number));
            }
            long each = manner.steps() * (1L + SHORT.steps());
            assertThat(engine.stats().passes()).isLessThan(16 * each);
        }
    }

    @Test
    void whatDoesNotFitIsRefusedInWords() {
        FlowManner manner = new FlowScales(latent(4), List.of(1, 2, 4));
        float[] values = values(manner, 14);
        try (Transformer model = new Transformer(backbone(manner));
                Context context = DirectContext.open(model)) {
            Answer opened = opened(context, manner, 0, 1, values);
            List<Vector> way = FlowManner.vectors(values, WIDTH, List.of(0));
            context.ask(manner.settling(0, opened, 0.5, way));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> opened(context, manner, 1, 1, values))
                    .withMessageContaining("holds 1 values on their way out of noise");
            context.truncate(1);
            opened(context, manner, 1, 1, values);
            DrawValues other =
                    new DrawValues(
                            manner,
                            7,
                            OptionalInt.empty(),
                            Guidance.NONE,
                            SHORT,
                            1,
                            Noise.of(1, 1));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> other.draw(context, DrawValues.Onlooker.NONE))
                    .withMessageContaining("has 4 ids");
        }
        assertThatThrownBy(() -> new PictureShape(0, false, 1, Optional.of(FlowShape.OF_ROWS)))
                .hasMessageContaining("come out of noise in blocks that are not modulated");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FlowScales(latent(4), List.of(1, 3)))
                .withMessageContaining("that of the grid, 4 x 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FlowCells(latent(4), 5, Past.NOISY))
                .withMessageContaining("take [1, 4]");
    }

    /// Times of noise alone were never seen in training and are fed as the last that was.
    @Test
    void theLastTimeIsTheOneBeforeIt() {
        FlowManner manner = new FlowCells(latent(3), 3, Past.NOISY);
        float[] values = values(manner, 15);
        try (Transformer model = new Transformer(backbone(manner));
                Context context = DirectContext.open(model)) {
            Answer opened = opened(context, manner, 0, 1, values);
            List<Vector> way = FlowManner.vectors(values, WIDTH, manner.drawn(0));
            List<Vector> said = new ArrayList<>();
            for (double time : new double[] {1, 0.9995, 0.98}) {
                Query query = manner.settling(0, opened, time, way);
                said.add(context.ask(query).vector(0));
                context.truncate(1);
            }
            assertThat(said.get(1)).isEqualTo(said.get(0));
            assertThat(said.get(2)).isNotEqualTo(said.get(0));
        }
    }
}
