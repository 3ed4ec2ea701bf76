package org.cumae.series;

import org.cumae.Check;

import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/// Values at even times; NaN where one is not known. Immutable.
public final class Series {
    private final String name;
    private final LocalDateTime start;
    private final Cadence cadence;
    private final double[] values;

    /// Copies the values.
    ///
    /// @param name which series
    /// @param start the time of the first value
    /// @param cadence how far values are apart
    /// @param values at least one; NaN where unknown
    /// @throws IllegalArgumentException if there is none, or one is infinite, naming where
    public Series(String name, LocalDateTime start, Cadence cadence, double... values) {
        Check.argument(values.length > 0, "series %s has no values", name);
        for (int i = 0; i < values.length; i++) {
            Check.argument(
                    !Double.isInfinite(values[i]),
                    "series %s is infinite at %s; give a number, or leave it out",
                    name,
                    cadence.after(start, i));
        }
        this.name = name;
        this.start = start;
        this.cadence = cadence;
        this.values = values.clone();
    }

    /// Which series.
    public String name() {
        return name;
    }

    /// The time of the first value.
    public LocalDateTime start() {
        return start;
    }

    /// How far values are apart.
    public Cadence cadence() {
        return cadence;
    }

    /// How many values, the unknown ones too.
    public int length() {
        return values.length;
    }

    /// A value; NaN where unknown.
    public double value(int index) {
        return values[index];
    }

    /// All values, a copy.
    public double[] values() {
        return values.clone();
    }

    /// The time of a value, behind the last one too.
    public LocalDateTime time(int index) {
        return cadence.after(start, index);
    }

    /// Whether a value is known.
    public boolean isKnown(int index) {
        return !Double.isNaN(values[index]);
    }

    /// How many values are not known.
    public int unknown() {
        return Math.toIntExact(DoubleStream.of(values).filter(Double::isNaN).count());
    }

    /// The values `[from, to)`.
    public Series part(int from, int to) {
        Check.argument(
                0 <= from && from < to && to <= values.length,
                "part [%d, %d) of series %s, which has %d values",
                from,
                to,
                name,
                values.length);
        return new Series(name, time(from), cadence, Arrays.copyOfRange(values, from, to));
    }

    /// The same times with other values.
    public Series with(double... others) {
        Check.argument(
                others.length == values.length,
                "%d values for the %d times of series %s",
                others.length,
                values.length,
                name);
        return new Series(name, start, cadence, others);
    }

    /// The same with unknown values on the straight line between their known neighbours; those
    /// before the first and after the last known one are as it is.
    ///
    /// @throws IllegalArgumentException if no value is known
    public Series filled() {
        double[] whole = values.clone();
        int last = -1;
        for (int i = 0; i < whole.length; i++) {
            if (Double.isNaN(whole[i])) {
                continue;
            }
            for (int gap = last + 1; gap < i; gap++) {
                double share = last < 0 ? 1 : (double) (gap - last) / (i - last);
                whole[gap] = last < 0 ? whole[i] : whole[last] + share * (whole[i] - whole[last]);
            }
            last = i;
        }
        Check.argument(last >= 0, "series %s has no known value", name);
        Arrays.fill(whole, last + 1, whole.length, whole[last]);
        return with(whole);
    }

    @Override
    public String toString() {
        return "%s, %d values every %s from %s"
                .formatted(name, values.length, cadence.words(), start);
    }
}
