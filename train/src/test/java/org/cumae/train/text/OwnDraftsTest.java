package org.cumae.train.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sink;
import org.cumae.decode.speculative.DraftLength;
import org.cumae.decode.speculative.Drafter;
import org.cumae.decode.speculative.Match;
import org.cumae.decode.speculative.Speculative;
import org.cumae.decode.speculative.draft.Masks;
import org.cumae.distribution.Sampling;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Tokens;
import org.cumae.net.Backbone;
import org.cumae.net.MaskShape;
import org.cumae.net.MedusaHeads;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.Transformer;
import org.cumae.net.TransformerConfig;
import org.cumae.torch.Device;
import org.cumae.train.AdamWOptions;
import org.cumae.train.Journal;
import org.cumae.train.Learner;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.train.TrainerOptions.Precision;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.unit.Characters;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/// Masks and heads are taught, to a model that stays what it was.
class OwnDraftsTest {
    private static final int MASKS = 3;
    private static final int PERIOD = 5;
    private static final int LENGTH = 44; // of windows; texts stay within what was seen

    @TempDir private Path folder;

    private static int[] periodic(int length) {
        int[] tokens = new int[length];
        for (int i = 0; i < length; i++) {
            tokens[i] = i % PERIOD;
        }
        return tokens;
    }

    private static TransformerConfig config() {
        return new TransformerConfig(
                "small",
                "llama",
                7,
                32,
                2,
                2,
                16,
                48,
                64,
                Mixing.attention(2),
                TransformerConfig.NormKind.RMS,
                1e-5,
                new Positions.Rotary(
                        10_000, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                TransformerConfig.Activation.SWIGLU,
                Set.of(),
                false,
                false);
    }

    private static TrainerOptions options(long steps) {
        return new TrainerOptions(
                steps,
                1,
                1,
                new Schedule.Constant(5e-3, 10),
                new AdamWOptions(0.9, 0.99, 1e-8, 0),
                1,
                OptionalDouble.empty(),
                Precision.FLOAT32,
                steps / 2,
                2,
                OptionalInt.empty(),
                steps,
                1,
                100,
                Optional.empty());
    }

    /// @return the model, trained on the periodic text
    private Path trained(Learner<WindowBatch> learner, String name, long steps) {
        int[] tokens = periodic(400);
        try (RunFolder run = RunFolder.open(folder.resolve(name), false);
                Trainer<WindowBatch> trainer =
                        new Trainer<>(
                                learner,
                                Windows.shuffled(tokens, 4, LENGTH, 1),
                                Windows.inOrder(tokens, 4, LENGTH),
                                options(steps),
                                run,
                                new Journal() {})) {
            trainer.run();
            return run.model();
        }
    }

    private Path base() {
        try (Backbone backbone = Backbone.fresh(config(), 1)) {
            return trained(
                    new NextToken(backbone, Characters.of("abcdefg"), 0, TensorType.F32),
                    "base",
                    200);
        }
    }

    private static MaskedTokens learner(Backbone backbone, Path base, double consistency) {
        return new MaskedTokens(backbone, base, 6, consistency, TensorType.F16);
    }

    @Test
    void masksForeseeAPeriodicTextWhole() {
        Path base = base();
        Path taught;
        try (Backbone backbone = Backbone.loadForMasks(base, new MaskShape(MASKS, 4, 4), 1)) {
            taught = trained(learner(backbone, base, 1), "masked", 400);
        }
        requireTheModelIsWhatItWas(base, taught);
        try (Transformer model = Transformer.load(taught)) {
            Masks masks = model.ownDrafts().masks().orElseThrow();
            requireTheTextAtOnce(model, masks);
            requireTheTextAtOnce(model, masks.independent());
        }
    }

    @Test
    void headsForeseeAPeriodicTextWhole() {
        Path base = base();
        Path taught;
        try (Backbone backbone = Backbone.load(base);
                MedusaHeads heads = MedusaHeads.fresh(MASKS, backbone.config().width())) {
            taught = trained(new LaterTokens(backbone, heads, base, TensorType.F16), "heads", 400);
        }
        requireTheModelIsWhatItWas(base, taught);
        try (Transformer model = Transformer.load(taught)) {
            requireTheTextAtOnce(model, model.ownDrafts().medusa().orElseThrow());
        }
        try (Backbone plain = Backbone.load(base);
                MedusaHeads heads = MedusaHeads.load(taught, 32, Device.CPU);
                MedusaHeads blank = MedusaHeads.fresh(MASKS, 32)) {
            WindowBatch batch = Windows.inOrder(periodic(400), 4, LENGTH).at(0);
            assertThat(perToken(new LaterTokens(plain, heads, base, TensorType.F32), batch))
                    .isLessThan(0.1);
            assertThat(perToken(new LaterTokens(plain, blank, base, TensorType.F32), batch))
                    .as("untaught heads say what comes next, which is wrong for later tokens")
                    .isGreaterThan(2);
        }
    }

    private static double perToken(Learner<WindowBatch> learner, WindowBatch batch) {
        try (var _ = new PointerScope()) {
            Learner.Loss loss = learner.loss(batch, Optional.empty());
            return loss.total().item_double() / loss.terms();
        }
    }

    private static void requireTheModelIsWhatItWas(Path base, Path taught) {
        assertThat(taught.resolve("model.safetensors"))
                .hasSameBinaryContentAs(base.resolve("model.safetensors"));
        assertThat(Files.exists(taught.resolve("tokenizer.json"))).isTrue();
    }

    private static void requireTheTextAtOnce(Transformer model, Drafter drafter) {
        Speculative decoder =
                new Speculative(drafter, new Match(), new DraftLength.Fixed(MASKS), 1);
        try (Context context = DirectContext.open(model)) {
            Generation text =
                    decoder.decode(
                            context,
                            Request.of(Tokens.of(periodic(6)))
                                    .withSampling(Sampling.GREEDY)
                                    .withMaxNewTokens(LENGTH - 10),
                            Sink.NONE);
            assertThat(text.tokens().toArray())
                    .containsExactly(Tokens.of(periodic(LENGTH)).slice(6, LENGTH - 4).toArray());
            int least = 1 + Math.ceilDiv(LENGTH - 11, 1 + MASKS); // the prompt gives one
            assertThat(text.ledger().forwards()).isBetween((long) least, least + 1L);
        }
    }

    @Test
    void theDistanceIsNothingWhereMasksAreTheTrueTokens() {
        Path base = base();
        int[] constant = new int[13]; // so that one mask can be all true tokens
        WindowBatch batch = Windows.inOrder(constant, 1, 12).at(0);
        try (Backbone backbone = Backbone.loadForMasks(base, new MaskShape(MASKS, 4, 4), 1);
                var _ = new PointerScope()) {
            double apart = distance(backbone, base, batch);
            assertThat(apart).isGreaterThan(0.01);
            try (Backbone plain = Backbone.load(base);
                    var _ = new NoGradGuard()) {
                Tensor token = plain.tensors().getFirst().select(0, 0); // the embedding of 0
                backbone.maskTensors().stream()
                        .filter(t -> t.dim() == 2 && t.size(0) == MASKS)
                        .findFirst()
                        .orElseThrow()
                        .copy_(token);
            }
            assertThat(distance(backbone, base, batch)).isCloseTo(0, within(1e-6));
        }
    }

    private static double distance(Backbone backbone, Path base, WindowBatch batch) {
        double with =
                learner(backbone, base, 1).loss(batch, Optional.empty()).total().item_double();
        double without =
                learner(backbone, base, 0).loss(batch, Optional.empty()).total().item_double();
        return (with - without) / (6.0 * MASKS);
    }
}
