package org.cumae.train.series;

import org.bytedeco.pytorch.Tensor;
import org.cumae.series.Series;

/// Forecasts many windows at once, segment after segment, each from what it has just said.
public interface Rolling {
    /// How many values it looks back on.
    int context();

    /// What follows windows. Needs an open scope.
    ///
    /// @param windows `[windows, context]`
    /// @param clock tells the times of places
    /// @param starts where on the clock each window begins
    /// @param horizon how many values
    /// @return `[windows, horizon]`
    Tensor roll(Tensor windows, Series clock, int[] starts, int horizon);
}
