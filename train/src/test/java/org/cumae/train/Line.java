package org.cumae.train;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.noise.Noise;
import org.cumae.torch.Ops;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Learns `y = slope x + shift` from points; the smallest learner there is.
final class Line implements Learner<float[]>, AutoCloseable {
    final Tensor slope = torch.zeros(1, 1);
    final Tensor shift = torch.zeros(1);
    int saves;

    /// Points on the line `y = 3 x - 1`: `x, y, x, y, ...`.
    static float[] points(long number, int count) {
        Noise noise = Noise.of(7, number);
        float[] points = new float[2 * count];
        for (int i = 0; i < count; i++) {
            points[2 * i] = (float) noise.gaussian(i);
            points[2 * i + 1] = 3 * points[2 * i] - 1;
        }
        return points;
    }

    @Override
    public List<Tensor> weights() {
        return List.of(slope, shift);
    }

    @Override
    public Loss loss(float[] batch, Optional<Generator> chance) {
        Tensor points = Tensor.create(batch, batch.length / 2, 2);
        Tensor x = points.narrow(1, 0, 1);
        Tensor y = points.narrow(1, 1, 1);
        Tensor seen =
                chance.map(drawing -> x.mul(Ops.coins(x, 0.75, drawing).div(Ops.scalar(0.75))))
                        .orElse(x)
                        .mul(slope);
        return new Loss(seen.add(shift).sub(y).square().sum(), batch.length / 2);
    }

    @Override
    public void save(Path folder) {
        saves++;
    }

    @Override
    public void close() {
        slope.close();
        shift.close();
    }
}
