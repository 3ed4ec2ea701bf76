package org.cumae.train.series;

import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.torch.Ops;

/// Brings segments to mean 0 and deviation 1, and back.
///
/// @param mean `[windows, segments or 1, 1]`
/// @param deviation same
record Scale(Tensor mean, Tensor deviation) {
    private static final double LEAST_VARIANCE = 1e-5; // in values that were scaled before

    /// The scale of segments.
    ///
    /// @param segments `[windows, segments, values]`
    static Scale of(Tensor segments, Scaling scaling) {
        return switch (scaling) {
            case WINDOW -> {
                Tensor all = segments.flatten(1, 2).unsqueeze(1); // [windows, 1, values of all]
                Tensor mean = mean(all);
                yield new Scale(mean, deviation(mean(all.sub(mean).square())));
            }
            case LOOKBACK -> {
                Tensor mean = mean(segments).cumsum(1).div(counts(segments));
                Tensor squares = mean(segments.square()).cumsum(1).div(counts(segments));
                yield new Scale(mean, deviation(squares.sub(mean.square()).relu()));
            }
        };
    }

    private static Tensor counts(Tensor segments) {
        return torch.arange(Ops.scalar(1), Ops.scalar((double) segments.size(1) + 1))
                .to(segments.scalar_type())
                .view(1, segments.size(1), 1);
    }

    private static Tensor mean(Tensor x) {
        long[] last = {2};
        return torch.sum(x, last, true, new ScalarTypeOptional())
                .div(Ops.scalar((double) x.size(2)));
    }

    private static Tensor deviation(Tensor variance) {
        return variance.add(Ops.scalar(LEAST_VARIANCE)).sqrt();
    }

    /// That of the last segment.
    Scale last() {
        long count = mean.size(1);
        return new Scale(mean.narrow(1, count - 1, 1), deviation.narrow(1, count - 1, 1));
    }

    /// Segments at mean 0 and deviation 1.
    Tensor to(Tensor segments) {
        return segments.sub(mean).div(deviation);
    }

    /// The segments of such ones.
    Tensor back(Tensor scaled) {
        return scaled.mul(deviation).add(mean);
    }
}
