package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.net.picture.Supply;
import org.cumae.torch.Libtorch;
import org.cumae.torch.Ops;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/// Tests 1 and 2 of D-AR's card.
class DiffusionNetTest {
    private static final int CODES = 6;
    private static final int NUMBERS = 5;

    /// One whose gates are open. Needs an open scope.
    private static DiffusionNet loud() {
        Libtorch.load();
        torch.manual_seed(1);
        Supply supply = Supply.fresh();
        DiffusionNet net =
                DiffusionNet.of(
                        new DiffusionShape(2, 6, 9, 3, 3, 24, 3, 2, 2, 2, CODES, NUMBERS, true),
                        supply);
        supply.given()
                .values()
                .forEach(weight -> weight.add_(torch.randn_like(weight).mul(Ops.scalar(0.2))));
        return net;
    }

    @Test
    void theFirstCodesAreReadAlikeHoweverManyAreReadBehind() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            DiffusionNet net = loud();
            Tensor pixels = torch.randn(3, 2, 6, 9);
            Tensor all = net.read(pixels, CODES);
            for (int count = 1; count < CODES; count++) {
                assertThat(Ops.floats(net.read(pixels, count)))
                        .containsExactly(Ops.floats(all.narrow(1, 0, count)), within(1e-5f));
            }
            Tensor apart = all.narrow(1, 0, 1).sub(all.narrow(1, 1, 1)).abs().max();
            assertThat(apart.item_double()).isGreaterThan(0.1);
        }
    }

    @Test
    void aCodeIsToldByThoseUpToItself() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            DiffusionNet net = loud();
            Tensor numbers = torch.randn(2, CODES, NUMBERS);
            float[] told = Ops.floats(net.told(numbers));
            for (int changed = 0; changed < CODES; changed++) {
                Tensor others = numbers.clone();
                others.narrow(1, changed, 1).add_(Ops.scalar(1));
                float[] other = Ops.floats(net.told(others));
                for (int i = 0; i < told.length; i++) {
                    int code = i / 24 % CODES;
                    if (code < changed) {
                        assertThat(other[i]).isEqualTo(told[i]); // to the bit
                    }
                }
                assertThat(other).isNotEqualTo(told);
            }
        }
    }

    @Test
    void linesAreReadOnAsAtOnce() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            DiffusionNet net = loud();
            Tensor numbers = torch.randn(2, CODES, NUMBERS);
            float[] whole = Ops.floats(net.told(numbers));
            try (Past past = new Past()) {
                List<Tensor> parts = new ArrayList<>();
                for (int rows : new int[] {2, 1, 3}) {
                    parts.add(net.told(numbers.narrow(1, past.length(), rows), past));
                    past.keep();
                }
                assertThat(Ops.floats(Ops.cat(parts, 1))).containsExactly(whole, within(1e-5f));
            }
        }
    }

    /// Where a picture goes depends on its own time and on what it is told, and on no other
    /// picture.
    @Test
    void picturesGoTheirOwnWays() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            DiffusionNet net = loud();
            Tensor at = torch.randn(2, 2, 6, 9);
            Tensor told = torch.randn(2, 4, 24);
            Tensor both = net.velocity(at, new float[] {0.9f, 0.3f}, told);
            Tensor second =
                    net.velocity(at.narrow(0, 1, 1), new float[] {0.3f}, told.narrow(0, 1, 1));
            assertThat(Ops.floats(second))
                    .containsExactly(Ops.floats(both.narrow(0, 1, 1)), within(1e-4f));
            for (Tensor other :
                    List.of(
                            net.velocity(
                                    at.narrow(0, 1, 1), new float[] {0.4f}, told.narrow(0, 1, 1)),
                            net.velocity(
                                    at.narrow(0, 1, 1),
                                    new float[] {0.3f},
                                    told.narrow(0, 0, 1)))) {
                assertThat(other.sub(second).abs().max().item_double()).isGreaterThan(1e-2);
            }
        }
    }
}
