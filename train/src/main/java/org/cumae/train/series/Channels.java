package org.cumae.train.series;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cumae.Check;
import org.cumae.series.Series;
import org.cumae.torch.Ops;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Series of the same times side by side, each brought to mean 0 and deviation 1 by what is known
/// in a part of it: what comes later takes no part.
///
/// A window is a stretch of one of them; windows are numbered series by series.
public final class Channels implements AutoCloseable {
    private final Series clock;
    private final int count;
    private final int length;
    private final Tensor values; // [count * length]

    /// A stretch of all channels.
    ///
    /// @param length of windows
    /// @param first where the first begins
    /// @param each how many begin in each channel
    /// @param every how many values apart
    public record Windows(int length, int first, int each, int every) {
        /// All windows within `[from, to)`.
        ///
        /// @throws IllegalArgumentException if there is none
        public static Windows within(int from, int to, int length, int every) {
            Check.argument(
                    from >= 0 && to - from >= length,
                    "values [%d, %d) hold no window of %d; give a longer series, or take shorter"
                            + " segments or fewer of them",
                    from,
                    to,
                    length);
            return new Windows(length, from, (to - from - length) / every + 1, every);
        }
    }

    /// Takes series that begin together. Unknown values lie on the line between their neighbours.
    ///
    /// @param known how many values of each their mean and deviation are taken from
    /// @throws IllegalArgumentException if there is none, they are not equally long, or one is
    ///   constant
    public Channels(List<Series> all, int known) {
        Check.argument(!all.isEmpty(), "there is no series");
        this.clock = all.getFirst();
        this.count = all.size();
        this.length = clock.length();
        List<Tensor> rows = new ArrayList<>();
        try (var _ = new PointerScope()) {
            for (Series series : all) {
                Check.argument(
                        series.length() == length && series.start().equals(clock.start()),
                        "series %s has %d values from %s, and %s %d from %s; give them the same"
                                + " times",
                        series.name(),
                        series.length(),
                        series.start(),
                        clock.name(),
                        length,
                        clock.start());
                rows.add(scaled(series.filled(), known));
            }
            values = Ops.cat(rows, 0).retainReference();
        }
    }

    private static Tensor scaled(Series series, int known) {
        double[] learned = Arrays.copyOf(series.values(), known);
        Check.argument(
                Arrays.stream(learned).distinct().count() > 1,
                "series %s is %s everywhere; there is nothing to learn, so take model naive",
                series.name(),
                learned[0]);
        double mean = Arrays.stream(learned).average().orElseThrow();
        double squares = Arrays.stream(learned).map(v -> (v - mean) * (v - mean)).sum();
        double deviation = Math.sqrt(squares / known);
        float[] scaled = new float[series.length()];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) ((series.value(i) - mean) / deviation);
        }
        return Tensor.create(scaled, scaled.length);
    }

    /// Tells the times of places.
    public Series clock() {
        return clock;
    }

    /// How many windows there are of a kind.
    public int count(Windows windows) {
        return count * windows.each();
    }

    /// Where windows begin on the clock.
    int[] starts(Windows windows, int... numbers) {
        int[] starts = new int[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            starts[i] = windows.first() + numbers[i] % windows.each() * windows.every();
        }
        return starts;
    }

    /// Some windows, `[numbers, length]`. Needs an open scope.
    Tensor of(Windows windows, int... numbers) {
        int[] starts = starts(windows, numbers);
        int[] at = new int[numbers.length * windows.length()];
        for (int i = 0; i < at.length; i++) {
            int window = i / windows.length();
            int channel = numbers[window] / windows.each();
            at[i] = channel * length + starts[window] + i % windows.length();
        }
        return values.index_select(0, Ops.ids(at)).view(numbers.length, windows.length());
    }

    @Override
    public void close() {
        values.close();
    }
}
