package org.cumae.unit.classical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.cumae.noise.Noise;
import org.cumae.psi.Box;
import org.cumae.psi.Mask;
import org.cumae.psi.Raster;
import org.cumae.unit.classical.Classical.Farneback;
import org.junit.jupiter.api.Test;

/// OpenCV finds what it is known to find.
class ClassicalTest {
    private static final int SIDE = 64;

    /// A smooth texture, moved.
    private static Raster texture(double right, double down) {
        Noise noise = Noise.of(5, 0);
        return Raster.of(
                SIDE,
                SIDE,
                3,
                (y, x, _) -> {
                    double sum = 0;
                    for (int wave = 0; wave < 12; wave++) {
                        double fx = 0.6 * noise.at(wave).uniform(0) - 0.3;
                        double fy = 0.6 * noise.at(wave).uniform(1) - 0.3;
                        double phase = 6.3 * noise.at(wave).uniform(2);
                        sum += Math.sin(fx * (x - right) + fy * (y - down) + phase);
                    }
                    return 0.5 + sum / 20;
                });
    }

    @Test
    void aMovedTextureIsFollowed() {
        Raster flow = Classical.farneback(texture(0, 0), texture(2, -1), Farneback.USUAL);
        assertThat(flow.at(32, 32, 0)).isCloseTo(2f, within(0.15f));
        assertThat(flow.at(32, 32, 1)).isCloseTo(-1f, within(0.15f));
        Raster still = Classical.farneback(texture(0, 0), texture(0, 0), Farneback.USUAL);
        assertThat(still.magnitude().max()).isLessThan(0.3f);
    }

    @Test
    void aThingOfItsOwnColourIsCutOut() {
        Mask thing = Mask.of(SIDE, SIDE, (y, x) -> Math.hypot(y - 30, x - 34) < 12);
        Raster frame =
                Raster.of(
                        SIDE,
                        SIDE,
                        3,
                        (y, x, c) -> thing.has(y, x) ? (c == 0 ? 0.9 : 0.1) : (c == 2 ? 0.8 : 0.3));
        assertThat(Classical.grabCut(frame, new Box(14, 18, 34, 34)).iou(thing))
                .isGreaterThan(0.95);
    }
}
