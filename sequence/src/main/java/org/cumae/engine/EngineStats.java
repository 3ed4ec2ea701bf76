package org.cumae.engine;

/// What an engine has done since it began, and what it holds now.
///
/// @param passes forward passes run
/// @param rows rows fed, all requests together
/// @param parts queries answered; `parts / passes` is how many shared a pass on average
/// @param passSeconds time inside passes
/// @param running requests that have begun and not ended
/// @param waiting queries that wait for a pass now
/// @param contexts contexts open now
/// @param bytes memory that their states own, as of the last pass
public record EngineStats(
        long passes,
        long rows,
        long parts,
        double passSeconds,
        int running,
        int waiting,
        int contexts,
        long bytes) {}
