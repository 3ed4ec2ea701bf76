package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.decode.speculative.draft.Medusa;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Finding;
import org.cumae.distribution.Vector;
import org.cumae.model.Answer;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Want;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;
import org.cumae.weights.TensorType;
import org.cumae.weights.WeightFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Heads beside a model's weights: what they say, and files of them that do not fit.
class MedusaHeadsTest {
    private static final int COUNT = 3;

    @TempDir private Path folder;

    private void model(BackboneTest.Shape shape, boolean taught) {
        try (Backbone fresh = Backbone.fresh(shape.config, 1);
                MedusaHeads heads = MedusaHeads.fresh(COUNT, shape.config.width())) {
            fresh.save(folder, TensorType.F32);
            if (taught) {
                try (var _ = new PointerScope();
                        var _ = new NoGradGuard()) {
                    torch.manual_seed(3);
                    for (Tensor tensor : heads.tensors()) {
                        tensor.add_(torch.randn(tensor.sizes().vec().get()));
                    }
                }
            }
            heads.save(folder, TensorType.F32);
        }
    }

    /// The law of the token after the last one, and what the heads say of those after it.
    private List<Categorical> laws() {
        try (Transformer model = Transformer.load(folder);
                Context context = DirectContext.open(model)) {
            Medusa medusa = model.ownDrafts().medusa().orElseThrow();
            assertThat(medusa.count()).isEqualTo(COUNT);
            Answer answer =
                    context.ask(
                            Query.feed(Tokens.of(3, 1, 4))
                                    .wanting(new Want.Law(2), new Want.Hidden(2)));
            Vector hidden = answer.vector(1);
            List<Finding> foreseen =
                    medusa.heads().after(hidden, List.of(new Want.Law(0), new Want.Law(0)));
            return List.of(
                    answer.categorical(0),
                    (Categorical) foreseen.get(0),
                    (Categorical) foreseen.get(1));
        }
    }

    @ParameterizedTest
    @EnumSource(BackboneTest.Shape.class)
    void untaughtHeadsSayWhatTheModelSays(BackboneTest.Shape shape) {
        model(shape, false);
        List<Categorical> laws = laws();
        for (int id = 0; id < laws.getFirst().size(); id++) {
            for (Categorical head : laws) {
                assertThat(head.logitOf(id)).isCloseTo(laws.getFirst().logitOf(id), within(1e-5));
            }
        }
    }

    @Test
    void taughtHeadsAreOnTopOfTheModelsOwn() {
        BackboneTest.Shape shape = BackboneTest.Shape.LLAMA;
        model(shape, true);
        List<Categorical> laws = laws();
        try (Backbone backbone = Backbone.load(folder);
                MedusaHeads heads = MedusaHeads.load(folder, shape.config.width(), Device.CPU);
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor ids = Ops.ids(3, 1, 4).unsqueeze(0);
            Tensor hidden = backbone.see(ids).hidden().narrow(0, 2, 1);
            for (int head = 0; head < 2; head++) {
                Tensor weight = heads.tensors().get(2 * head);
                Tensor bias = heads.tensors().get(2 * head + 1);
                Tensor inner = hidden.mm(weight.t()).add(bias);
                float[] logits =
                        Ops.floats(backbone.head(hidden.add(inner.mul(torch.sigmoid(inner)))));
                for (int id = 0; id < logits.length; id++) {
                    assertThat(laws.get(1 + head).logitOf(id)).isCloseTo(logits[id], within(1e-4));
                }
                assertThat(laws.get(1 + head).logitOf(0))
                        .isNotCloseTo(laws.get(0).logitOf(0), within(1e-3));
            }
        }
    }

    @Test
    void headsOfAnotherModelAndDamagedOnesAreRefused() throws IOException {
        model(BackboneTest.Shape.LLAMA, false);
        try (MedusaHeads wide = MedusaHeads.fresh(COUNT, 24)) {
            wide.save(folder, TensorType.F32);
        }
        assertThatThrownBy(() -> Transformer.load(folder))
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining("heads.0.weight is [24, 24] and should be [16, 16]");
        Path file = folder.resolve(MedusaHeads.FILE);
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 400));
        assertThatThrownBy(() -> Transformer.load(folder))
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining(MedusaHeads.FILE);
        assertThatThrownBy(() -> MedusaHeads.fresh(65, 16))
                .hasMessage("heads is 65; it must be from 1 to 64");
    }
}
