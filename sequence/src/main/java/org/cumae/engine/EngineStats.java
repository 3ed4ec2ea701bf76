package org.cumae.engine;

/// What an engine has done since it began, and what it holds now.
///
/// @param passes forward passes run
/// @param rows rows fed, all requests together
/// @param parts queries answered; `parts / passes` is how many shared a pass on average
/// @param passSeconds time inside passes
/// @param running requests that take part in passes
/// @param waiting requests that have come and wait to be let in
/// @param contexts contexts open now
/// @param bytes memory that states own or will with the questions at hand, kept ones among them
/// @param keptBytes of these, what requests that have ended have left for later ones
/// @param maxBytes the most that `bytes` may be
/// @param preemptions how often a request had to give its memory up
/// @param recomputedRows rows fed again because of that
/// @param lookedUpRows rows of prompts that were looked up among those kept
/// @param cachedRows of these, rows that were found and not fed
/// @param refused requests for which the line was full
/// @param late requests that waited for longer than their terms allow
public record EngineStats(
        long passes,
        long rows,
        long parts,
        double passSeconds,
        int running,
        int waiting,
        int contexts,
        long bytes,
        long keptBytes,
        long maxBytes,
        long preemptions,
        long recomputedRows,
        long lookedUpRows,
        long cachedRows,
        long refused,
        long late) {
    /// The same with what changes between passes as it is now.
    EngineStats now(int requests, int contexts, long refused) {
        return new EngineStats(
                passes,
                rows,
                parts,
                passSeconds,
                Math.min(running, requests),
                waiting,
                contexts,
                bytes,
                keptBytes,
                maxBytes,
                preemptions,
                recomputedRows,
                lookedUpRows,
                cachedRows,
                refused,
                late);
    }
}
