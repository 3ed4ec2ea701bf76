package org.cumae.series;

import org.cumae.Check;

import java.util.stream.IntStream;

/// What is known beside a series, at its times and as far ahead as it is: a temperature, a price, 1
/// on holidays. Immutable.
public final class Regressor {
    private final String name;
    private final double[] values;

    /// Copies the values.
    ///
    /// @param name which
    /// @param values from the first time of the series on, also behind its end; NaN where unknown
    /// @throws IllegalArgumentException if one is infinite, naming which
    public Regressor(String name, double... values) {
        for (int i = 0; i < values.length; i++) {
            Check.argument(
                    !Double.isInfinite(values[i]), "value %d of regressor %s is infinite", i, name);
        }
        this.name = name;
        this.values = values.clone();
    }

    /// Which.
    public String name() {
        return name;
    }

    /// How many values, those ahead too.
    public int length() {
        return values.length;
    }

    /// A value; NaN where unknown, and from where it is not known on.
    ///
    /// @param index from 0, the first time of the series
    public double value(int index) {
        return index < values.length ? values[index] : Double.NaN;
    }

    /// The mean and the deviation of the known values before an end; a deviation of 1 where they
    /// are all the same.
    ///
    /// @throws IllegalArgumentException if none is known
    Normal spread(int end) {
        double[] known =
                IntStream.range(0, Math.min(end, values.length))
                        .mapToDouble(i -> values[i])
                        .filter(value -> !Double.isNaN(value))
                        .toArray();
        Check.argument(known.length > 0, "regressor %s has no known value", name);
        double mean = IntStream.range(0, known.length).mapToDouble(i -> known[i]).sum();
        mean /= known.length;
        double squares = 0;
        for (double value : known) {
            squares += (value - mean) * (value - mean);
        }
        double deviation = Math.sqrt(squares / known.length);
        return new Normal(mean, deviation > 0 ? deviation : 1);
    }

    @Override
    public String toString() {
        return "regressor %s, %d values".formatted(name, values.length);
    }
}
