package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cumae.distribution.Categorical;
import org.cumae.model.Answer;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Query;
import org.cumae.model.Question;
import org.cumae.model.Tokens;
import org.cumae.torch.Ops;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// What is left out of a model, and that nothing else changes.
class SkippingTest {
    private static final int VOCABULARY = 11;
    private static final int LAYERS = 6;
    private static final Tokens TEXT = Tokens.of(1, 5, 3, 9, 2, 2, 7, 0, 4, 10, 6, 8);

    private static Backbone backbone() {
        Backbone backbone =
                Backbone.fresh(
                        new TransformerConfig(
                                "deep",
                                "llama",
                                VOCABULARY,
                                16,
                                2,
                                2,
                                8,
                                24,
                                64,
                                Mixing.attention(LAYERS),
                                TransformerConfig.NormKind.RMS,
                                1e-5,
                                new Positions.Rotary(
                                        10_000,
                                        Positions.Pairing.HALVES,
                                        new Positions.Scaling.None()),
                                TransformerConfig.Activation.SWIGLU,
                                Set.of(),
                                false,
                                false),
                        7);
        grow(backbone, _ -> 200);
        return backbone;
    }

    private interface ByLayer {
        double of(int layer);
    }

    /// Multiplies what each layer's part adds.
    private static void grow(Backbone backbone, ByLayer share) {
        List<Tensor> downs =
                backbone.tensors().stream()
                        .filter(tensor -> tensor.dim() == 2)
                        .filter(tensor -> tensor.size(0) == 16 && tensor.size(1) == 24)
                        .toList();
        assertThat(downs).hasSize(LAYERS);
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            for (int layer = 0; layer < LAYERS; layer++) {
                downs.get(layer).mul_(Ops.scalar(share.of(layer)));
            }
        }
    }

    private static List<Categorical> laws(Transformer model) {
        try (Context context = DirectContext.open(model)) {
            Answer answer = context.ask(Query.feed(TEXT).wantingEveryLaw());
            assertThat(context.length()).isEqualTo(TEXT.size());
            return IntStream.range(0, TEXT.size()).mapToObj(answer::categorical).toList();
        }
    }

    private static double farthest(List<Categorical> a, List<Categorical> b) {
        return IntStream.range(0, a.size())
                .mapToDouble(row -> a.get(row).distance(b.get(row)))
                .max()
                .orElseThrow();
    }

    private static Skipping similar(double least, int whole) {
        return new Skipping(Skipping.Similar.from(least), 1, LAYERS - 1, whole);
    }

    @Test
    void aCosineThatIsNeverReachedLeavesNothingOut() {
        try (Backbone backbone = backbone()) {
            List<Categorical> plain = laws(new Transformer(backbone));
            Transformer skipping = new Transformer(backbone).skipping(similar(1.1, 0));
            List<Categorical> laws = laws(skipping);
            for (int row = 0; row < plain.size(); row++) {
                assertThat(laws.get(row).logits()).isEqualTo(plain.get(row).logits());
            }
            assertThat(skipping.skipped()).isZero();
        }
    }

    /// All but the first part, as if the others added nothing.
    @Test
    void whatIsLeftOutAddsNothing() {
        try (Backbone backbone = backbone();
                Backbone silent = backbone()) {
            grow(silent, layer -> layer == 0 ? 1 : 0);
            Skipping all = new Skipping(Skipping.Similar.from(-1), 0, LAYERS, 0);
            Transformer skipping = new Transformer(backbone).skipping(all);
            assertThat(farthest(laws(skipping), laws(new Transformer(silent)))).isLessThan(1e-6);
            assertThat(skipping.skipped()).isEqualTo((LAYERS - 1.0) / LAYERS);
        }
    }

    /// Parts that are planted to do next to nothing are found and left out, and what is left out
    /// blindly costs far more.
    @Test
    void redundantPartsAreFoundAndLeftOut() {
        try (Backbone backbone = backbone()) {
            grow(backbone, layer -> layer >= 2 && layer < 5 ? 1e-4 : 1);
            List<float[]> alike = backbone.similarities(TEXT.toArray());
            for (int layer = 0; layer < LAYERS; layer++) {
                for (float cosine : alike.get(layer)) {
                    assertThat(cosine > 0.999).isEqualTo(layer >= 2 && layer < 5);
                }
            }
            List<Categorical> plain = laws(new Transformer(backbone));
            Transformer skipping = new Transformer(backbone).skipping(similar(0.999, 0));
            assertThat(farthest(laws(skipping), plain)).isLessThan(1e-3);
            // layer 2 runs and is found to do nothing, 3 and 4 are left out
            assertThat(skipping.skipped()).isEqualTo(2.0 / LAYERS);
            Transformer blind =
                    new Transformer(backbone)
                            .skipping(new Skipping(new Skipping.AnyPart(0.5), 0, LAYERS, 0));
            assertThat(farthest(laws(blind), plain)).isGreaterThan(0.01);
        }
    }

    /// What calibration finds is what was planted, and the rule that it makes leaves out as much as
    /// was wanted.
    @Test
    void calibrationFindsWhatWasPlanted() {
        try (Backbone backbone = backbone()) {
            grow(backbone, layer -> layer >= 2 && layer < 5 ? 1e-4 : 1);
            SkipCalibration found = new SkipCalibration(backbone, List.of(TEXT, TEXT), 0);
            assertThat(found.first()).isEqualTo(2);
            assertThat(found.end()).isEqualTo(5);
            assertThat(found.cosines()).hasSize(LAYERS);
            assertThat(found.mostAlike(0.5)).isEqualTo(Set.of(2, 3, 4));
            SkipCalibration.Cost nothing = found.cost(found.of(new Skipping.Fixed(Set.of())));
            Skipping rule = found.similar(2.0 / LAYERS);
            SkipCalibration.Cost cost = found.cost(rule);
            assertThat(cost.skipped()).isCloseTo(2.0 / LAYERS, within(0.02));
            assertThat(cost.surprise()).isCloseTo(nothing.surprise(), within(1e-3));
            assertThat(nothing.skipped()).isZero();
            assertThatThrownBy(() -> found.similar(0.5))
                    .hasMessageContaining(
                            "0.5 cannot be left out of model deep; at most 0.333 can");
            assertThatThrownBy(() -> new SkipCalibration(backbone, List.of(), 0))
                    .hasMessageContaining("no text");
        }
    }

    /// As if neither attention nor feed-forward part of these layers were there, for rows behind
    /// the first.
    @Test
    void wholeLayersAddNothingAtAll() {
        Set<Integer> three = Set.of(1, 2, 4);
        try (Backbone backbone = backbone();
                Backbone silent = backbone()) {
            grow(silent, layer -> three.contains(layer) ? 0 : 1);
            silence(silent, three);
            Skipping layers = new Skipping(new Skipping.WholeLayers(three), 0, LAYERS, 0);
            Transformer skipping = new Transformer(backbone).skipping(layers);
            assertThat(farthest(laws(skipping), laws(new Transformer(silent)))).isLessThan(1e-6);
            assertThat(skipping.skipped()).isEqualTo(3.0 / LAYERS);
            Skipping late = new Skipping(new Skipping.WholeLayers(three), 0, LAYERS, 5);
            List<Categorical> plain = laws(new Transformer(backbone));
            List<Categorical> behind = laws(new Transformer(backbone).skipping(late));
            assertThat(farthest(behind.subList(0, 5), plain.subList(0, 5))).isLessThan(1e-6);
            assertThat(farthest(behind.subList(5, 12), plain.subList(5, 12))).isGreaterThan(1e-3);
        }
    }

    /// Lets attention of some layers add nothing.
    private static void silence(Backbone backbone, Set<Integer> layers) {
        List<Tensor> square =
                backbone.tensors().stream()
                        .filter(tensor -> tensor.dim() == 2)
                        .filter(tensor -> tensor.size(0) == 16 && tensor.size(1) == 16)
                        .toList();
        assertThat(square).hasSize(LAYERS); // back from the heads
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            layers.forEach(layer -> square.get(layer).zero_());
        }
    }

    @Test
    void theFirstPositionsLeaveNothingOut() {
        try (Backbone backbone = backbone()) {
            List<Categorical> plain = laws(new Transformer(backbone));
            List<Categorical> laws = laws(new Transformer(backbone).skipping(similar(-1, 6)));
            assertThat(farthest(laws.subList(0, 6), plain.subList(0, 6))).isLessThan(1e-6);
            assertThat(farthest(laws.subList(6, 12), plain.subList(6, 12))).isGreaterThan(1e-3);
        }
    }

    /// What is decided of a row depends on it alone: not on the rows of its pass.
    @Test
    void rowsAreDecidedAboutByThemselves() {
        try (Backbone backbone = backbone()) {
            float[] cosines = backbone.similarities(TEXT.toArray()).get(2);
            float[] sorted = cosines.clone();
            Arrays.sort(sorted);
            Transformer skipping =
                    new Transformer(backbone).skipping(similar(sorted[sorted.length / 2], 2));
            List<Categorical> together = laws(skipping);
            assertThat(skipping.skipped()).isBetween(0.05, 0.6);
            List<Categorical> oneByOne = new ArrayList<>();
            try (Context context = DirectContext.open(skipping);
                    Context other = DirectContext.open(skipping)) {
                for (int row = 0; row < TEXT.size(); row++) {
                    Query query = Query.next(TEXT.get(row));
                    List<Answer> answers =
                            Question.askAll(
                                    List.of(
                                            new Question(
                                                    other, Query.next(TEXT.get((row + 5) % 12))),
                                            new Question(context, query)));
                    oneByOne.add(answers.getLast().categorical());
                }
            }
            assertThat(farthest(together, oneByOne)).isLessThan(1e-5);
        }
    }

    @Test
    void aHigherCosineLeavesOutLess() {
        try (Backbone backbone = backbone()) {
            double before = 1;
            for (double least : new double[] {-1, 0, 0.5, 0.9, 0.99, 1.1}) {
                Transformer skipping = new Transformer(backbone).skipping(similar(least, 0));
                laws(skipping);
                assertThat(skipping.skipped()).isLessThanOrEqualTo(before);
                before = skipping.skipped();
            }
        }
    }

    @Test
    void whatCannotBeSkippedIsRefusedInWords() {
        assertThat(Skipping.parse("1-5:0.98:8"))
                .isEqualTo(new Skipping(Skipping.Similar.from(0.98), 1, 5, 8));
        assertThat(Skipping.parse("1-5:0.98").whole()).isEqualTo(16);
        assertThatThrownBy(() -> Skipping.parse("all"))
                .hasMessageContaining("'all'; write them as FIRST-END:COSINE");
        assertThatThrownBy(() -> Skipping.parse("5-1:0.9")).hasMessageContaining("[5, 1)");
        try (Backbone backbone = backbone()) {
            Transformer model = new Transformer(backbone, Optional.empty());
            assertThatThrownBy(() -> model.skipping(Skipping.parse("1-9:0.9")))
                    .hasMessage("layers up to 9 may be skipped and model deep has 6");
        }
    }
}
