package org.cumae.reproduce.speculative;

import java.util.List;

/// A mean and how sure it is.
///
/// @param value the mean
/// @param error its standard error
record Mean(double value, double error) {
    static Mean of(List<Double> values) {
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
        int n = values.size();
        return new Mean(mean, n < 2 ? Double.POSITIVE_INFINITY : Math.sqrt(squares / (n - 1) / n));
    }

    /// Whether another mean is the same within some standard errors of their difference.
    boolean agrees(Mean other, double errors) {
        return Math.abs(value - other.value) <= errors * Math.hypot(error, other.error);
    }

    /// Whether it is no smaller than another one, within some standard errors of their difference.
    boolean reaches(Mean other, double errors) {
        return value >= other.value - errors * Math.hypot(error, other.error);
    }
}
