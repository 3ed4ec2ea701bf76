package org.cumae.recipe;

import org.cumae.Check;
import org.cumae.train.AdamWOptions;
import org.cumae.train.Schedule;
import org.cumae.train.TrainerOptions;
import org.cumae.train.TrainerOptions.Precision;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// How a model learns; what a recipe leaves out has the value said here.
///
/// @param steps how often the weights are changed
/// @param batch sequences in a batch
/// @param accumulate batches in a step; 1
/// @param seed where all chance comes from; 1
/// @param schedule how the learning rate goes; cosine
/// @param rate the learning rate at its peak
/// @param floor where it ends; a tenth of the peak
/// @param warmup steps of its rise; a hundredth of all
/// @param decay steps of its fall, for wsd; a fifth of all
/// @param weightDecay how much matrices shrink; 0.1
/// @param betas what stays of the mean and of the mean square of gradients; 0.9 and 0.99
/// @param clip the length to which longer gradients are cut; 1
/// @param average what stays of the average of weights in a step; none is kept
/// @param dropout the share of channels to lose; 0
/// @param precision float32 or bfloat16; float32
/// @param evaluateEvery steps between two looks at held-out data; a fiftieth of all
/// @param evaluateBatches how many batches such a look takes; 20
/// @param patience looks in a row without a better loss that end the run; none
/// @param saveEvery steps between two checkpoints; as often as looks
/// @param keep how many checkpoints are kept; 2
/// @param logEvery steps between two lines of the log; 20
/// @param minutes the longest that a run may take; no limit
public record TrainingPlan(
        long steps,
        int batch,
        Optional<Integer> accumulate,
        Optional<Long> seed,
        Optional<Form> schedule,
        double rate,
        Optional<Double> floor,
        Optional<Long> warmup,
        Optional<Long> decay,
        Optional<Double> weightDecay,
        Optional<List<Double>> betas,
        Optional<Double> clip,
        Optional<Double> average,
        Optional<Double> dropout,
        Optional<Precision> precision,
        Optional<Long> evaluateEvery,
        Optional<Integer> evaluateBatches,
        Optional<Integer> patience,
        Optional<Long> saveEvery,
        Optional<Integer> keep,
        Optional<Long> logEvery,
        Optional<Double> minutes) {
    /// Checks what a trainer does not.
    void check() {
        Check.argument(batch > 0, "batch is %d; it must be 1 or more", batch);
        double lost = dropout.orElse(0.0);
        Check.argument(lost >= 0 && lost < 1, "dropout is %s; it must be in [0, 1)", lost);
    }

    /// Forms of the learning rate over the steps.
    public enum Form {
        /// The peak, for ever.
        CONSTANT,
        /// Straight down.
        LINEAR,
        /// Half a cosine.
        COSINE,
        /// Warm-up, stable, decay.
        WSD,
        /// With the root of the step.
        INVERSE_ROOT
    }

    /// As the trainer wants it.
    ///
    /// @param heldOutBatches how many batches of held-out data there are
    TrainerOptions options(int heldOutBatches) {
        return options(heldOutBatches, steps, rates());
    }

    /// The same for a part of the run.
    ///
    /// @param last the step that ends it
    /// @param rates how the learning rate goes in it
    TrainerOptions options(int heldOutBatches, long last, Schedule rates) {
        long looks = evaluateEvery.orElse(Math.max(1, steps / 50));
        List<Double> shares = betas.orElse(List.of(0.9, 0.99));
        Check.argument(shares.size() == 2, "betas holds %d numbers; it must hold 2", shares.size());
        return new TrainerOptions(
                last,
                accumulate.orElse(1),
                chance(),
                rates,
                new AdamWOptions(shares.get(0), shares.get(1), 1e-8, weightDecay.orElse(0.1)),
                clip.orElse(1.0),
                average.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                precision.orElse(Precision.FLOAT32),
                looks,
                Math.min(evaluateBatches.orElse(20), heldOutBatches),
                patience.map(OptionalInt::of).orElse(OptionalInt.empty()),
                saveEvery.orElse(looks),
                keep.orElse(2),
                logEvery.orElse(20L),
                minutes.map(m -> Duration.ofMillis((long) (m * 60_000))));
    }

    /// The steps of the rise.
    long rise() {
        return warmup.orElse(steps / 100);
    }

    private Schedule rates() {
        long rise = rise();
        double low = floor.orElse(rate / 10);
        return switch (schedule.orElse(Form.COSINE)) {
            case CONSTANT -> new Schedule.Constant(rate, rise);
            case LINEAR -> new Schedule.Linear(rate, low, rise, steps);
            case COSINE -> new Schedule.Cosine(rate, low, rise, steps);
            case WSD -> new Schedule.Wsd(rate, low, rise, decay.orElse(steps / 5), steps);
            case INVERSE_ROOT -> new Schedule.InverseRoot(rate, rise);
        };
    }

    /// Where all chance comes from.
    long chance() {
        return seed.orElse(1L);
    }
}
