package org.cumae.train.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.cumae.net.Backbone;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.TransformerConfig;
import org.cumae.train.AdamWOptions;
import org.cumae.train.Journal;
import org.cumae.train.RunFolder;
import org.cumae.train.Schedule;
import org.cumae.train.Trainer;
import org.cumae.train.TrainerOptions;
import org.cumae.train.text.AskedTokens.Questions;
import org.junit.jupiter.api.Test;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Sequences of which only some rows are to answer.
class AskedTokensTest {
    private static Backbone small() {
        return Backbone.fresh(
                new TransformerConfig(
                        "small",
                        "mamba2",
                        7,
                        16,
                        0,
                        0,
                        0,
                        0,
                        64,
                        Collections.nCopies(1, Mixing.Mamba2.of(16, 4, 8)),
                        TransformerConfig.NormKind.RMS,
                        1e-5,
                        new Positions.None(),
                        TransformerConfig.Activation.SWIGLU,
                        Set.of(),
                        false,
                        false),
                1);
    }

    /// Which of three symbols stood two rows before; the last row asks.
    private static Questions questions(long seed, int sequences) {
        int length = 5;
        SplittableRandom random = new SplittableRandom(seed);
        int[] ids = random.ints((long) sequences * length, 0, 3).toArray();
        int[] wanted = new int[sequences];
        for (int i = 0; i < sequences; i++) {
            ids[(i + 1) * length - 1] = 3;
            wanted[i] = 4 + ids[i * length + 2];
        }
        return new Questions(ids, length, new int[] {length - 1}, wanted);
    }

    private static double loss(AskedTokens learner, Questions batch) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            return learner.loss(batch, Optional.empty()).total().item_double();
        }
    }

    @Test
    void onlyAskedRowsCountAndPartsAddUp() {
        try (Backbone backbone = small()) {
            AskedTokens learner = new AskedTokens(backbone, 0);
            Questions all = questions(1, 7);
            double whole = loss(learner, all);
            List<Questions> parts = learner.parts(all, 3);
            assertThat(parts).hasSize(3);
            assertThat(parts.stream().mapToDouble(part -> loss(learner, part)).sum())
                    .isCloseTo(whole, within(1e-4));
            Questions twice =
                    new Questions(
                            all.ids(),
                            all.length(),
                            new int[] {4, 4},
                            IntStream.of(all.wanted())
                                    .flatMap(id -> IntStream.of(id, id))
                                    .toArray());
            assertThat(loss(learner, twice)).isCloseTo(2 * whole, within(1e-4));
        }
    }

    @Test
    void whatIsAskedIsLearnedAndBeforeThatItIsNotKnown() {
        try (Backbone backbone = small();
                RunFolder folder = RunFolder.temporary()) {
            AskedTokens learner = new AskedTokens(backbone, 0);
            assertThat(learner.right(questions(-1, 90))).isLessThan(0.7);
            TrainerOptions options =
                    TrainerOptions.through(
                            150,
                            1,
                            new Schedule.Constant(1e-2, 5),
                            new AdamWOptions(0.9, 0.95, 1e-8, 0),
                            1);
            try (Trainer<Questions> trainer =
                    new Trainer<>(
                            learner,
                            number -> questions(number, 16),
                            number -> questions(number, 16),
                            options,
                            folder,
                            new Journal() {})) {
                trainer.run();
            }
            assertThat(learner.right(questions(-1, 90))).isGreaterThan(0.95);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> new Questions(new int[7], 5, new int[] {4}, new int[1]))
                .hasMessageContaining("7 ids are no sequences of 5");
        assertThatThrownBy(() -> new Questions(new int[10], 5, new int[] {4}, new int[1]))
                .hasMessageContaining("1 answers are wanted of 2 sequences that ask at 1 rows");
        assertThatThrownBy(() -> new Questions(new int[5], 5, new int[] {5}, new int[1]))
                .hasMessageContaining("rows [5] are asked of sequences of 5");
    }
}
