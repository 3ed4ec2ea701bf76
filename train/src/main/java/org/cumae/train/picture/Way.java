package org.cumae.train.picture;

import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.picture.FlowManner;
import org.cumae.torch.Ops;

/// Values on their way from noise, see [org.cumae.flow].
///
/// @param noised `[values, width]`
/// @param velocity noise less value, same shape
record Way(Tensor noised, Tensor velocity) {
    /// With noise that is drawn.
    ///
    /// @param values `[values, width]`
    /// @param time of each, `[values]`
    static Way of(Tensor values, float[] time, Generator drawing) {
        Tensor noise = normal(drawing, values.sizes().vec().get());
        Tensor at = Tensor.create(time, time.length, 1);
        return new Way(
                values.mul(at.neg().add(Ops.scalar(1))).add(noise.mul(at)), noise.sub(values));
    }

    /// By how much the velocity is missed: squares added up, as a mean over the width.
    Tensor missed(Tensor said) {
        return said.sub(velocity).square().sum().div(Ops.scalar((double) velocity.size(1)));
    }

    /// Times as a manner has them drawn, `[count]`.
    static float[] times(FlowManner manner, int count, Generator drawing) {
        return Ops.floats(
                switch (manner.times()) {
                    case UNIFORM -> uniform(drawing, count);
                    case LOGIT_NORMAL -> normal(drawing, count).sigmoid();
                });
    }

    /// The time of each value.
    ///
    /// @param times of parts
    /// @param part of each value
    static float[] each(float[] times, int... part) {
        float[] all = new float[part.length];
        for (int i = 0; i < part.length; i++) {
            all[i] = times[part[i]];
        }
        return all;
    }

    static Tensor uniform(Generator drawing, long... shape) {
        return torch.empty(shape).uniform_(0, 1, new GeneratorOptional(drawing));
    }

    static Tensor normal(Generator drawing, long... shape) {
        return torch.empty(shape).normal_(0, 1, new GeneratorOptional(drawing));
    }
}
