package org.cumae.reproduce.backbone;

import org.cumae.Check;
import org.cumae.noise.Noise;
import org.cumae.psi.Raster;
import org.cumae.train.Batches;
import org.cumae.train.text.AskedTokens.Questions;
import org.cumae.unit.picture.PictureSet;

import java.util.List;
import java.util.stream.IntStream;

/// Handwritten digits, one brightness after another, row of pixels by row; at the end the class is
/// to be said.
final class LongSignal {
    private static final int SHADES = 16;

    private final List<int[]> signals;
    private final List<Integer> labels;
    private final int classes;

    /// @param set the pictures
    /// @param scale pixels to a side that are one brightness
    LongSignal(PictureSet set, int scale) {
        this.signals = set.pictures().stream().map(picture -> signal(picture, scale)).toList();
        this.labels = set.labels();
        this.classes = set.classes().size();
    }

    private static int[] signal(Raster picture, int scale) {
        int rows = picture.rows() / scale;
        int columns = picture.columns() / scale;
        Check.argument(rows > 0 && columns > 0, "%s has no squares of %d", picture, scale);
        int[] signal = new int[rows * columns];
        for (int cell = 0; cell < signal.length; cell++) {
            double sum = 0;
            for (int part = 0; part < scale * scale; part++) {
                int y = cell / columns * scale + part / scale;
                int x = cell % columns * scale + part % scale;
                sum += picture.at(y, x, 0);
            }
            double mean = sum / (scale * scale);
            signal[cell] = Math.clamp((int) (mean * SHADES), 0, SHADES - 1);
        }
        return signal;
    }

    /// How many ids there are: the shades, and behind them the classes.
    int vocabulary() {
        return SHADES + classes;
    }

    /// Rows of a signal.
    int rows() {
        return signals.getFirst().length;
    }

    /// How many signals.
    int size() {
        return signals.size();
    }

    /// Signals by chance, endlessly.
    Batches<Questions> questions(int sequences, long seed) {
        return number -> {
            Noise noise = Noise.of(seed, number);
            return of(
                    IntStream.range(0, sequences)
                            .map(i -> (int) (noise.uniform(i) * size()))
                            .toArray());
        };
    }

    /// Some signals.
    Questions of(int... chosen) {
        int[] ids = IntStream.of(chosen).flatMap(i -> IntStream.of(signals.get(i))).toArray();
        int[] wanted = IntStream.of(chosen).map(i -> SHADES + labels.get(i)).toArray();
        return new Questions(ids, rows(), new int[] {rows() - 1}, wanted);
    }
}
