package org.cumae.train.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.cumae.net.Backbone;
import org.cumae.net.PictureShape;
import org.cumae.net.Positions;
import org.cumae.net.TransformerConfig;
import org.cumae.noise.Noise;
import org.cumae.picture.Bands;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchPyramid;
import org.cumae.picture.ScaleSight;
import org.cumae.picture.ScaleSight.Past;
import org.cumae.picture.Scales;
import org.cumae.train.AdamWOptions;
import org.cumae.train.Batches;
import org.cumae.train.HeldOut;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.IntStream;

/// Tests 3, 9 and 10 of MVAR's card: what scales that do not see each other can say, what they
/// cannot, and that they can be learned in turns.
class ScalesAloneTest {
    private static final List<Integer> SIDES = List.of(1, 2, 3);
    private static final int LENGTH = 14;
    private static final int CODES = 4; // 0, 1, 2 and 3 stand for those numbers

    private static Scales manner(Past past, List<Integer> sides) {
        float[][] book = {{0}, {1}, {2}, {3}};
        PatchBasis basis = new PatchBasis(1, 1, new float[1], new float[][] {{1}}, 1);
        return new Scales(
                new PatchPyramid(basis, Bands.Law.RESIDUAL, sides, book), ScaleSight.of(past));
    }

    private static Backbone backbone(Scales manner) {
        return Backbone.fresh(
                TransformerConfig.picture(
                        "scales",
                        CODES + 2,
                        2,
                        32,
                        4,
                        64,
                        manner.mostRows(),
                        new Positions.Learned(),
                        new PictureShape(1, true, 1)),
                2);
    }

    private static DrawnCodes learner(Backbone backbone, Scales manner) {
        return DrawnCodes.of(backbone, manner, 1, 0, 0, TensorType.F32);
    }

    private static Coded coded(Scales manner, int... codes) {
        return new Coded(codes, PictureLearner.flat(manner.vectors(codes)), 0);
    }

    /// The second scale follows from the first: each of its codes is that of the first four times
    /// in five.
    private static int[] following(long seed) {
        Noise noise = Noise.of(seed, 1);
        int first = 1 + (int) (2 * noise.uniform(9));
        return IntStream.range(0, 5)
                .map(i -> i == 0 || noise.uniform(i) < 0.8 ? first : 3 - first)
                .toArray();
    }

    /// The second scale takes back what the first told, so that both add up to 3 everywhere; one
    /// code of the third is the first's.
    private static int[] hiding(long seed) {
        int first = 1 + (int) (2 * Noise.of(seed, 2).uniform(9));
        return IntStream.range(0, LENGTH)
                .map(i -> i == 0 || i == 5 ? first : i < 5 ? 3 - first : 0)
                .toArray();
    }

    private static Batches<List<Coded>> batches(
            Scales manner, long from, int size, LongFunction<int[]> source) {
        return number ->
                IntStream.range(0, size)
                        .mapToObj(i -> coded(manner, source.apply(from + number * size + i)))
                        .toList();
    }

    /// Nats of a held-out picture.
    private static double learned(
            Scales manner, LongFunction<int[]> source, Optional<List<Integer>> times) {
        try (Backbone backbone = backbone(manner);
                RunFolder folder = RunFolder.temporary()) {
            DrawnCodes learner = learner(backbone, manner);
            Batches<List<Coded>> all = batches(manner, 0, 48, source);
            TrainerOptions options =
                    TrainerOptions.through(
                            150,
                            1,
                            new Schedule.Cosine(1e-2, 1e-4, 20, 150),
                            new AdamWOptions(0.9, 0.99, 1e-8, 0.01),
                            1);
            try (Trainer<List<Coded>> trainer =
                    new Trainer<>(
                            learner,
                            times.map(each -> Turns.of(manner, each).of(all)).orElse(all),
                            batches(manner, 1_000_000, 64, source),
                            options,
                            folder,
                            new Journal() {})) {
                trainer.run();
            }
            return manner.code().length()
                    * HeldOut.loss(learner, batches(manner, 2_000_000, 500, source), 8);
        }
    }

    /// Nothing is lost where a scale follows from the one before. 4,000 pictures: the mean of their
    /// surprise errs by 0.017 nats of 2.69.
    @Test
    void scalesThatFollowFromTheLastReachTheEntropy() {
        double entropy = Math.log(2) - 4 * (0.8 * Math.log(0.8) + 0.2 * Math.log(0.2));
        for (Optional<List<Integer>> times :
                List.of(Optional.<List<Integer>>empty(), Optional.of(List.of(2, 3)))) {
            assertThat(learned(manner(Past.NONE, List.of(1, 2)), ScalesAloneTest::following, times))
                    .isCloseTo(entropy, within(0.05));
        }
    }

    /// Where two scales together hide what the first one told, a third that is told by it costs as
    /// much more as there was to tell: one of two, or log 2.
    @Test
    void whatTheSumHidesIsLost() {
        double alone = learned(manner(Past.NONE, SIDES), ScalesAloneTest::hiding, Optional.empty());
        double all = learned(manner(Past.ALL, SIDES), ScalesAloneTest::hiding, Optional.empty());
        assertThat(all).isCloseTo(Math.log(2), within(0.02));
        assertThat(alone - all).isCloseTo(Math.log(2), within(0.02));
    }

    @Test
    void turnsAreTakenAsSaid() {
        Turns turns = Turns.of(manner(Past.NONE, List.of(1, 2, 3, 5)), List.of(8, 1, 1));
        assertThat(turns.turns())
                .containsExactly(
                        new Turns.Turn(0, 5, 8),
                        new Turns.Turn(5, 14, 1),
                        new Turns.Turn(14, 39, 1));
        for (int begin = 0; begin < 40; begin++) { // in any ten steps
            int[] count = new int[3];
            for (int step = 0; step < 10; step++) {
                count[turns.turns().indexOf(turns.at(begin + step))]++;
            }
            assertThat(count).containsExactly(8, 1, 1);
        }
        Scales manner = manner(Past.NONE, SIDES);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Turns.of(manner, List.of(4, 1, 1, 1)))
                .withMessageContaining("turns of 3 scales are [4, 1, 1, 1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Turns.of(manner, List.of(4, 0)))
                .withMessageContaining("each of 1 step or more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Turns.of(manner(Past.ALL, SIDES), List.of(8, 1)))
                .withMessageContaining("take manner.past none");
    }

    /// Each part says what it says among the others, so their surprises add up.
    @Test
    void partsSayWhatTheWholeSays() {
        Scales manner = manner(Past.NONE, SIDES);
        try (Backbone backbone = backbone(manner);
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            DrawnCodes learner = learner(backbone, manner);
            Batches<List<Coded>> all = batches(manner, 7, 4, ScalesAloneTest::hiding);
            Batches<List<Coded>> some = Turns.of(manner, List.of(1, 1, 1)).of(n -> all.at(0));
            double sum = 0;
            for (int turn = 0; turn < 3; turn++) {
                var part = learner.loss(some.at(turn), Optional.empty());
                assertThat(part.terms()).isEqualTo(4L * List.of(1, 4, 9).get(turn));
                sum += part.total().item_double();
            }
            assertThat(sum)
                    .isCloseTo(
                            learner.loss(all.at(0), Optional.empty()).total().item_double(),
                            within(1e-3));
            Scales seeing = manner(Past.ALL, SIDES);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> seeing.lesson().part(5, 14))
                    .withMessageContaining("row 5 sees row 0");
        }
    }
}
