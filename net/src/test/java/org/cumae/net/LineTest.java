package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.distribution.KeyedChance;
import org.cumae.distribution.Sampling;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.noise.Noise;
import org.cumae.order.Order;
import org.cumae.picture.Cells;
import org.cumae.picture.CodeManner;
import org.cumae.picture.Draw;
import org.cumae.picture.Guidance;
import org.cumae.picture.Line;
import org.cumae.picture.PatchCode;
import org.cumae.psi.Book;
import org.cumae.torch.Ops;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/// Test 10 of D-AR's card: codes in a line are drawn as a text is written.
class LineTest {
    private static final int CODES = 6;
    private static final int CLASSES = 3;
    private static final int LENGTH = 8;

    private static PatchCode code() {
        float[][] colours = new float[CODES][1];
        for (int i = 0; i < CODES; i++) {
            colours[i][0] = i / 10f;
        }
        return new PatchCode(
                Book.of(new TokenType("patch", 2, 4, List.of(Span.of(0, CODES))), colours));
    }

    private static Line shuffled() {
        return new Line(code(), Order.random(LENGTH, Noise.of(1, 1)));
    }

    /// A model of texts, with nothing of pictures.
    private static Backbone backbone() {
        return Loud.backbone(
                new TransformerConfig(
                        "line",
                        "llama",
                        CODES + CLASSES + 1,
                        16,
                        2,
                        2,
                        8,
                        32,
                        LENGTH,
                        Mixing.attention(2),
                        TransformerConfig.NormKind.RMS,
                        1e-5,
                        new Positions.Rotary(
                                10_000, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                        TransformerConfig.Activation.SWIGLU,
                        Set.of(),
                        false,
                        false),
                0.4);
    }

    private static Draw draw(CodeManner manner, Guidance guidance, List<Integer> given) {
        return new Draw(
                manner,
                CLASSES,
                OptionalInt.of(1),
                guidance,
                Sampling.PLAIN,
                KeyedChance.of(3, 7),
                given);
    }

    private static Draw.Drawn drawn(Transformer model, Draw draw) {
        try (Context context = DirectContext.open(model)) {
            return draw.draw(context, Draw.Onlooker.NONE);
        }
    }

    /// What is learned from a line is what is learned from a text of the same ids.
    @Test
    void aLineIsLearnedAsATextIs() {
        int[] codes = {3, 1, 4, 1, 5, 2, 0, 5};
        try (Backbone backbone = backbone();
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            for (Line line : List.of(Line.of(code()), shuffled())) {
                int condition = CODES + 2;
                PictureRows rows =
                        new PictureRows(
                                line.lesson(),
                                new int[] {condition},
                                line.ids(codes),
                                new float[0]);
                int[] text = new int[LENGTH];
                text[0] = condition;
                for (int i = 1; i < LENGTH; i++) {
                    text[i] = codes[line.order().line().get(i - 1)];
                }
                int vocabulary = CODES + CLASSES + 1;
                float[] asText =
                        Ops.floats(
                                backbone.logits(
                                        Ops.ids(text).unsqueeze(0),
                                        Optional.empty(),
                                        Optional.empty()));
                float[] asLine = Ops.floats(backbone.logits(rows, Optional.empty()));
                for (int place = 0; place < LENGTH; place++) {
                    int step = line.order().ranks().get(place);
                    assertThat(
                                    Arrays.copyOfRange(
                                            asLine, place * vocabulary, (place + 1) * vocabulary))
                            .containsExactly(
                                    Arrays.copyOfRange(
                                            asText, step * vocabulary, (step + 1) * vocabulary),
                                    within(2e-5f));
                }
            }
        }
    }

    /// Laws that are asked for step by step are those of the whole line at once.
    @Test
    void stepsSayWhatTheLessonSays() {
        try (Backbone backbone = backbone();
                Transformer model = new Transformer(backbone())) {
            for (Line line : List.of(Line.of(code()), shuffled())) {
                Draw.Drawn drawn = drawn(model, draw(line, Guidance.NONE, List.of()));
                assertThat(drawn.ledger().forwards()).isEqualTo(LENGTH);
                try (var _ = new PointerScope();
                        var _ = new NoGradGuard()) {
                    PictureRows rows =
                            new PictureRows(
                                    line.lesson(),
                                    new int[] {CODES + 1},
                                    line.ids(drawn.codes()),
                                    new float[0]);
                    double surprise =
                            Ops.crossEntropy(
                                            backbone.logits(rows, Optional.empty())
                                                    .narrow(1, 0, CODES),
                                            Ops.ids(drawn.codes()))
                                    .item_double();
                    assertThat(-drawn.logProbability()).isCloseTo(surprise, within(1e-3));
                }
            }
        }
    }

    /// A picture behind its own beginning is the same picture, in fewer passes; behind another's it
    /// begins as that one does.
    @Test
    void whatIsGivenStays() {
        try (Transformer model = new Transformer(backbone())) {
            Line line = Line.of(code());
            Guidance ramp = new Guidance.Linear(1.1, 8);
            Draw.Drawn whole = drawn(model, draw(line, ramp, List.of()));
            List<Integer> codes = IntStream.of(whole.codes()).boxed().toList();
            for (int given : new int[] {1, 3, LENGTH}) {
                Draw.Drawn same = drawn(model, draw(line, ramp, codes.subList(0, given)));
                assertThat(same.codes()).containsExactly(whole.codes());
                assertThat(same.ledger().forwards()).isEqualTo(LENGTH - given);
                assertThat(same.whole()).isTrue();
            }
            List<Integer> other = codes.subList(0, 3).stream().map(c -> (c + 1) % CODES).toList();
            Draw.Drawn behind = drawn(model, draw(line, ramp, other));
            assertThat(Arrays.copyOf(behind.codes(), 3))
                    .containsExactly(other.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    @Test
    void guidanceGrowsFromOneWeightToAnother() {
        Guidance ramp = new Guidance.Linear(1.1, 8);
        Line line = Line.of(code());
        assertThat(ramp.weight(line.progress(0), 0)).isEqualTo(1.1);
        assertThat(ramp.weight(line.progress(LENGTH - 1), 0)).isCloseTo(8, within(1e-12));
        assertThat(new Guidance.Linear(2, 2).weight(0.3, 0)).isEqualTo(2);
        assertThat(new Guidance.Linear(3).weight(0.5, 0)).isEqualTo(2.5);
    }

    @Test
    void whatDoesNotFitIsTold() {
        Line line = Line.of(code());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> draw(line, Guidance.NONE, Collections.nCopies(9, 0)))
                .withMessageContaining("9 codes are given and a picture has 8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> draw(line, Guidance.NONE, List.of(0, CODES)))
                .withMessageContaining("code 6 is given at place 1, whose codes are [0, 6)");
        Line backwards = new Line(code(), Order.given(List.of(7, 6, 5, 4, 3, 2, 1, 0)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> draw(backwards, Guidance.NONE, List.of(0)))
                .withMessageContaining("code 0 is given and drawn in step 7 behind others");
        assertThat(draw(Cells.raster(code()), Guidance.NONE, List.of(0, 1)).given()).hasSize(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Line(code(), Order.together(LENGTH)))
                .withMessageContaining("an order of 8 in 1 steps");
    }
}
