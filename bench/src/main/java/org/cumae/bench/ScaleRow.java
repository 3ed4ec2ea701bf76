package org.cumae.bench;

/// How one policy serves one load on one machine, by the simulation.
///
/// @param machine what passes take there
/// @param policy who comes first
/// @param load requests a second that come, as a share of those that the machine ends when all come
///   at once
/// @param requestsPerSecond that come
/// @param goodput requests a second that end with their first token and all others in time
/// @param first95 95 of 100 first tokens come within so many milliseconds
/// @param each95 95 of 100 requests take at most so many milliseconds a token
/// @param preemptions how often a request gave its memory up
public record ScaleRow(
        String machine,
        String policy,
        double load,
        double requestsPerSecond,
        double goodput,
        double first95,
        double each95,
        long preemptions) {
    /// Good requests of those that come.
    public double goodShare() {
        return goodput / requestsPerSecond;
    }
}
