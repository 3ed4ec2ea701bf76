package org.cumae.train.series;

/// By which values those of a segment are brought to mean 0 and deviation 1.
public enum Scaling {
    /// All of the window, as it stands before each segment that is said: the paper's. What is
    /// learned after the first segments knows a little of those behind them, and all that was read
    /// changes with every segment that is said.
    WINDOW,

    /// Those up to the end of the segment; what has been said since is scaled as the last known
    /// one. Nothing knows what is behind it, and what was read stays as it is.
    LOOKBACK
}
