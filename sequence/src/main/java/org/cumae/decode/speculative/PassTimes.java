package org.cumae.decode.speculative;

import org.cumae.Check;
import org.cumae.engine.Engine;
import org.cumae.model.Context;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Want;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// `T(n)`: how long a pass of `n` rows takes. Between what was measured it is a straight line, and
/// beyond it goes on as the last line does, but never falls.
///
/// @param seconds by rows; not empty, all positive
public record PassTimes(NavigableMap<Integer, Double> seconds) {
    /// Copies the map.
    ///
    /// @throws IllegalArgumentException if it is empty, or a number is not positive
    public PassTimes {
        seconds = Collections.unmodifiableNavigableMap(new TreeMap<>(seconds));
        Check.argument(!seconds.isEmpty(), "no pass was timed; time one of 1 row at least");
        seconds.forEach(
                (rows, time) ->
                        Check.argument(
                                rows > 0 && time > 0,
                                "a pass of %d rows takes %s s; both must be positive",
                                rows,
                                time));
    }

    /// Measures passes of an engine that does nothing else: the median of several for each size.
    ///
    /// @param engine whose model is timed
    /// @param prompt what each pass comes after
    /// @param rows the sizes
    /// @param repeats how many passes of each size
    public static PassTimes measure(Engine engine, Tokens prompt, List<Integer> rows, int repeats) {
        NavigableMap<Integer, Double> seconds = new TreeMap<>();
        try (Context context = engine.open()) {
            context.ask(Query.feed(prompt));
            for (int n : rows) {
                time(context, prompt, n); // the first of a size may make room
                double[] times =
                        IntStream.range(0, repeats)
                                .mapToDouble(_ -> time(context, prompt, n))
                                .sorted()
                                .toArray();
                seconds.put(n, times[times.length / 2]);
            }
        }
        return new PassTimes(seconds);
    }

    private static double time(Context context, Tokens prompt, int rows) {
        int[] ids = new int[rows];
        Arrays.fill(ids, prompt.last());
        Query query =
                Query.feed(Tokens.of(ids))
                        .wanting(
                                IntStream.range(0, rows)
                                        .mapToObj(row -> new Want.Best(row, 1))
                                        .toList());
        long begin = System.nanoTime();
        context.ask(query);
        long nanos = System.nanoTime() - begin;
        context.truncate(prompt.size());
        return nanos / 1e9;
    }

    /// The time of a pass.
    ///
    /// @param rows how many rows, 1 or more; a mean may lie between two numbers
    public double of(double rows) {
        Map.Entry<Integer, Double> below = seconds.floorEntry((int) Math.floor(rows));
        Map.Entry<Integer, Double> above = seconds.ceilingEntry((int) Math.ceil(rows));
        if (below == null) {
            return seconds.firstEntry().getValue();
        }
        if (above == null) {
            Map.Entry<Integer, Double> before = seconds.lowerEntry(below.getKey());
            return before == null
                    ? below.getValue()
                    : Math.max(below.getValue(), along(before, below, rows));
        }
        return below.getKey().equals(above.getKey()) ? below.getValue() : along(below, above, rows);
    }

    private static double along(
            Map.Entry<Integer, Double> a, Map.Entry<Integer, Double> b, double rows) {
        double share = (rows - a.getKey()) / (b.getKey() - a.getKey());
        return a.getValue() + share * (b.getValue() - a.getValue());
    }
}
