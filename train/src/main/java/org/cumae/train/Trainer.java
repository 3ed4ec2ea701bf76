package org.cumae.train;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.Tensor;
import org.cumae.noise.Noise;
import org.cumae.torch.Autocast;
import org.cumae.torch.Lanes;
import org.cumae.torch.Ops;
import org.cumae.torch.Processor;
import org.cumae.train.Journal.Outcome;
import org.cumae.train.Journal.Reason;
import org.cumae.train.Learner.Loss;
import org.cumae.train.TrainerOptions.Precision;
import org.cumae.weights.WeightFileException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// Changes the weights of a learner until it is done.
///
/// All chance of a step follows from the seed and the step's number, so a run that resumes from a
/// checkpoint ends with the very bits of one that never stopped, given as many threads: sums are
/// taken in as many parts.
///
/// @param <B> what the learner learns from at a time
public final class Trainer<B> implements AutoCloseable {
    private static final int MOST_BAD_STEPS = 3;
    private static final int MOST_FAILED_SAVES = 3;
    private static final long LANE_BYTES = 1 << 30; // of gradients, for all lanes together

    private final Learner<B> learner;
    private final Batches<B> training;
    private final Batches<B> heldOut;
    private final TrainerOptions options;
    private final RunFolder folder;
    private final Journal journal;
    private final Lanes lanes;
    private final Parameters parameters;
    private final AdamW optimizer;
    private final Optional<Average> average;
    private final Checkpoints checkpoints;
    private volatile boolean stopping;
    private Position position = Position.START;
    private int badSteps;
    private int failedSaves;

    /// Borrows all but the weights' memory, which it lays out anew.
    public Trainer(
            Learner<B> learner,
            Batches<B> training,
            Batches<B> heldOut,
            TrainerOptions options,
            RunFolder folder,
            Journal journal) {
        this.learner = learner;
        this.training = training;
        this.heldOut = heldOut;
        this.options = options;
        this.folder = folder;
        this.journal = journal;
        this.lanes = new Lanes(lanes(learner));
        this.parameters = new Parameters(learner.weights(), learner::decays, lanes);
        this.optimizer = new AdamW(options.optimizer(), parameters);
        OptionalDouble kept = options.average();
        this.average =
                kept.isPresent()
                        ? Optional.of(new Average(kept.getAsDouble(), parameters))
                        : Optional.empty();
        this.checkpoints = new Checkpoints(folder.checkpoints(), options.keep());
    }

    private static int lanes(Learner<?> learner) {
        long weights = learner.weights().stream().mapToLong(Tensor::numel).sum();
        return Math.toIntExact(Math.clamp(LANE_BYTES / (weights * Float.BYTES), 1, 64));
    }

    /// Ends [#run] after the step that it is at, from any thread.
    public void stop() {
        stopping = true;
    }

    /// Trains from the newest checkpoint of the folder, or from the start.
    ///
    /// @throws TrainingException if the loss is no number for several steps, or nothing can be
    ///   saved
    public Outcome run() {
        position = restored();
        journal.began(position.step(), options.steps(), parameters.count());
        Pace pace = new Pace(options, parameters.count(), MatrixRate.MEASURED);
        if (position.step() == 0 || checkpoints.isBranch(position.step())) {
            look();
        }
        long begun = System.nanoTime();
        Optional<Reason> over = over(begun);
        while (over.isEmpty()) {
            step(pace);
            long step = position.step();
            boolean last = step == options.steps();
            if (step % options.logEvery() == 0 || last) {
                journal.stepped(pace.report(position));
            }
            if (step % options.evaluateEvery() == 0 || last) {
                look();
                pace.rest();
            }
            over = over(begun);
            if (step % options.saveEvery() == 0 || over.isPresent()) {
                save();
                pace.rest();
            }
        }
        Outcome outcome =
                new Outcome(
                        position.step(),
                        position.bestLoss(),
                        position.bestStep(),
                        position.seconds(),
                        over.get());
        journal.ended(outcome);
        return outcome;
    }

    private Optional<Reason> over(long begun) {
        if (position.step() >= options.steps()) {
            return Optional.of(Reason.DONE);
        }
        if (stopping) {
            return Optional.of(Reason.STOPPED);
        }
        if (options.patience().isPresent()
                && position.looksSinceBest() >= options.patience().getAsInt()) {
            return Optional.of(Reason.PATIENCE);
        }
        Duration spent = Duration.ofNanos(System.nanoTime() - begun);
        boolean late = options.longest().map(most -> spent.compareTo(most) >= 0).orElse(false);
        return late ? Optional.of(Reason.TIME) : Optional.empty();
    }

    private void step(Pace pace) {
        long number = position.step();
        Noise noise = Noise.of(options.seed(), number);
        long begun = System.nanoTime();
        long waited = 0;
        double total = 0;
        long terms = 0;
        try (var _ = new PointerScope()) {
            parameters.forget();
            for (int part = 0; part < options.accumulate(); part++) {
                long asked = System.nanoTime();
                B batch = training.at(number * options.accumulate() + part);
                waited += System.nanoTime() - asked;
                for (Share share : learn(batch, noise.at(part))) {
                    total += share.loss();
                    terms += share.terms();
                }
            }
            double gradient = parameters.gather() / terms;
            double rate = options.schedule().at(number);
            if (Double.isFinite(total) && Double.isFinite(gradient)) {
                badSteps = 0;
                double cut = Math.min(1, options.clip() / gradient);
                optimizer.step(cut / terms, rate, number + 1);
                average.ifPresent(a -> a.follow(number + 1));
            } else {
                refuse(number, total, gradient, rate);
            }
            double seconds = (System.nanoTime() - begun) * 1e-9;
            position = position.after(seconds);
            pace.add(total, terms, rate, gradient, seconds, waited * 1e-9);
        }
    }

    /// Measured once for a process: a short run would take less time than that.
    private static final class MatrixRate {
        static final double MEASURED = Processor.matrixRate();
    }

    private record Share(double loss, long terms) {}

    /// Adds the gradients of a batch, whose parts are computed side by side; the order in which
    /// they are added up does not depend on who is done first.
    private List<Share> learn(B batch, Noise noise) {
        List<B> parts = learner.parts(batch, lanes.count());
        Share[] shares = new Share[parts.size()];
        lanes.run(
                shares.length,
                lane -> {
                    try (var _ = new PointerScope()) {
                        Loss loss = loss(parts.get(lane), Ops.generator(noise.bits(lane)));
                        parameters.learn(lane, loss.total());
                        shares[lane] = new Share(loss.total().item_double(), loss.terms());
                    }
                });
        return List.of(shares);
    }

    private Loss loss(B batch, Generator chance) {
        try (var _ = Autocast.bfloat16(options.precision() == Precision.BFLOAT16)) {
            return learner.loss(batch, Optional.of(chance));
        }
    }

    /// A step whose loss is no number changes nothing; several in a row end the run.
    private void refuse(long number, double loss, double gradient, double rate) {
        badSteps++;
        String what =
                "step %d: the loss is %s and the gradient %s at rate %s"
                        .formatted(number, loss, gradient, rate);
        if (badSteps >= MOST_BAD_STEPS) {
            throw new TrainingException(
                    what
                            + "; %d such steps in a row end the run. The last good state is in %s; lower"
                                    .formatted(badSteps, folder.checkpoints())
                            + " the learning rate or look at the data");
        }
        journal.warned(what + "; the step is left out");
    }

    /// Looks at held-out data, and keeps the model if it is the best so far.
    private void look() {
        long begun = System.nanoTime();
        average.ifPresent(Average::swap);
        double loss;
        try (var _ = Autocast.bfloat16(options.precision() == Precision.BFLOAT16)) {
            loss = HeldOut.loss(learner, heldOut, options.evaluateBatches());
        }
        boolean best = loss < position.bestLoss();
        if (best) {
            learner.save(folder.model());
        }
        average.ifPresent(Average::swap);
        position = position.looked(loss, (System.nanoTime() - begun) * 1e-9);
        journal.looked(position.step(), loss, best);
    }

    private Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("weights", parameters.values());
        state.put("mean", optimizer.mean());
        state.put("square", optimizer.square());
        average.ifPresent(a -> state.put("average", a.values()));
        return state;
    }

    private Position restored() {
        try {
            Position found = checkpoints.restore(state(), journal::warned).orElse(Position.START);
            return checkpoints.isBranch(found.step()) ? found.unlooked() : found;
        } catch (IOException e) {
            throw new TrainingException("cannot read checkpoints: " + e, e);
        }
    }

    private void save() {
        Path file = checkpoints.file(position.step());
        try {
            checkpoints.write(position, state());
            failedSaves = 0;
            journal.saved(position.step());
        } catch (IOException | WeightFileException e) {
            failedSaves++;
            if (failedSaves >= MOST_FAILED_SAVES) {
                throw new TrainingException(
                        "%s could not be written %d times in a row: %s"
                                .formatted(file, failedSaves, e.getMessage()),
                        e);
            }
            journal.warned("%s could not be written: %s".formatted(file, e.getMessage()));
        }
    }

    @Override
    public void close() {
        average.ifPresent(Average::close);
        optimizer.close();
        parameters.close();
        lanes.close();
    }
}
