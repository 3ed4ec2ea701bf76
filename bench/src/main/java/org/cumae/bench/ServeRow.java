package org.cumae.bench;

import java.util.List;
import java.util.stream.DoubleStream;

/// How one arm served a load. Times count from when a request was to come, also where it was late.
///
/// @param arm how it was served
/// @param note why it could not be, empty if it was
/// @param tokensPerSecond new tokens of all requests over the time from the first arrival to the
///   last token
/// @param requestsPerSecond requests over the same time
/// @param firstMedian milliseconds to a request's first token, median
/// @param first95 the same, 95th percentile
/// @param eachMedian milliseconds a token after the first, median over requests
/// @param each95 the same, 95th percentile
/// @param wholeMedian milliseconds to a request's last token, median
/// @param goodput share of requests within both limits of the bench
public record ServeRow(
        String arm,
        String note,
        double tokensPerSecond,
        double requestsPerSecond,
        double firstMedian,
        double first95,
        double eachMedian,
        double each95,
        double wholeMedian,
        double goodput) {
    static ServeRow without(String arm, String note) {
        double none = Double.NaN;
        return new ServeRow(arm, note, none, none, none, none, none, none, none, none);
    }

    /// What became of one request.
    ///
    /// @param first seconds to the first token
    /// @param last seconds to the last
    /// @param end seconds from the load's begin to the last
    record Served(int tokens, double first, double last, double end) {
        double each() {
            return tokens > 1 ? (last - first) / (tokens - 1) : 0;
        }
    }

    /// What an arm does when nobody else is there, and how much worse it may be.
    ///
    /// @param first the longest to a first token, in seconds
    /// @param each the longest a token after it, in seconds
    record Limits(double first, double each) {}

    static ServeRow of(String arm, List<Served> served, Limits limits) {
        double seconds = served.stream().mapToDouble(Served::end).max().orElseThrow();
        long tokens = served.stream().mapToLong(Served::tokens).sum();
        long good =
                served.stream()
                        .filter(one -> one.first <= limits.first && one.each() <= limits.each)
                        .count();
        return new ServeRow(
                arm,
                "",
                tokens / seconds,
                served.size() / seconds,
                1e3 * percentile(served.stream().mapToDouble(Served::first), 0.5),
                1e3 * percentile(served.stream().mapToDouble(Served::first), 0.95),
                1e3 * percentile(served.stream().mapToDouble(Served::each), 0.5),
                1e3 * percentile(served.stream().mapToDouble(Served::each), 0.95),
                1e3 * percentile(served.stream().mapToDouble(Served::last), 0.5),
                (double) good / served.size());
    }

    /// The least value that a share of all does not exceed.
    static double percentile(DoubleStream values, double share) {
        double[] sorted = values.sorted().toArray();
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }
}
