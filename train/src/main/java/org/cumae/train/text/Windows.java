package org.cumae.train.text;

import org.cumae.noise.Noise;
import org.cumae.train.Batches;
import org.cumae.train.TrainingException;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Cuts a line of tokens into windows of one length.
public final class Windows {
    private Windows() {}

    /// For training: each epoch visits the whole line once, its windows in an order of its own and
    /// cut at places of its own.
    ///
    /// @param tokens the line
    /// @param rows windows in a batch
    /// @param length tokens predicted in a window
    /// @param seed where the orders come from
    /// @throws TrainingException if the line is too short for two windows
    public static Batches<WindowBatch> shuffled(int[] tokens, int rows, int length, long seed) {
        int windows = (tokens.length - 1) / length - 1; // one less, so that all phases have as many
        if (windows < 1) {
            throw new TrainingException(
                    "the text for training holds %,d tokens; windows of %d need at least %,d. Give a"
                                    .formatted(tokens.length, length, 2 * length + 1)
                            + " longer text or a shorter window");
        }
        return new Shuffled(tokens, rows, length, seed, windows);
    }

    /// For held-out data: windows side by side from the start, each token predicted once.
    ///
    /// @param tokens the line
    /// @param rows windows in a batch; the last batch may hold fewer
    /// @param length tokens predicted in a window
    /// @throws TrainingException if the line is too short for one window
    public static Batches<WindowBatch> inOrder(int[] tokens, int rows, int length) {
        int windows = count(tokens, length);
        if (windows < 1) {
            throw new TrainingException(
                    "the held-out text holds %,d tokens; a window of %d needs %,d. Give a longer"
                                    .formatted(tokens.length, length, length + 1)
                            + " text, a larger held-out share or a shorter window");
        }
        return number -> {
            int first = Math.toIntExact(number % batches(tokens, rows, length)) * rows;
            int last = Math.min(first + rows, windows);
            int[] starts = IntStream.range(first, last).map(window -> window * length).toArray();
            return WindowBatch.cut(tokens, starts, length);
        };
    }

    /// How many batches hold all windows of a line in order.
    public static int batches(int[] tokens, int rows, int length) {
        return (count(tokens, length) + rows - 1) / rows;
    }

    private static int count(int[] tokens, int length) {
        return (tokens.length - 1) / length;
    }

    private static final class Shuffled implements Batches<WindowBatch> {
        private final int[] tokens;
        private final int rows;
        private final int length;
        private final long seed;
        private final int windows;
        private long epoch = -1;
        private int[] starts = {};

        Shuffled(int[] tokens, int rows, int length, long seed, int windows) {
            this.tokens = tokens;
            this.rows = rows;
            this.length = length;
            this.seed = seed;
            this.windows = windows;
        }

        @Override
        public WindowBatch at(long number) {
            int[] chosen = new int[rows];
            for (int row = 0; row < rows; row++) {
                long window = number * rows + row;
                chosen[row] = starts(window / windows)[(int) (window % windows)];
            }
            return WindowBatch.cut(tokens, chosen, length);
        }

        private int[] starts(long wanted) {
            if (wanted != epoch) {
                epoch = wanted;
                Noise noise = Noise.of(seed, wanted);
                int phase = (int) (noise.uniform(0) * length);
                starts = IntStream.range(0, windows).map(w -> phase + w * length).toArray();
                noise.shuffle(starts);
            }
            return starts;
        }
    }

    /// Windows of a line: each token predicts the one behind it.
    ///
    /// @param ids `rows * (length + 1)`, one window after another
    /// @param rows how many
    /// @param length tokens predicted in each
    public record WindowBatch(int[] ids, int rows, int length) {
        private static WindowBatch cut(int[] tokens, int[] starts, int length) {
            int[] ids = new int[starts.length * (length + 1)];
            for (int row = 0; row < starts.length; row++) {
                System.arraycopy(tokens, starts[row], ids, row * (length + 1), length + 1);
            }
            return new WindowBatch(ids, starts.length, length);
        }

        /// The windows `[from, to)`.
        WindowBatch part(int from, int to) {
            int each = length + 1;
            return new WindowBatch(
                    Arrays.copyOfRange(ids, from * each, to * each), to - from, length);
        }

        /// All windows in parts of about equal size, at most so many.
        List<WindowBatch> parts(int most) {
            int count = Math.min(most, rows);
            return IntStream.range(0, count)
                    .mapToObj(i -> part(i * rows / count, (i + 1) * rows / count))
                    .toList();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof WindowBatch(int[] otherIds, int otherRows, int otherLength)
                    && Arrays.equals(ids, otherIds)
                    && rows == otherRows
                    && length == otherLength;
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(ids);
        }
    }
}
