package org.cumae.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/// Repeats a measurement and keeps its median.
///
/// @param runs how many count, after one that warms up
/// @param most no further run begins after so long; on a busy machine fewer runs count, and in the
///   end the first one does
record Timing(int runs, Duration most) {
    double median(DoubleSupplier measurement) {
        long end = System.nanoTime() + most.toNanos();
        List<Double> values = new ArrayList<>();
        while (values.isEmpty() || values.size() <= runs && System.nanoTime() < end) {
            values.add(measurement.getAsDouble());
        }
        List<Double> counted = values.subList(values.size() > 1 ? 1 : 0, values.size());
        List<Double> sorted = counted.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
