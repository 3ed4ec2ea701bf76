package org.cumae.train;

/// Hears how a run goes.
public interface Journal {
    /// The run begins, or goes on.
    ///
    /// @param step how many steps are done already
    /// @param steps how many it will have
    /// @param weights how many numbers are learned
    default void began(long step, long steps, long weights) {}

    /// Some steps were done.
    default void stepped(Step step) {}

    /// Held-out data was looked at.
    ///
    /// @param step how many steps were done before
    /// @param loss in nats a variable
    /// @param best whether it is the best so far
    default void looked(long step, double loss, boolean best) {}

    /// A checkpoint was written.
    default void saved(long step) {}

    /// Something is being done that is not a step.
    default void told(String message) {}

    /// Something went wrong that the run survives.
    default void warned(String message) {}

    /// The run is over.
    default void ended(Outcome outcome) {}

    /// The steps since the last report.
    ///
    /// @param step how many steps are done
    /// @param steps how many there will be
    /// @param loss mean of their losses, in nats a variable
    /// @param rate the learning rate of the last
    /// @param gradient the length of the last gradient, before it was cut
    /// @param perSecond variables learned from in a second
    /// @param waiting the share of time in which batches were made
    /// @param secondsLeft until the end, as it looks now
    /// @param flops multiplications and additions in a second, counted as 6 for each weight and
    ///   variable
    /// @param share of the rate of large matrix products on this machine, measured when the run
    ///   began
    record Step(
            long step,
            long steps,
            double loss,
            double rate,
            double gradient,
            double perSecond,
            double waiting,
            double secondsLeft,
            double flops,
            double share) {}

    /// How a run ended.
    ///
    /// @param steps how many steps are done
    /// @param loss of the best look at held-out data, in nats a variable
    /// @param bestStep when that was
    /// @param seconds how long the run took, all its parts together
    /// @param reason why it ended
    record Outcome(long steps, double loss, long bestStep, double seconds, Reason reason) {}

    /// Why a run ended.
    enum Reason {
        /// All steps are done.
        DONE,
        /// Held-out data did not get better any more.
        PATIENCE,
        /// The time that it was given is over.
        TIME,
        /// It was told to stop.
        STOPPED
    }
}
