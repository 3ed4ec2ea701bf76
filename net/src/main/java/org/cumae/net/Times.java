package org.cumae.net;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Device;

/// Times as vectors: waves of the time in thousandths, and two layers behind them.
///
/// @param first from the waves to `width`, `[width, WAVES]`
/// @param second `[width, width]`
/// @see <a href="https://arxiv.org/abs/2212.09748">Peebles and Xie 2022, DiT</a>
record Times(Linear first, Linear second) {
    static final int WAVES = 256;

    private static final double SLOWEST = 10_000;
    private static final int PARTS = 1000;

    /// @return `[times, width]`
    Tensor of(Device device, float... times) {
        int half = WAVES / 2;
        float[] waves = new float[times.length * WAVES];
        for (int i = 0; i < times.length; i++) {
            int part = Math.min((int) (PARTS * times[i]), PARTS - 1); // noise alone was never seen
            for (int j = 0; j < half; j++) {
                double angle = part * Math.pow(SLOWEST, -(double) j / half);
                waves[i * WAVES + j] = (float) Math.cos(angle);
                waves[i * WAVES + half + j] = (float) Math.sin(angle);
            }
        }
        Tensor x = device.floats(waves, times.length, WAVES);
        return second.forward(torch.silu(first.forward(x, Gate.CLOSED)), Gate.CLOSED);
    }
}
