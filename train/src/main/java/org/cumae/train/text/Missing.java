package org.cumae.train.text;

import org.cumae.Check;
import org.cumae.noise.Noise;
import org.cumae.train.Batches;
import org.cumae.train.text.Windows.WindowBatch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Which tokens of windows are missing, to be predicted from the others.
///
/// The share is uniform in an interval and the same for all windows of a batch. The shares of
/// following batches are spread evenly over the interval by steps of the golden ratio, which is
/// what drawing them from slices of it does for the variance of the gradient. In the first batches
/// the interval grows from a small share on.
///
/// @param from the smallest share of a window, in (0, 1)
/// @param to the largest share, in (0, 1)
/// @param spans in what share of windows the missing tokens lie side by side; elsewhere anywhere
/// @param ramp batches in which the interval grows
public record Missing(double from, double to, double spans, long ramp) {
    private static final double FIRST = 0.15; // as masked language models began
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException naming the value and its range
    public Missing {
        Check.argument(
                0 < from && from <= to && to < 1,
                "the missing share is from %s to %s; both must lie in (0, 1), the smaller one first",
                from,
                to);
        Check.argument(spans >= 0 && spans <= 1, "spans is %s; it must lie in [0, 1]", spans);
        Check.argument(ramp >= 0, "ramp is %d; it must be 0 or more", ramp);
    }

    /// Always the same share, anywhere.
    public static Missing share(double share) {
        return new Missing(share, share, 0, 0);
    }

    /// The same from the first batch on.
    public Missing withoutRamp() {
        return new Missing(from, to, spans, 0);
    }

    /// Takes tokens away from windows.
    ///
    /// @param seed which
    public Batches<MissingBatch> of(Batches<WindowBatch> windows, long seed) {
        return number -> {
            WindowBatch batch = windows.at(number);
            int count = count(number, batch.length(), Noise.of(seed, 0).uniform(0));
            boolean[] missing = new boolean[batch.rows() * batch.length()];
            for (int row = 0; row < batch.rows(); row++) {
                Noise noise = Noise.of(seed, 1).at(number).at(row);
                int first = row * batch.length();
                chosen(noise, count, batch.length())
                        .forEach(place -> missing[first + place] = true);
            }
            return new MissingBatch(batch, missing, count);
        };
    }

    private int count(long number, int length, double phase) {
        double grown = ramp == 0 ? 1 : Math.min(1, (double) number / ramp);
        double low = FIRST + (from - FIRST) * grown;
        double high = FIRST + (to - FIRST) * grown;
        double place = (phase + GOLDEN * number) % 1;
        return Math.clamp(Math.round(length * (low + (high - low) * place)), 1, length);
    }

    private IntStream chosen(Noise noise, int count, int length) {
        if (noise.at(0).uniform(0) < spans) {
            int begin = (int) (noise.at(0).uniform(1) * (length - count + 1));
            return IntStream.range(begin, begin + count);
        }
        Noise keys = noise.at(1);
        return IntStream.range(0, length)
                .boxed()
                .sorted(Comparator.comparingLong((Integer place) -> keys.bits(place)))
                .limit(count)
                .mapToInt(Integer::intValue);
    }

    /// Windows of which tokens are missing. The last token of each window, which only next-token
    /// prediction needs, is not used.
    ///
    /// @param windows whose
    /// @param missing which of the first `length` tokens of each, `[rows * length]`
    /// @param count how many in each window
    public record MissingBatch(WindowBatch windows, boolean[] missing, int count) {
        /// The same of parts of the windows, at most so many.
        List<MissingBatch> parts(int most) {
            List<MissingBatch> parts = new ArrayList<>();
            int from = 0;
            for (WindowBatch part : windows.parts(most)) {
                int to = from + part.rows() * windows.length();
                parts.add(new MissingBatch(part, Arrays.copyOfRange(missing, from, to), count));
                from = to;
            }
            return parts;
        }

        /// The token at a place of a window.
        int id(int row, int place) {
            return windows.ids()[row * (windows.length() + 1) + place];
        }

        boolean isMissing(int row, int place) {
            return missing[row * windows.length() + place];
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof MissingBatch(WindowBatch theirs, boolean[] those, int many)
                    && windows.equals(theirs)
                    && Arrays.equals(missing, those)
                    && count == many;
        }

        @Override
        public int hashCode() {
            return 31 * windows.hashCode() + Arrays.hashCode(missing);
        }
    }
}
