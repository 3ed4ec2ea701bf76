package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.model.Want.Voice;
import org.cumae.picture.Lesson;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

class WatchedTest {
    private static final int ROWS = 6;
    private static final int PICTURES = 3;

    /// Heads that share one head of keys.
    static Attention attention(int heads, int headDim) {
        Linear none = new Linear.Plain(torch.zeros(1, 1), Optional.empty());
        return new Attention(
                0,
                heads,
                1,
                headDim,
                OptionalInt.empty(),
                none,
                none,
                Optional.empty(),
                Optional.empty());
    }

    /// What rows look at, multiplied by the values there, is what attention gives.
    @Test
    void looksAreWhatValuesAreMultipliedBy() {
        boolean[] seen = new boolean[ROWS * ROWS];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = i % ROWS <= i / ROWS && (i % ROWS != 1 || i / ROWS == 1);
        }
        Lesson lesson = new Lesson(new int[ROWS], seen, List.of(List.of(new Voice(0, 0))));
        try (var _ = new PointerScope()) {
            torch.manual_seed(4);
            Attention by = attention(2, 4);
            Tensor q = torch.randn(ROWS, 2, 4);
            Tensor k = torch.randn(ROWS, 1, 4);
            Tensor v = torch.randn(ROWS, 1, 4);
            List<float[]> shares = new ArrayList<>();
            float[] found = Ops.floats(Watched.of(Device.CPU, lesson, 1, shares).mix(by, q, k, v));
            float[] looks = shares.getFirst();
            float[] values = Ops.floats(v);
            for (int row = 0; row < ROWS; row++) {
                for (int head = 0; head < 2; head++) {
                    double all = 0;
                    for (int channel = 0; channel < 4; channel++) {
                        double sum = 0;
                        for (int column = 0; column < ROWS; column++) {
                            double look = looks[(head * ROWS + row) * ROWS + column];
                            assertThat(look > 0).isEqualTo(seen[row * ROWS + column]);
                            sum += look * values[column * 4 + channel];
                            all += channel == 0 ? look : 0;
                        }
                        assertThat(sum)
                                .isCloseTo(found[(row * 2 + head) * 4 + channel], within(1e-5));
                    }
                    assertThat(all).isCloseTo(1, within(1e-5));
                }
            }
        }
    }

    @Test
    void looksOfSeveralPicturesAreTheirMean() {
        boolean[] seen = new boolean[4];
        Arrays.fill(seen, true);
        Lesson lesson = new Lesson(new int[2], seen, List.of(List.of(new Voice(0, 0))));
        try (var _ = new PointerScope()) {
            torch.manual_seed(5);
            Attention by = attention(1, 2);
            Tensor q = torch.randn(2 * PICTURES, 1, 2);
            Tensor k = torch.randn(2 * PICTURES, 1, 2);
            List<float[]> all = new ArrayList<>();
            Watched.of(Device.CPU, lesson, PICTURES, all).mix(by, q, k, k);
            double[] mean = new double[4];
            for (int picture = 0; picture < PICTURES; picture++) {
                List<float[]> own = new ArrayList<>();
                Tensor keys = k.narrow(0, 2L * picture, 2);
                Watched.of(Device.CPU, lesson, 1, own)
                        .mix(by, q.narrow(0, 2L * picture, 2), keys, keys);
                for (int i = 0; i < 4; i++) {
                    mean[i] += own.getFirst()[i] / (double) PICTURES;
                }
            }
            for (int i = 0; i < 4; i++) {
                assertThat((double) all.getFirst()[i]).isCloseTo(mean[i], within(1e-6));
            }
        }
    }
}
