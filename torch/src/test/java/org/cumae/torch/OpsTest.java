package org.cumae.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Optional;

/// Shapes that do not fit are told in Java's words, both of them; what is computed in Java is what
/// libtorch computes.
class OpsTest {
    @Test
    void shapesThatDoNotFitAreRefusedAndBothAreNamed() {
        try (var _ = new PointerScope()) {
            Tensor x = torch.ones(3, 5);
            refused(() -> Ops.linear(x, torch.ones(7, 6), Optional.empty()), "[3, 5]", "[7, 6]");
            refused(
                    () -> Ops.linear(x, torch.ones(7, 5), Optional.of(torch.ones(5))),
                    "[5]",
                    "[7, 5]");
            refused(() -> Ops.rmsNorm(x, torch.ones(3), 1e-5), "[3, 5]", "[3]");
            refused(() -> Ops.layerNorm(x, torch.ones(5), torch.ones(3), 1e-5), "[3, 5]", "[3]");
            Tensor q = torch.ones(1, 2, 3, 5);
            Tensor k = torch.ones(1, 2, 7, 5);
            refused(() -> Ops.causalAttention(q, k, x), "[1, 2, 7, 5]", "[3, 5]");
            refused(
                    () -> Ops.attention(q, k, k, Optional.of(torch.ones(7, 3))),
                    "[7, 3]",
                    "[1, 2, 3, 5]");
            refused(() -> Ops.cat(List.of(x, torch.ones(3, 7)), 0), "[3, 5]", "[3, 7]");
            refused(() -> Ops.stack(List.of(x, torch.ones(3, 7)), 0), "[3, 5]", "[3, 7]");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 11})
    void anIdThatNoTableHasIsRefusedWithTheTable(int id) {
        try (var _ = new PointerScope()) {
            refused(
                    () -> Ops.embedding(torch.ones(11, 5), Ops.ids(0, id)),
                    Integer.toString(id),
                    "[11, 5]",
                    "[0, 11)");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 17, 64})
    void aNormInUseIsTheNormThatIsTrained(int width) {
        try (var _ = new PointerScope()) {
            Tensor x = torch.randn(3, width).contiguous();
            Tensor weight = torch.randn(width);
            float[] trained = Ops.floats(Ops.rmsNorm(x, weight, 1e-5));
            try (var _ = new InferenceMode()) {
                Tensor used = x.clone();
                assertThat(used.is_inference()).isTrue();
                assertThat(Ops.floats(Ops.rmsNorm(used, weight, 1e-5)))
                        .containsExactly(trained, within(2e-6f));
            }
        }
    }

    /// OpenBLAS would end the process on the stack of this thread.
    @Test
    void aLargeMatrixIsInverted() {
        try (var _ = new PointerScope()) {
            Tensor matrix = torch.randn(400, 400).add(torch.eye(400).mul(Ops.scalar(60)));
            Tensor one = Ops.inverse(matrix).mm(matrix).sub(torch.eye(400));
            assertThat(one.abs().max().item_float()).isLessThan(1e-4f);
            Tensor y = torch.randn(400, 2);
            Tensor x = matrix.narrow(1, 0, 300);
            Tensor rest = y.sub(x.mm(Ops.leastSquares(x, y)));
            assertThat(x.t().mm(rest).abs().max().item_float()).isLessThan(1e-2f);
            refused(() -> Ops.inverse(x), "[400, 300]");
            refused(() -> Ops.leastSquares(matrix, torch.ones(3, 1)), "[400, 400]", "[3, 1]");
        }
    }

    private static void refused(ThrowingCallable call, String... words) {
        assertThatThrownBy(call)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words);
    }
}
