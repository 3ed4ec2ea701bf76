package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
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
import org.cumae.picture.CodeMasks;
import org.cumae.picture.Draw;
import org.cumae.picture.Guidance;
import org.cumae.picture.PatchCode;
import org.cumae.picture.PictureCode;
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

/// Test 9 of ELM's card and what every manner of drawing promises, of masks of codes.
class MaskedPictureTest {
    private static final int CODES = 11;
    private static final int CLASSES = 3;
    private static final double ROUNDING = 2e-5; // of logits near 1 in float32

    @TempDir private Path folder;

    private static Stream<CodeMasks> manners() {
        float[][] colours = new float[CODES][1];
        for (int code = 0; code < CODES; code++) {
            colours[code][0] = code / 10f;
        }
        PatchCode patches =
                new PatchCode(
                        Book.of(new TokenType("patch", 3, 5, List.of(Span.of(0, CODES))), colours));
        return Stream.of(new CodeMasks(patches, 5, 2), new CodeMasks(new Twins(3, 4), 4, 0));
    }

    private static Backbone backbone(CodeMasks manner) {
        return Loud.backbone(
                TransformerConfig.picture(
                        "masks",
                        manner.firstCondition() + CLASSES + 1,
                        2,
                        24,
                        3,
                        20,
                        manner.mostRows(),
                        new Positions.Grid(manner.code().down(), manner.code().across(), 100),
                        new PictureShape(manner.width(), false, 1)),
                0.4);
    }

    /// Codes by chance, and cells by chance that are not known.
    private static int[] codes(CodeMasks manner, long seed, double hidden) {
        Noise noise = Noise.of(seed, 1);
        int each = manner.code().perCell();
        return IntStream.range(0, manner.code().length())
                .map(
                        place -> {
                            Span span = manner.span(place);
                            boolean masked = noise.uniform(1000 + place / each) < hidden;
                            int code = span.from() + (int) (noise.uniform(place) * span.size());
                            return masked ? PictureCode.UNKNOWN : code;
                        })
                .toArray();
    }

    /// The laws of a whole picture as they are learned, `[length]`.
    private static Categorical[] atOnce(Backbone backbone, CodeMasks manner, int... codes) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            float[][] rows = manner.vectors(codes);
            float[] vectors = new float[rows.length * manner.width()];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(rows[i], 0, vectors, i * rows[i].length, rows[i].length);
            }
            float[] all =
                    Ops.floats(
                            backbone.logits(
                                    new PictureRows(
                                            manner.lesson(),
                                            new int[] {manner.firstCondition() + 1},
                                            manner.ids(codes),
                                            vectors),
                                    Optional.empty()));
            int ids = all.length / codes.length;
            return IntStream.range(0, codes.length)
                    .mapToObj(
                            place -> {
                                Span span = manner.span(place);
                                return Categorical.range(
                                        span.from(),
                                        Arrays.copyOfRange(
                                                all,
                                                place * ids + span.from(),
                                                place * ids + span.to()));
                            })
                    .toArray(Categorical[]::new);
        }
    }

    /// The same step by step: each step's rows are taken back, and nothing of them is left.
    @ParameterizedTest
    @MethodSource("manners")
    void whatIsAskedOfMasksIsWhatIsLearned(CodeMasks manner) {
        try (Transformer model = new Transformer(backbone(manner));
                Backbone same = backbone(manner);
                Context context = DirectContext.open(model)) {
            int condition = manner.firstCondition() + 1;
            context.ask(manner.opening(condition).orElseThrow());
            for (int step = 0; step < 3; step++) {
                int[] codes = codes(manner, step, 1 - 0.3 * step);
                Categorical[] expected = atOnce(same, manner, codes);
                Answer answer = context.ask(manner.query(step, condition, codes, 1));
                context.truncate(manner.kept(context.length()));
                List<Integer> places = manner.drawn(step, codes);
                assertThat(places).isNotEmpty();
                for (int i = 0; i < places.size(); i++) {
                    Categorical law = answer.categorical(i);
                    for (int id = law.id(0); id <= law.id(law.size() - 1); id++) {
                        assertThat(law.logProbability(id))
                                .isCloseTo(
                                        expected[places.get(i)].logProbability(id),
                                        within(ROUNDING));
                    }
                }
            }
        }
    }

    /// Also cells before it, and the class.
    @ParameterizedTest
    @MethodSource("manners")
    void everyMaskKnowsEveryKnownCell(CodeMasks manner) {
        int last = manner.code().length() - 1;
        int[] codes = codes(manner, 4, 0.5);
        Arrays.fill(codes, 0, manner.code().perCell(), PictureCode.UNKNOWN);
        for (int place = last; place > last - manner.code().perCell(); place--) {
            codes[place] = manner.span(place).from();
        }
        int[] other = codes.clone();
        other[last]++;
        try (Backbone backbone = backbone(manner)) {
            double before = atOnce(backbone, manner, codes)[0].logProbabilityOf(0);
            assertThat(atOnce(backbone, manner, other)[0].logProbabilityOf(0)).isNotEqualTo(before);
        }
    }

    private static Draw draw(CodeMasks manner, Guidance guidance, long number) {
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
    void guidanceOfNoStrengthChangesNothing(CodeMasks manner) {
        try (Transformer model = new Transformer(backbone(manner))) {
            for (int number = 0; number < 3; number++) {
                int[] alone = codes(model, draw(manner, Guidance.NONE, number));
                assertThat(codes(model, draw(manner, new Guidance.Constant(1), number)))
                        .containsExactly(alone);
                assertThat(codes(model, draw(manner, new Guidance.Constant(4), number)))
                        .isNotEqualTo(alone);
            }
        }
    }

    private static int[] codes(Transformer model, Draw draw) {
        try (Context context = DirectContext.open(model)) {
            return draw.draw(context, Draw.Onlooker.NONE).codes();
        }
    }

    @ParameterizedTest
    @MethodSource("manners")
    void picturesDrawnSideBySideAreThoseDrawnAlone(CodeMasks manner) throws Exception {
        Guidance guidance = new Guidance.Linear(1.5);
        List<int[]> alone = new ArrayList<>();
        try (Transformer model = new Transformer(backbone(manner))) {
            for (int number = 0; number < 16; number++) {
                alone.add(codes(model, draw(manner, guidance, number)));
            }
        }
        assertThat(alone.stream().map(Arrays::hashCode).distinct()).hasSize(16);
        try (Engine engine = new Engine(new Transformer(backbone(manner)))) {
            List<Future<Draw.Drawn>> begun = new ArrayList<>();
            for (int number = 0; number < 16; number++) {
                Draw draw = draw(manner, guidance, number);
                begun.add(engine.submit(context -> draw.draw(context, Draw.Onlooker.NONE)));
            }
            for (int number = 0; number < 16; number++) {
                assertThat(begun.get(number).get().codes()).containsExactly(alone.get(number));
            }
            // with and without the class, in every step of every picture and before the first
            long asked = 16L * (1 + manner.steps());
            assertThat(engine.stats().parts()).isEqualTo(2 * asked);
            assertThat(engine.stats().passes()).isLessThan(asked);
        }
    }

    @ParameterizedTest
    @MethodSource("manners")
    void aSavedModelDrawsTheSame(CodeMasks manner) {
        Draw draw = draw(manner, Guidance.NONE, 2);
        try (Backbone backbone = backbone(manner)) {
            backbone.save(folder, TensorType.F32);
        }
        try (Transformer model = new Transformer(backbone(manner));
                Transformer loaded = Transformer.load(folder)) {
            assertThat(codes(loaded, draw)).containsExactly(codes(model, draw));
        }
    }

    @Test
    void aModelOfOtherIdsIsRefused() {
        CodeMasks ids = manners().toList().getFirst();
        CodeMasks vectors = manners().toList().getLast();
        try (Transformer model = new Transformer(backbone(vectors));
                Context context = DirectContext.open(model)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> draw(ids, Guidance.NONE, 0).draw(context, (_, _) -> true))
                    .withMessageContaining("model masks has 15 ids and 13 rows")
                    .withMessageContaining("need 16 and 16");
        }
    }
}
