package org.cumae.reproduce.backbone;

import org.cumae.train.AdamWOptions;
import org.cumae.train.Batches;
import org.cumae.train.Journal;
import org.cumae.train.Learner;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;

/// How a small model is taught for a trial; the last weights are kept.
///
/// @param steps how often its weights are changed
/// @param rate the highest learning rate, from which it falls to a twentieth as a cosine does
record School(long steps, double rate) {
    private static final AdamWOptions ADAM = new AdamWOptions(0.9, 0.95, 1e-8, 0.01);

    /// Changes a learner's weights.
    ///
    /// @return how long it took, in seconds
    <B> double teach(Learner<B> learner, Batches<B> batches) {
        Schedule schedule = new Schedule.Cosine(rate, rate / 20, Math.min(100, steps / 4), steps);
        long begin = System.nanoTime();
        try (RunFolder folder = RunFolder.temporary();
                Trainer<B> trainer =
                        new Trainer<>(
                                learner,
                                batches,
                                batches,
                                TrainerOptions.through(steps, 1, schedule, ADAM, 1),
                                folder,
                                new Journal() {})) {
            trainer.run();
        }
        return (System.nanoTime() - begin) * 1e-9;
    }
}
