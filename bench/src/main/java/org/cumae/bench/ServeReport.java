package org.cumae.bench;

import java.util.List;

/// What one run of the load test found.
///
/// @param machine processor, cores, threads
/// @param subject the model, and how it was computed
/// @param ways how many requests may run at once
/// @param requests how many came
/// @param load the share of the capacity at which they came
/// @param capacity requests a second that the engine served when all came at once
/// @param loneFirst milliseconds to the first token of a request that was alone
/// @param loneEach milliseconds a token of it
/// @param firstLimit the longest to a first token that counts as good, in milliseconds
/// @param eachLimit the longest a token that counts as good, in milliseconds
/// @param outsidePasses share of the time at capacity in which no pass ran
/// @param rows the arms
public record ServeReport(
        String machine,
        String subject,
        int ways,
        int requests,
        double load,
        double capacity,
        double loneFirst,
        double loneEach,
        double firstLimit,
        double eachLimit,
        double outsidePasses,
        List<ServeRow> rows) {
    /// Copies the list.
    public ServeReport {
        rows = List.copyOf(rows);
    }
}
