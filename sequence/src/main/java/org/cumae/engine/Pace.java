package org.cumae.engine;

/// What a pass costs on this machine: a line `a + b rows` through the latest passes, the older ones
/// counting less and less.
final class Pace {
    private static final double MEMORY = 0.97; // about 30 passes
    private double weight;
    private double rows;
    private double nanos;
    private double rowsSquared;
    private double rowsNanos;

    /// A pass of so many rows took so long.
    void learn(int fed, long took) {
        weight = MEMORY * weight + 1;
        rows = MEMORY * rows + fed;
        nanos = MEMORY * nanos + took;
        rowsSquared = MEMORY * rowsSquared + (double) fed * fed;
        rowsNanos = MEMORY * rowsNanos + (double) fed * took;
    }

    /// Nanoseconds that each further row costs.
    double perRow() {
        double spread = weight * rowsSquared - rows * rows;
        double slope = spread > 1e-9 ? (weight * rowsNanos - rows * nanos) / spread : 0;
        return slope > 0 ? slope : rows == 0 ? 0 : nanos / rows;
    }

    /// How many rows more fit into a time, if it is known what a row costs.
    int rowsWithin(long time, int most) {
        double each = perRow();
        return each * most <= time ? most : (int) (time / each);
    }
}
