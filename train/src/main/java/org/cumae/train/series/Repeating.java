package org.cumae.train.series;

import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.series.Series;
import org.cumae.torch.Ops;

import java.util.Collections;

/// Says the last season again and again; with a season of one value, the last value.
///
/// @param period how many values a season has
public record Repeating(int period) implements Rolling {
    /// Checks the season.
    public Repeating {
        Check.argument(period > 0, "the period is %d; it must be 1 or more", period);
    }

    @Override
    public int context() {
        return period;
    }

    @Override
    public Tensor roll(Tensor windows, Series clock, int[] starts, int horizon) {
        int times = Math.ceilDiv(horizon, period);
        return Ops.cat(Collections.nCopies(times, windows), 1).narrow(1, 0, horizon);
    }
}
