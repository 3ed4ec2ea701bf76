package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cumae.distribution.Categorical;
import org.cumae.model.Answer;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.net.TransformerConfig.Activation;
import org.cumae.net.TransformerConfig.Bias;
import org.cumae.net.TransformerConfig.NormKind;
import org.cumae.torch.Ops;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// What is trained is what decodes: whole sequences without a cache give what rows with one give,
/// and a saved model is the model.
class BackboneTest {
    private static final int LENGTH = 12;

    @TempDir private Path folder;

    /// Shapes that differ in every part.
    enum Shape {
        LLAMA(
                new TransformerConfig(
                        "small",
                        "llama",
                        19,
                        16,
                        4,
                        2,
                        4,
                        24,
                        LENGTH,
                        Mixing.attention(2),
                        NormKind.RMS,
                        1e-5,
                        new Positions.Rotary(
                                10_000, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                        Activation.SWIGLU,
                        Set.of(),
                        false,
                        true)),
        MISTRAL(
                new TransformerConfig(
                        "small",
                        "mistral",
                        19,
                        16,
                        4,
                        1,
                        4,
                        24,
                        LENGTH,
                        Mixing.attention(List.of(OptionalInt.of(5), OptionalInt.of(5))),
                        NormKind.RMS,
                        1e-5,
                        new Positions.Rotary(
                                10_000, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                        Activation.SWIGLU,
                        Set.of(),
                        false,
                        false)),
        GPT2(
                new TransformerConfig(
                        "small",
                        "gpt2",
                        19,
                        16,
                        4,
                        4,
                        4,
                        24,
                        LENGTH,
                        Mixing.attention(2),
                        NormKind.LAYER,
                        1e-5,
                        new Positions.Learned(),
                        Activation.GELU_TANH,
                        EnumSet.allOf(Bias.class),
                        false,
                        true)),
        MAMBA(
                rolling(
                        "mamba",
                        Mixing.attention(0),
                        new Mixing.Mamba(32, 4, 4, 2, false, false, true),
                        2)),
        MAMBA2(
                rolling(
                        "mamba2",
                        Mixing.attention(0),
                        new Mixing.Mamba2(
                                4, 8, 2, 6, 4, 5, true, true, 0, Double.POSITIVE_INFINITY),
                        2)),
        S4(rolling("s4", Mixing.attention(0), new Mixing.S4(6), 2)),
        S4D(rolling("s4d", Mixing.attention(0), new Mixing.S4d(6, Start.LEGS), 2)),
        S5(rolling("s5", Mixing.attention(0), new Mixing.S5(8, 2, Start.LEGS), 2)),
        JAMBA(
                rolling(
                        "jamba",
                        Mixing.attention(1),
                        new Mixing.Mamba(32, 4, 4, 2, true, false, true),
                        3));

        final TransformerConfig config;

        private static TransformerConfig rolling(
                String family, List<Mixing> attending, Mixing rolls, int layers) {
            List<Mixing> mixing = new ArrayList<>(Collections.nCopies(layers, rolls));
            for (int i = 0; i < attending.size(); i++) {
                mixing.set(layers / 2, attending.get(i));
            }
            boolean attends = !attending.isEmpty();
            return new TransformerConfig(
                    "small",
                    family,
                    19,
                    16,
                    attends ? 4 : 0,
                    attends ? 2 : 0,
                    attends ? 4 : 0,
                    attends ? 24 : 0,
                    LENGTH,
                    mixing,
                    NormKind.RMS,
                    1e-5,
                    new Positions.None(),
                    Activation.SWIGLU,
                    Set.of(),
                    false,
                    !family.equals("mamba2") && !attends);
        }

        Shape(TransformerConfig config) {
            this.config = config;
        }
    }

    private static Tokens line(int salt) {
        int[] ids = new int[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            ids[i] = (i * 7 + salt) % 19;
        }
        return Tokens.of(ids);
    }

    /// `[LENGTH, 19]`, row by row.
    private static float[] wholeSequences(Backbone backbone) {
        try (var _ = new PointerScope()) {
            int[] both = new int[2 * LENGTH];
            System.arraycopy(line(3).toArray(), 0, both, 0, LENGTH);
            System.arraycopy(line(4).toArray(), 0, both, LENGTH, LENGTH);
            Tensor ids = Ops.ids(both).view(2, LENGTH);
            Tensor logits =
                    backbone.logits(ids, Optional.empty(), Optional.empty())
                            .narrow(0, LENGTH, LENGTH);
            return Ops.floats(logits);
        }
    }

    private static float[] rows(Model model) {
        float[] all = new float[LENGTH * 19];
        try (State state = model.open()) {
            Query query = Query.feed(line(4)).wantingEveryLaw();
            Answer answer = model.forward(List.of(new Model.Part(state, query))).getFirst();
            for (int row = 0; row < LENGTH; row++) {
                Categorical law = answer.categorical(row);
                for (int id = 0; id < 19; id++) {
                    all[row * 19 + id] = (float) law.logProbability(id);
                }
            }
        }
        return all;
    }

    private static float[] logProbabilities(float[] logits) {
        float[] all = new float[logits.length];
        for (int row = 0; row < LENGTH; row++) {
            double sum = 0;
            for (int id = 0; id < 19; id++) {
                sum += Math.exp(logits[row * 19 + id]);
            }
            for (int id = 0; id < 19; id++) {
                all[row * 19 + id] = (float) (logits[row * 19 + id] - Math.log(sum));
            }
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void wholeSequencesAndCachedRowsAgree(Shape shape) {
        try (Transformer model = new Transformer(Backbone.fresh(shape.config, 1));
                Backbone same = Backbone.fresh(shape.config, 1);
                Backbone other = Backbone.fresh(shape.config, 2)) {
            float[] expected = rows(model);
            assertThat(logProbabilities(wholeSequences(same)))
                    .containsExactly(expected, within(1e-5f));
            assertThat(wholeSequences(other)).isNotEqualTo(wholeSequences(same));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSavedModelIsTheModel(Shape shape) {
        Path place = folder.resolve("small");
        try (Backbone fresh = Backbone.fresh(shape.config, 1)) {
            fresh.save(place, TensorType.F32);
            try (Backbone read = Backbone.load(place)) {
                assertThat(read.config()).isEqualTo(fresh.config());
                assertThat(read.parameters()).isEqualTo(fresh.parameters());
                assertThat(wholeSequences(read)).isEqualTo(wholeSequences(fresh));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void halfABitsModelIsTheModelRounded(TensorType type) throws IOException {
        Path whole = folder.resolve("whole");
        Path half = folder.resolve("half");
        double step = type == TensorType.F16 ? 0x1p-11 : 0x1p-8; // half of the last place
        try (Backbone fresh = Backbone.fresh(Shape.LLAMA.config, 1)) {
            fresh.save(whole, TensorType.F32);
            fresh.save(half, type);
            try (Backbone read = Backbone.load(half);
                    var _ = new PointerScope()) {
                for (int i = 0; i < fresh.tensors().size(); i++) {
                    Tensor there = fresh.tensors().get(i);
                    Tensor off = read.tensors().get(i).sub(there).abs();
                    double most = there.abs().max().item_double() * step;
                    assertThat(off.max().item_double()).isBetween(0.0, most);
                }
            }
            assertThatThrownBy(() -> fresh.save(half, TensorType.Q8_0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Q8_0")
                    .hasMessageContaining("F16");
        }
        String weights = "model.safetensors";
        assertThat(Files.size(half.resolve(weights)))
                .isLessThan(Files.size(whole.resolve(weights)) * 6 / 10);
        assertThat(Files.readString(half.resolve("config.json")))
                .contains(type == TensorType.F16 ? "\"float16\"" : "\"bfloat16\"");
    }

    @ParameterizedTest
    @EnumSource
    void everyWeightIsReachedByTheLoss(Shape shape) {
        try (Backbone backbone = Backbone.fresh(shape.config, 1);
                var _ = new PointerScope()) {
            backbone.tensors().forEach(tensor -> tensor.requires_grad_(true));
            Tensor ids = Ops.ids(line(1).toArray()).view(1, LENGTH);
            Tensor next = Ops.ids(line(2).toArray());
            Ops.crossEntropy(backbone.logits(ids, Optional.empty(), Optional.empty()), next)
                    .backward();
            for (Tensor tensor : backbone.tensors()) {
                assertThat(tensor.grad().norm().item_double()).isPositive();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSequenceThatIsTooLongIsRefused(Shape shape) {
        try (Backbone backbone = Backbone.fresh(shape.config, 1);
                var _ = new PointerScope()) {
            Tensor ids = Ops.ids(new int[LENGTH + 1]).view(1, LENGTH + 1);
            assertThatThrownBy(() -> backbone.logits(ids, Optional.empty(), Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("13 rows")
                    .hasMessageContaining("at most 12");
        }
    }
}
