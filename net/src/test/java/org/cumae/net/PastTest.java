package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

class PastTest {
    private static final int WIDTH = 16;

    /// Two heads share keys, and one layer of two sees three rows only.
    private static Backbone backbone() {
        return Loud.backbone(
                new TransformerConfig(
                        "reader",
                        "llama",
                        20,
                        WIDTH,
                        4,
                        2,
                        4,
                        32,
                        12,
                        Mixing.attention(List.of(OptionalInt.of(3), OptionalInt.empty())),
                        TransformerConfig.NormKind.RMS,
                        1e-5,
                        new Positions.Rotary(
                                10_000, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                        TransformerConfig.Activation.SWIGLU,
                        Set.of(),
                        false,
                        true),
                0.4);
    }

    @Test
    void whatIsReadPartByPartIsReadAsAtOnce() {
        try (Backbone backbone = backbone();
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            torch.manual_seed(2);
            Tensor vectors = torch.randn(2, 9, WIDTH);
            Tensor whole = backbone.hidden(vectors).view(2, 9, WIDTH);
            for (List<Integer> parts : List.of(List.of(9), List.of(4, 1, 3, 1), List.of(1, 8))) {
                Past past = new Past();
                List<Tensor> read = new ArrayList<>();
                for (int rows : parts) {
                    Tensor next = vectors.narrow(1, past.length(), rows).contiguous();
                    read.add(backbone.hidden(next, past).view(2, rows, WIDTH));
                }
                assertThat(Ops.floats(Ops.cat(read, 1)))
                        .containsExactly(Ops.floats(whole), within(1e-5F));
            }
        }
    }

    @Test
    void whatDoesNotFollowIsTold() {
        try (Backbone backbone = backbone();
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Past past = new Past();
            backbone.hidden(torch.zeros(2, 9, WIDTH), past);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> backbone.hidden(torch.zeros(2, 4, WIDTH), past))
                    .withMessageContaining("4 rows follow 9; model reader holds at most 12");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> backbone.hidden(torch.zeros(3, 1, WIDTH), past))
                    .withMessageContaining("3 sequences are to be read on, and the past is of 2");
        }
    }
}
