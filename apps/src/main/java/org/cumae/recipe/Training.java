package org.cumae.recipe;

import org.cumae.train.Journal;

/// A recipe that is being followed.
public sealed interface Training extends AutoCloseable
        permits TextTraining,
                SelfDraftTraining,
                TrigramCounting,
                PictureTraining,
                BlockTraining,
                WorldTraining {
    /// Ends [#run] after the step that it is at, from any thread.
    void stop();

    /// Trains, and tells how good the best of it is.
    Result run();

    @Override
    void close();

    /// What came of it.
    ///
    /// @param outcome how the run ended
    /// @param parameters how many weights were learned
    /// @param heldOut the loss of the best over the whole held-out text, in nats: a character of
    ///   it, a foreseen token, a code of a picture, or the bound of a masked token; of trigrams the
    ///   share of its tokens that are the likeliest after their pair, and of real vectors of
    ///   pictures the mean square of what their velocity misses
    record Result(Journal.Outcome outcome, long parameters, double heldOut) {}
}
