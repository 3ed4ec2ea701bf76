package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.model.Answer;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.noise.Noise;
import org.cumae.picture.Bands;
import org.cumae.picture.Cells;
import org.cumae.picture.Cells.Mixture;
import org.cumae.picture.CodeManner;
import org.cumae.picture.Draw;
import org.cumae.picture.Guidance;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchCode;
import org.cumae.picture.PatchPyramid;
import org.cumae.picture.ScaleSight;
import org.cumae.picture.ScaleSight.Past;
import org.cumae.picture.Scales;
import org.cumae.psi.Book;
import org.cumae.torch.Ops;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Tests 1 to 4, 6 and 8 of the common visual card, 2 to 6 of NAR's, 2, 3, 7 and 8 of MVAR's.
class PictureTest {
    private static final int CODES = 11;
    private static final int CLASSES = 3;
    private static final double ROUNDING = 2e-5; // of logits near 1 in float32

    @TempDir private Path folder;

    private static PatchCode patches(int rows, int columns) {
        float[][] colours = new float[CODES][1];
        for (int code = 0; code < CODES; code++) {
            colours[code][0] = code / 10f;
        }
        return new PatchCode(
                Book.of(
                        new TokenType("patch", rows, columns, List.of(Span.of(0, CODES))),
                        colours));
    }

    private static PatchPyramid pyramid() {
        return pyramid(Bands.Law.RESIDUAL);
    }

    private static PatchPyramid pyramid(Bands.Law law) {
        Noise noise = Noise.of(5, 5);
        float[][] book = new float[CODES][3];
        for (int i = 3; i < 3 * CODES; i++) {
            book[i / 3][i % 3] = (float) noise.gaussian(i);
        }
        float[][] axes = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}};
        PatchBasis basis = new PatchBasis(2, 1, new float[4], axes, 1);
        return new PatchPyramid(basis, law, List.of(1, 2, 3, 5), book);
    }

    private static Stream<CodeManner> manners() {
        return Stream.of(
                Cells.raster(patches(3, 5)),
                Cells.rings(patches(3, 5), Mixture.BOTH),
                Cells.rings(patches(4, 4), Mixture.SHARED),
                Cells.rings(patches(4, 3), Mixture.LEFT),
                Cells.raster(new Twins(3, 4)),
                Cells.rings(new Twins(3, 3), Mixture.BOTH),
                new Scales(pyramid(), ScaleSight.of(Past.ALL)),
                new Scales(pyramid(Bands.Law.AREA), ScaleSight.of(Past.ALL)),
                new Scales(pyramid(), ScaleSight.of(Past.NONE)),
                new Scales(pyramid(), new ScaleSight(Past.NONE, 3, 3)));
    }

    private static TransformerConfig config(CodeManner manner) {
        boolean cells = manner instanceof Cells;
        return TransformerConfig.picture(
                "pictures",
                CODES + CLASSES + 1,
                2,
                24,
                3,
                20,
                manner.mostRows(),
                manner instanceof Cells of
                        ? new Positions.Grid(of.code().down(), of.code().across(), 100)
                        : new Positions.Learned(),
                manner instanceof Cells of
                        ? new PictureShape(of.code().width(), false, of.directions())
                        : new PictureShape(3, true, 1));
    }

    private static Backbone backbone(CodeManner manner) {
        return Loud.backbone(config(manner), 0.4);
    }

    private static int[] codes(CodeManner manner, long seed) {
        Noise noise = Noise.of(seed, 1);
        return IntStream.range(0, manner.code().length())
                .map(i -> possible(manner, i, (int) (noise.uniform(i) * CODES)))
                .toArray();
    }

    /// A code that a place may have.
    private static int possible(CodeManner manner, int place, int any) {
        Span span = manner.span(place);
        return span.from() + any % span.size();
    }

    /// `[length][vocabulary]`.
    private static float[][] atOnce(Backbone backbone, CodeManner manner, int label, int... codes) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            float[][] rows = manner.vectors(codes);
            float[] vectors = new float[rows.length == 0 ? 0 : rows.length * rows[0].length];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(rows[i], 0, vectors, i * rows[i].length, rows[i].length);
            }
            float[] all =
                    Ops.floats(
                            backbone.logits(
                                    new PictureRows(
                                            manner.lesson(),
                                            new int[] {CODES + label},
                                            manner.ids(codes),
                                            vectors),
                                    Optional.empty()));
            int width = all.length / codes.length;
            return IntStream.range(0, codes.length)
                    .mapToObj(i -> Arrays.copyOfRange(all, i * width, i * width + CODES))
                    .toArray(float[][]::new);
        }
    }

    /// The laws as they are met when a finished picture is drawn again.
    private static Categorical[] stepByStep(
            Context context, CodeManner manner, int label, int[] codes) {
        Categorical[] laws = new Categorical[codes.length];
        for (int step = 0; step < manner.steps(); step++) {
            Answer answer = context.ask(manner.query(step, CODES + label, codes, context.length()));
            context.truncate(manner.kept(context.length()));
            List<Integer> places = manner.drawn(step);
            for (int i = 0; i < places.size(); i++) {
                laws[places.get(i)] = answer.categorical(i);
            }
        }
        return laws;
    }

    @ParameterizedTest
    @MethodSource("manners")
    void drawingStepByStepIsOneMaskedPass(CodeManner manner) {
        int[] codes = codes(manner, 4);
        try (Transformer model = new Transformer(backbone(manner));
                Backbone same = backbone(manner);
                Context context = DirectContext.open(model)) {
            float[][] logits = atOnce(same, manner, 1, codes);
            Categorical[] laws = stepByStep(context, manner, 1, codes);
            for (int place = 0; place < codes.length; place++) {
                Span span = manner.span(place);
                Categorical expected =
                        Categorical.range(0, logits[place]).within(span.from(), span.to());
                for (int id = span.from(); id < span.to(); id++) {
                    assertThat(laws[place].logProbability(id))
                            .isCloseTo(expected.logProbability(id), within(ROUNDING));
                }
            }
            assertThat(context.ledger().forwards()).isEqualTo(manner.steps());
        }
    }

    /// Nothing of a step or of what comes later is known when it is drawn.
    @ParameterizedTest
    @MethodSource("manners")
    void aStepDoesNotKnowItself(CodeManner manner) {
        int[] codes = codes(manner, 5);
        try (Backbone backbone = backbone(manner)) {
            float[][] before = atOnce(backbone, manner, 0, codes);
            for (int step = 0; step < manner.steps(); step++) {
                int[] changed = codes.clone();
                List<Integer> known = new ArrayList<>();
                for (int each = 0; each < manner.steps(); each++) {
                    for (int place : manner.drawn(each)) {
                        if (each >= step) {
                            int from = manner.span(place).from();
                            changed[place] = possible(manner, place, changed[place] - from + 3);
                        }
                        if (each <= step) {
                            known.add(place);
                        }
                    }
                }
                float[][] after = atOnce(backbone, manner, 0, changed);
                known.forEach(place -> assertThat(after[place]).containsExactly(before[place]));
                assertThat(step + 1 == manner.steps() || differs(before, after)).isTrue();
            }
        }
    }

    private static boolean differs(float[][] one, float[][] other) {
        return !Arrays.deepEquals(one, other);
    }

    /// Also where only the condition's own row is of the first scale, and all others know the class
    /// by their modulation alone.
    @ParameterizedTest
    @MethodSource("manners")
    void everyCodeKnowsTheClass(CodeManner manner) {
        int[] codes = codes(manner, 6);
        try (Backbone backbone = backbone(manner)) {
            float[][] one = atOnce(backbone, manner, 0, codes);
            float[][] other = atOnce(backbone, manner, 2, codes);
            for (int place = 0; place < codes.length; place++) {
                assertThat(one[place]).isNotEqualTo(other[place]);
            }
        }
    }

    /// MVAR: other scales are not seen, only what they told.
    @Test
    void aScaleByItselfIsTheScaleInThePack() {
        Scales manner = new Scales(pyramid(), ScaleSight.of(Past.NONE));
        int[] codes = codes(manner, 7);
        try (Transformer model = new Transformer(backbone(manner));
                Backbone same = backbone(manner);
                Context context = DirectContext.open(model)) {
            float[][] logits = atOnce(same, manner, 1, codes);
            context.ask(manner.query(0, CODES + 1, codes, 0));
            Answer answer = context.ask(manner.query(3, CODES + 1, codes, 1)); // none between
            for (int row = 0; row < 25; row++) {
                assertThat(answer.categorical(row).logProbability(4))
                        .isCloseTo(
                                Categorical.range(0, logits[14 + row]).logProbability(4),
                                within(ROUNDING));
            }
        }
    }

    /// What is told so far is all that a picture is between two scales: drawn on from it by another
    /// context, it comes out the same.
    @Test
    void aPictureIsDrawnOnFromWhatIsTold() {
        Scales manner = new Scales(pyramid(), ScaleSight.of(Past.NONE));
        try (Transformer model = new Transformer(backbone(manner));
                Context context = DirectContext.open(model);
                Context other = DirectContext.open(model)) {
            Draw draw = draw(manner, Guidance.NONE, 2);
            int[] codes = draw.draw(context, Draw.Onlooker.NONE).codes();
            assertThat(context.length()).isOne();
            List<Integer> told = Arrays.stream(codes).limit(5).boxed().toList(); // two scales
            Draw on =
                    new Draw(
                            manner,
                            CLASSES,
                            draw.label(),
                            Guidance.NONE,
                            Sampling.PLAIN,
                            draw.chance(),
                            told);
            assertThat(on.draw(other, Draw.Onlooker.NONE).codes()).containsExactly(codes);
        }
    }

    /// NAR's assembly, by hand on a grid of two by two.
    @Test
    void whereTwoHeadsMeetTheirLogitsAreAveraged() {
        Cells manner = Cells.rings(patches(2, 2), Mixture.BOTH);
        Cells left = Cells.rings(patches(2, 2), Mixture.LEFT);
        Cells above = Cells.rings(patches(2, 2), Mixture.ABOVE);
        int[] codes = codes(manner, 8);
        try (Backbone backbone = backbone(manner)) {
            float[][] both = atOnce(backbone, manner, 1, codes);
            float[][] right = atOnce(backbone, left, 1, codes);
            float[][] below = atOnce(backbone, above, 1, codes);
            for (int id = 0; id < CODES; id++) {
                assertThat((double) both[3][id])
                        .isCloseTo((right[3][id] + (double) below[3][id]) / 2, within(ROUNDING));
            }
            assertThat(right[1]).containsExactly(both[1]); // the first row and column
            assertThat(below[2]).containsExactly(both[2]);
        }
    }

    /// A grid of one row has no rings but its cells: raster, with the same weights.
    @Test
    void ringsOfOneRowAreRaster() {
        Cells rings = Cells.rings(patches(1, 6), Mixture.LEFT);
        Cells raster = Cells.raster(patches(1, 6));
        assertThat(rings.sources().subList(1, 6)).isEqualTo(raster.sources().subList(1, 6));
        assertThat(rings.lesson().seen()).containsExactly(raster.lesson().seen());
        assertThat(rings.steps()).isEqualTo(6);
    }

    @ParameterizedTest
    @MethodSource("manners")
    void aSavedModelSaysTheSame(CodeManner manner) {
        int[] codes = codes(manner, 9);
        try (Backbone backbone = backbone(manner)) {
            backbone.save(folder, TensorType.F32);
            try (Backbone loaded = Backbone.load(folder)) {
                assertThat(loaded.config().picture()).isEqualTo(backbone.config().picture());
                assertThat(loaded.config().positions()).isEqualTo(backbone.config().positions());
                assertThat(atOnce(loaded, manner, 2, codes))
                        .isDeepEqualTo(atOnce(backbone, manner, 2, codes));
            }
        }
    }

    /// Blocks begin as nothing, so that a fresh model says what its embeddings say.
    @Test
    void modulatedBlocksBeginShut() {
        CodeManner manner = new Scales(pyramid(), ScaleSight.of(Past.ALL));
        try (Backbone backbone = Backbone.fresh(config(manner), 1);
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor x = backbone.vectors(new float[] {1, -1, 2, 0, 1, 0}, 2);
            Tensor made =
                    backbone.directions(
                                    x,
                                    new Placed(
                                            new int[] {1, 2},
                                            new int[] {CODES},
                                            new int[] {0, 0},
                                            new float[2]),
                                    new Batch(1, 2, Optional.empty()),
                                    Optional.empty(),
                                    Rounding.FREE)
                            .trunk();
            Tensor places = // of a table as long as a picture
                    backbone.tensors().stream()
                            .filter(weight -> weight.size(0) == manner.mostRows())
                            .findFirst()
                            .orElseThrow();
            Tensor placed = places.narrow(0, 1, 2);
            assertThat(made.sub(x).sub(placed).abs().max().item_double()).isLessThan(1e-3);
        }
    }

    private static Draw draw(CodeManner manner, Guidance guidance, long number) {
        return new Draw(
                manner,
                CLASSES,
                OptionalInt.of((int) (number % CLASSES)),
                guidance,
                Sampling.PLAIN,
                KeyedChance.of(11, number));
    }

    @ParameterizedTest
    @MethodSource("manners")
    void guidanceOfNoStrengthChangesNothing(CodeManner manner) {
        try (Transformer model = new Transformer(backbone(manner))) {
            for (int number = 0; number < 3; number++) {
                try (Context plain = DirectContext.open(model);
                        Context guided = DirectContext.open(model);
                        Context strong = DirectContext.open(model)) {
                    Draw.Drawn alone =
                            draw(manner, Guidance.NONE, number).draw(plain, Draw.Onlooker.NONE);
                    Draw.Drawn off =
                            draw(manner, new Guidance.Constant(1), number)
                                    .draw(guided, Draw.Onlooker.NONE);
                    Draw.Drawn on =
                            draw(manner, new Guidance.Constant(4), number)
                                    .draw(strong, Draw.Onlooker.NONE);
                    assertThat(off.codes()).containsExactly(alone.codes());
                    assertThat(on.codes()).isNotEqualTo(alone.codes());
                    assertThat(on.ledger().forwards()).isEqualTo(manner.steps());
                    assertThat(off.logProbability())
                            .isCloseTo(alone.logProbability(), within(1e-4));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("manners")
    void picturesDrawnSideBySideAreThoseDrawnAlone(CodeManner manner) throws Exception {
        List<int[]> alone = new ArrayList<>();
        Guidance guidance = new Guidance.Linear(1.5);
        try (Transformer model = new Transformer(backbone(manner))) {
            for (int number = 0; number < 16; number++) {
                try (Context context = DirectContext.open(model)) {
                    alone.add(
                            draw(manner, guidance, number)
                                    .draw(context, Draw.Onlooker.NONE)
                                    .codes());
                }
            }
        }
        try (Engine engine = new Engine(new Transformer(backbone(manner)))) {
            List<Future<Draw.Drawn>> begun = new ArrayList<>();
            for (int number = 0; number < 16; number++) {
                Draw draw = draw(manner, guidance, number);
                begun.add(engine.submit(context -> draw.draw(context, Draw.Onlooker.NONE)));
            }
            for (int number = 0; number < 16; number++) {
                assertThat(begun.get(number).get().codes()).containsExactly(alone.get(number));
            }
            // with and without the class, in every step of every picture
            assertThat(engine.stats().parts()).isEqualTo(2L * 16 * manner.steps());
            assertThat(engine.stats().passes()).isLessThan(16L * manner.steps());
        }
    }

    @Test
    void anOnlookerSeesEveryStepAndMayEnd() {
        CodeManner manner = Cells.rings(patches(3, 3), Mixture.BOTH);
        List<Integer> known = new ArrayList<>();
        try (Transformer model = new Transformer(backbone(manner));
                Context context = DirectContext.open(model)) {
            Draw.Drawn drawn =
                    draw(manner, Guidance.NONE, 1)
                            .draw(
                                    context,
                                    (step, codes) -> {
                                        known.add(
                                                (int)
                                                        Arrays.stream(codes)
                                                                .filter(code -> code >= 0)
                                                                .count());
                                        return step < 2;
                                    });
            assertThat(known).containsExactly(1, 3, 6);
            assertThat(drawn.whole()).isFalse();
            assertThat(drawn.codes()).contains(-1);
        }
    }

    @Test
    void whatDoesNotFitIsRefusedInWords() {
        CodeManner rings = Cells.rings(patches(3, 3), Mixture.BOTH);
        CodeManner scales = new Scales(pyramid(), ScaleSight.of(Past.ALL));
        try (Transformer model = new Transformer(backbone(rings));
                Context context = DirectContext.open(model)) {
            assertThatThrownBy(() -> draw(scales, Guidance.NONE, 0).draw(context, (_, _) -> true))
                    .hasMessageContaining("drawing needs vectors as input");
            Draw other =
                    new Draw(
                            rings,
                            5,
                            OptionalInt.empty(),
                            Guidance.NONE,
                            Sampling.PLAIN,
                            KeyedChance.of(1, 1));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> other.draw(context, (_, _) -> true))
                    .withMessageContaining("need 17 and 10");
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    context.ask(
                                            Cells.rings(patches(3, 3), Mixture.BOTH)
                                                    .query(0, 40, new int[9], 0)))
                    .withMessageContaining("feeds id 40");
        }
        try (Transformer model = new Transformer(backbone(Cells.raster(patches(3, 3))));
                Context context = DirectContext.open(model)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> draw(rings, Guidance.NONE, 0).draw(context, (_, _) -> true))
                    .withMessageContaining("wants direction 1; model pictures looks in [0, 1)");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Guidance.Constant(-1))
                .withMessageContaining("guidance is -1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                new Draw(
                                        rings,
                                        CLASSES,
                                        OptionalInt.of(3),
                                        Guidance.NONE,
                                        Sampling.PLAIN,
                                        KeyedChance.of(1, 1)))
                .withMessageContaining("class 3 is asked for; classes are [0, 3)");
    }
}
