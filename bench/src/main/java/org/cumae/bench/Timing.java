package org.cumae.bench;

import java.util.Arrays;
import java.util.function.DoubleSupplier;

/// Repeats a measurement and keeps its median.
final class Timing {
    private Timing() {}

    static double median(int runs, DoubleSupplier measurement) {
        double[] values = new double[runs];
        for (int i = 0; i < runs; i++) {
            values[i] = measurement.getAsDouble();
        }
        Arrays.sort(values);
        return runs % 2 == 1 ? values[runs / 2] : (values[runs / 2 - 1] + values[runs / 2]) / 2;
    }
}
