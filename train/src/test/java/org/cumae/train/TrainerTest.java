package org.cumae.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.bytedeco.pytorch.Tensor;
import org.cumae.torch.Lanes;
import org.cumae.torch.Ops;
import org.cumae.train.Journal.Reason;
import org.cumae.train.TrainerOptions.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// A run reaches what can be reached, stops as it should, and goes on as if it had never stopped.
class TrainerTest {
    @TempDir private Path temporary;

    private static TrainerOptions options(long steps) {
        return new TrainerOptions(
                steps,
                2,
                5,
                new Schedule.Cosine(0.05, 0.001, 4, steps),
                new AdamWOptions(0.9, 0.99, 1e-8, 0),
                1,
                OptionalDouble.of(0.9),
                Precision.FLOAT32,
                10,
                2,
                OptionalInt.empty(),
                10,
                3,
                10,
                Optional.empty());
    }

    private static TrainerOptions withLongest(TrainerOptions o, Duration longest) {
        return new TrainerOptions(
                o.steps(),
                o.accumulate(),
                o.seed(),
                o.schedule(),
                o.optimizer(),
                o.clip(),
                o.average(),
                o.precision(),
                o.evaluateEvery(),
                o.evaluateBatches(),
                o.patience(),
                o.saveEvery(),
                o.keep(),
                o.logEvery(),
                Optional.of(longest));
    }

    private static Journal.Outcome train(
            Path folder, TrainerOptions options, Batches<float[]> batches, Journal journal) {
        try (RunFolder run = RunFolder.open(folder, true);
                Line line = new Line();
                Trainer<float[]> trainer =
                        new Trainer<>(
                                line,
                                batches,
                                number -> Line.points(1000 + number, 8),
                                options,
                                run,
                                new Journals(List.of(new MetricsLog(run), journal)))) {
            return trainer.run();
        }
    }

    private static Batches<float[]> points() {
        return number -> Line.points(number, 8);
    }

    private static List<Path> checkpoints(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void aRunLearns() {
        Journal.Outcome outcome = train(temporary, options(300), points(), new Journal() {});
        assertThat(outcome.reason()).isEqualTo(Reason.DONE);
        // what a quarter of dropout leaves: the best slope is 3 * 0.75, whose error has this square
        assertThat(outcome.loss()).isCloseTo(0.75 * 0.75, within(0.1));
    }

    @Test
    void aRunThatStoppedGoesOnToTheSameBits() throws IOException {
        Path whole = temporary.resolve("whole");
        Path parts = temporary.resolve("parts");
        Path other = temporary.resolve("other");
        train(whole, options(60), points(), new Journal() {});
        for (int part = 0; part < 3; part++) {
            // a part ends in the middle of nowhere: what it did after its last save is done again
            stopAfter(parts, 17 + 20 * part);
        }
        train(parts, options(60), points(), new Journal() {});
        Path last = Path.of("checkpoints", "step-000000060.safetensors");
        assertThat(weights(parts.resolve(last))).isEqualTo(weights(whole.resolve(last)));
        train(other, options(60), number -> Line.points(number + 1, 8), new Journal() {});
        assertThat(weights(other.resolve(last))).isNotEqualTo(weights(whole.resolve(last)));
    }

    /// A run that dies at a step, as by a signal that cannot be caught: nothing more is saved.
    private static void stopAfter(Path folder, long steps) {
        assertThatThrownBy(
                        () ->
                                train(
                                        folder,
                                        options(60),
                                        number -> {
                                            if (number == 2 * steps) {
                                                throw new IllegalStateException("killed");
                                            }
                                            return Line.points(number, 8);
                                        },
                                        new Journal() {}))
                .hasMessage("killed");
    }

    private static List<String> weights(Path checkpoint) {
        try (var file = org.cumae.weights.WeightFile.open(checkpoint)) {
            return file.names().stream()
                    .sorted()
                    .map(name -> name + Arrays.toString(file.floats(name)))
                    .toList();
        }
    }

    @Test
    void theLogOfAResumedRunHasEachStepOnce() throws IOException {
        stopAfter(temporary, 37);
        train(temporary, options(60), points(), new Journal() {});
        List<String> looks =
                Files.readAllLines(temporary.resolve("metrics.jsonl")).stream()
                        .filter(line -> line.contains("\"held_out\""))
                        .toList();
        assertThat(looks).hasSize(7); // steps 0, 10, ..., 60
        assertThat(temporary.resolve("loss.png")).isNotEmptyFile();
    }

    @Test
    void aDamagedCheckpointGivesWayToTheOneBefore() throws IOException {
        train(temporary, options(40), points(), new Journal() {});
        List<Path> kept = checkpoints(temporary);
        assertThat(kept).hasSize(3);
        byte[] bytes = Files.readAllBytes(kept.getLast());
        bytes[bytes.length - 2] ^= 1;
        Files.write(kept.getLast(), bytes);
        List<String> warnings = new ArrayList<>();
        List<Long> begun = new ArrayList<>();
        train(
                temporary,
                options(40),
                points(),
                new Journal() {
                    @Override
                    public void warned(String message) {
                        warnings.add(message);
                    }

                    @Override
                    public void began(long step, long steps, long weights) {
                        begun.add(step);
                    }
                });
        assertThat(warnings).singleElement().asString().contains("step-000000040", "damaged");
        assertThat(begun).containsExactly(30L);
    }

    @Test
    void aBadStepIsLeftOutAndSeveralEndTheRun() {
        List<String> warnings = new ArrayList<>();
        Journal journal =
                new Journal() {
                    @Override
                    public void warned(String message) {
                        warnings.add(message);
                    }
                };
        Batches<float[]> oneBad =
                number -> number == 7 ? new float[] {Float.NaN, 0} : Line.points(number, 8);
        Journal.Outcome outcome = train(temporary.resolve("one"), options(60), oneBad, journal);
        assertThat(warnings).singleElement().asString().startsWith("step 3: the loss is NaN");
        assertThat(outcome.loss()).isFinite();
        Batches<float[]> allBad =
                number -> number >= 50 ? new float[] {Float.NaN, 0} : Line.points(number, 8);
        assertThatThrownBy(
                        () ->
                                train(
                                        temporary.resolve("all"),
                                        options(60),
                                        allBad,
                                        new Journal() {}))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("step 27")
                .hasMessageContaining("checkpoints");
    }

    @Test
    void aRunStopsWhenItsTimeIsOver() throws IOException {
        Journal.Outcome outcome =
                train(
                        temporary,
                        withLongest(options(1_000_000), Duration.ofMillis(200)),
                        points(),
                        new Journal() {});
        assertThat(outcome.reason()).isEqualTo(Reason.TIME);
        assertThat(checkpoints(temporary).getLast().toString())
                .contains("%09d".formatted(outcome.steps()));
    }

    @Test
    void aFolderHoldsOneRun() {
        train(temporary, options(10), points(), new Journal() {});
        assertThatThrownBy(() -> RunFolder.open(temporary, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds a run");
        try (RunFolder _ = RunFolder.open(temporary, true)) {
            assertThatThrownBy(() -> RunFolder.open(temporary, true))
                    .hasMessageContaining("another process");
        }
    }

    private static Tensor loss(Line line, float[] points, int from, int to) {
        return line.loss(Arrays.copyOfRange(points, from, to), Optional.empty()).total();
    }

    @Test
    void accumulatedBatchesEqualOneLargeOne() {
        try (Line parts = new Line();
                Line whole = new Line();
                Lanes two = new Lanes(2);
                Lanes alone = new Lanes(1)) {
            Parameters many = new Parameters(parts.weights(), parts::decays, two);
            Parameters one = new Parameters(whole.weights(), whole::decays, alone);
            float[] points = Line.points(0, 12);
            // unequal parts
            many.learn(0, loss(parts, points, 0, 6));
            many.learn(0, loss(parts, points, 6, 10));
            many.learn(two.count() - 1, loss(parts, points, 10, 24));
            one.learn(0, loss(whole, points, 0, 24));
            assertThat(many.gather()).isCloseTo(one.gather(), withinPercentage(1e-3));
            float[] gradients = Ops.floats(one.gradients());
            assertThat(gradients[0]).isNotZero();
            assertThat(Ops.floats(many.gradients())).containsExactly(gradients, within(1e-5f));
        }
    }

    @Test
    void adamWStepsAsItsFormulaSays() {
        double rate = 0.1;
        double decay = 0.2;
        try (Tensor matrix = Tensor.create(new float[] {1, -2}, 1, 2);
                Tensor vector = Tensor.create(new float[] {3}, 1);
                Lanes lanes = new Lanes(2)) {
            Parameters parameters =
                    new Parameters(List.of(vector, matrix), t -> t.dim() > 1, lanes);
            AdamW optimizer = new AdamW(new AdamWOptions(0.9, 0.99, 1e-8, decay), parameters);
            double[] values = {1, -2, 3}; // matrices stand first
            double[] mean = new double[3];
            double[] square = new double[3];
            for (int step = 1; step <= 5; step++) {
                float[] gradients = {0.3f * step, -0.1f, 0.7f};
                parameters.gradients().copy_(Tensor.create(gradients, 3));
                optimizer.step(1, rate, step);
                for (int i = 0; i < 3; i++) {
                    mean[i] = 0.9 * mean[i] + 0.1 * gradients[i];
                    square[i] = 0.99 * square[i] + 0.01 * gradients[i] * gradients[i];
                    double m = mean[i] / (1 - Math.pow(0.9, step));
                    double s = square[i] / (1 - Math.pow(0.99, step));
                    values[i] *= i < 2 ? 1 - rate * decay : 1;
                    values[i] -= rate * m / (Math.sqrt(s) + 1e-8);
                }
            }
            float[] got = Ops.floats(parameters.values());
            for (int i = 0; i < 3; i++) {
                assertThat((double) got[i]).isCloseTo(values[i], within(1e-5));
            }
        }
    }
}
