package org.cumae.train.series;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

import java.util.stream.IntStream;

/// How far rolled forecasts were from what came, over all windows of all channels, in their scaled
/// values.
///
/// @param horizon how many values were forecast
/// @param mse mean squared error
/// @param mae mean absolute error
public record RollingScores(int horizon, double mse, double mae) {
    private static final int AT_ONCE = 512;

    /// Of a horizon, over the windows whose horizon lies within some values, as tables of long
    /// forecasts have it.
    ///
    /// @param from where the first forecast value may lie
    /// @param to one past the last
    /// @param every how many values apart forecasts begin
    /// @param horizon how many values each forecasts
    /// @throws IllegalArgumentException if there is no such window
    public static RollingScores of(
            Rolling rolling, Channels channels, int from, int to, int every, int horizon) {
        int context = rolling.context();
        Channels.Windows windows =
                Channels.Windows.within(from - context, to, context + horizon, every);
        int count = channels.count(windows);
        double squares = 0;
        double absolute = 0;
        for (int first = 0; first < count; first += AT_ONCE) {
            int[] numbers = IntStream.range(first, Math.min(count, first + AT_ONCE)).toArray();
            try (var _ = new PointerScope();
                    var _ = new NoGradGuard()) {
                Tensor all = channels.of(windows, numbers);
                int[] starts = channels.starts(windows, numbers);
                Tensor said =
                        rolling.roll(
                                all.narrow(1, 0, context).contiguous(),
                                channels.clock(),
                                starts,
                                horizon);
                Tensor apart = said.sub(all.narrow(1, context, horizon));
                squares += apart.square().sum().item_double();
                absolute += apart.abs().sum().item_double();
            }
        }
        double terms = (double) count * horizon;
        return new RollingScores(horizon, squares / terms, absolute / terms);
    }
}
