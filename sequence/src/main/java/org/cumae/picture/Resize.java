package org.cumae.picture;

import org.cumae.Check;

import java.util.Arrays;

/// A square grid of vectors brought to another side, the same weights along both axes.
///
/// @param weights `[to][from]`
@SuppressWarnings("ArrayRecordComponent") // made once, never written to
record Resize(double[][] weights) {
    private static final double SHARPNESS = -0.75; // of the cubic, as libtorch has it

    /// The mean of the cells that a new one touches: adaptive average pooling.
    static Resize pool(int from, int to) {
        Check.argument(to <= from, "a grid of side %d is pooled to side %d; give less", from, to);
        double[][] weights = new double[to][from];
        for (int i = 0; i < to; i++) {
            int begin = i * from / to;
            int end = Math.ceilDiv((i + 1) * from, to);
            for (int j = begin; j < end; j++) {
                weights[i][j] = 1.0 / (end - begin);
            }
        }
        return new Resize(weights);
    }

    /// Cubic interpolation between the middles of cells, without smoothing; beyond the edge lies
    /// what is at the edge.
    static Resize cubic(int from, int to) {
        double[][] weights = new double[to][from];
        for (int i = 0; i < to; i++) {
            double at = (i + 0.5) * from / to - 0.5;
            int floor = (int) Math.floor(at);
            for (int tap = floor - 1; tap <= floor + 2; tap++) {
                weights[i][Math.clamp(tap, 0, from - 1)] += cubic(Math.abs(at - tap));
            }
        }
        return new Resize(weights);
    }

    private static double cubic(double away) {
        double a = SHARPNESS;
        if (away <= 1) {
            return ((a + 2) * away - (a + 3)) * away * away + 1;
        }
        return away < 2 ? ((away - 5) * away + 8) * a * away - 4 * a : 0;
    }

    /// @param grid `[from * from * width]`
    /// @return `[to * to * width]`
    float[] of(float[] grid, int width) {
        int to = weights.length;
        int from = weights[0].length;
        double[] wide = new double[to * from * width]; // rows done
        for (int i = 0; i < to; i++) {
            for (int j = 0; j < from; j++) {
                double weight = weights[i][j];
                if (weight != 0) {
                    for (int k = 0; k < from * width; k++) {
                        wide[i * from * width + k] += weight * grid[j * from * width + k];
                    }
                }
            }
        }
        float[] done = new float[to * to * width];
        double[] sum = new double[width];
        for (int y = 0; y < to; y++) {
            for (int x = 0; x < to; x++) {
                Arrays.fill(sum, 0);
                for (int j = 0; j < from; j++) {
                    double weight = weights[x][j];
                    if (weight != 0) {
                        for (int c = 0; c < width; c++) {
                            sum[c] += weight * wide[(y * from + j) * width + c];
                        }
                    }
                }
                for (int c = 0; c < width; c++) {
                    done[(y * to + x) * width + c] = (float) sum[c];
                }
            }
        }
        return done;
    }
}
