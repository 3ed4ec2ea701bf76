package org.cumae.train.picture;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;
import org.junit.jupiter.api.Test;

/// Test 11 of xAR's card: of squares that are shown as pure noise nothing can be known.
class WayTest {
    @Test
    void atTheBeginningOfTheWayNothingIsLeftOfValues() {
        try (var _ = new PointerScope()) {
            torch.manual_seed(3);
            Tensor values = torch.randn(6, 2);
            Tensor others = values.mul(Ops.scalar(5)).add(Ops.scalar(1));
            float[] times = {1, 1, 1, 0, 0, 0};
            Tensor one = Way.of(values, times, Ops.generator(4)).noised();
            Tensor other = Way.of(others, times, Ops.generator(4)).noised();
            assertThat(Ops.floats(one.narrow(0, 0, 3)))
                    .containsExactly(Ops.floats(other.narrow(0, 0, 3)));
            assertThat(Ops.floats(one.narrow(0, 3, 3)))
                    .containsExactly(Ops.floats(values.narrow(0, 3, 3)));
        }
    }

    /// Between, a value less its velocity times the time is the value, whatever the noise.
    @Test
    void theVelocityLeadsBackToTheValue() {
        try (var _ = new PointerScope()) {
            torch.manual_seed(5);
            Tensor values = torch.randn(4, 3);
            float[] times = {0.9f, 0.5f, 0.2f, 0.1f};
            Way way = Way.of(values, times, Ops.generator(6));
            Tensor back = way.noised().sub(way.velocity().mul(Tensor.create(times, 4, 1)));
            assertThat(back.sub(values).abs().max().item_double()).isLessThan(1e-5);
        }
    }
}
