package org.cumae.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/// Repeats measurements in turns, so that what else the machine does meets all of them, and keeps
/// the median of each.
///
/// @param runs how many count, after one that warms up
/// @param most no further turn begins after so long; on a busy machine fewer runs count, and in the
///   end the first one does
record Timing(int runs, Duration most) {
    /// @return the median of each measurement, in their order
    List<Double> medians(List<? extends DoubleSupplier> measurements) {
        long end = System.nanoTime() + most.toNanos();
        List<List<Double>> turns = new ArrayList<>();
        while (turns.isEmpty() || turns.size() <= runs && System.nanoTime() < end) {
            turns.add(measurements.stream().map(DoubleSupplier::getAsDouble).toList());
        }
        List<List<Double>> counted = turns.subList(turns.size() > 1 ? 1 : 0, turns.size());
        List<Double> medians = new ArrayList<>();
        for (int i = 0; i < measurements.size(); i++) {
            int each = i;
            medians.add(median(counted.stream().map(turn -> turn.get(each)).sorted().toList()));
        }
        return medians;
    }

    private static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
