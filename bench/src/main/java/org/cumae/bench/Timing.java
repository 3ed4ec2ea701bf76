package org.cumae.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/// Repeats measurements in turns, so that what else the machine does meets all of them, and keeps
/// the median of each.
///
/// @param warm turns that begin before so long has passed do not count: a JVM compiles meanwhile
/// @param runs how many count after that
/// @param most no further turn begins after so long; on a busy machine fewer runs count, and in the
///   end the last one that warmed up does
record Timing(Duration warm, int runs, Duration most) {
    /// @return the median of each measurement, in their order
    List<Double> medians(List<? extends DoubleSupplier> measurements) {
        long begin = System.nanoTime();
        List<Double> last = turn(measurements);
        while (System.nanoTime() - begin < warm.toNanos()) {
            last = turn(measurements);
        }
        List<List<Double>> counted = new ArrayList<>();
        while (counted.size() < runs && System.nanoTime() - begin < most.toNanos()) {
            counted.add(turn(measurements));
        }
        if (counted.isEmpty()) {
            counted.add(last);
        }
        List<Double> medians = new ArrayList<>();
        for (int i = 0; i < measurements.size(); i++) {
            int each = i;
            medians.add(median(counted.stream().map(turn -> turn.get(each)).sorted().toList()));
        }
        return medians;
    }

    private static List<Double> turn(List<? extends DoubleSupplier> measurements) {
        return measurements.stream().map(DoubleSupplier::getAsDouble).toList();
    }

    private static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
