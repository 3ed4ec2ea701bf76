package org.cumae.train.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.cumae.canvas.Span;
import org.cumae.canvas.TokenType;
import org.cumae.net.Backbone;
import org.cumae.net.PictureShape;
import org.cumae.net.Positions;
import org.cumae.net.TransformerConfig;
import org.cumae.noise.Noise;
import org.cumae.picture.Cells;
import org.cumae.picture.Cells.Mixture;
import org.cumae.picture.PatchCode;
import org.cumae.psi.Book;
import org.cumae.torch.Ops;
import org.cumae.train.AdamWOptions;
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
import java.util.stream.IntStream;

/// Test 4 of the common visual card, and 7 and 8 of NAR's: what rings can say, and what they
/// cannot.
class DrawnCodesTest {
    private static final int SIDE = 3;
    private static final int CODES = 3;

    private static PatchCode code() {
        return new PatchCode(
                Book.of(
                        new TokenType("patch", SIDE, SIDE, List.of(Span.of(0, CODES))),
                        new float[] {0},
                        new float[] {0.5f},
                        new float[] {1}));
    }

    private static Backbone backbone(Cells manner) {
        return Backbone.fresh(
                TransformerConfig.picture(
                        "mesh",
                        CODES + 3,
                        2,
                        32,
                        4,
                        64,
                        manner.mostRows(),
                        new Positions.Grid(SIDE, SIDE, 100),
                        new PictureShape(0, false, manner.directions())),
                2);
    }

    private static DrawnCodes learner(Backbone backbone, Cells manner, double dropped) {
        return DrawnCodes.of(backbone, manner, 2, dropped, 0, TensorType.F32);
    }

    /// The chance that a cell is a code, given those on the left and above.
    private static double chance(int left, int above, int code) {
        int likely = (left + 2 * above + 1) % CODES;
        return code == likely ? 0.8 : 0.1;
    }

    /// A directed mesh: each cell follows from the one on the left and the one above; with a class
    /// that says the first. Where rings are tied, all cells of the middle ring are moved alike.
    private static Coded mesh(long seed, boolean tied) {
        Noise noise = Noise.of(seed, tied ? 1 : 2);
        int[] codes = new int[SIDE * SIDE];
        int label = (int) (2 * noise.uniform(99));
        for (int cell = 0; cell < codes.length; cell++) {
            int left = cell % SIDE == 0 ? label : codes[cell - 1];
            int above = cell < SIDE ? 0 : codes[cell - SIDE];
            double at = noise.uniform(tied && cell % SIDE + cell / SIDE == 2 ? 50 : cell);
            int code = 0;
            for (double sum = chance(left, above, 0); sum < at; sum += chance(left, above, code)) {
                code++;
            }
            codes[cell] = code;
        }
        return new Coded(codes, new float[0], label);
    }

    private static double entropy() {
        return -(0.8 * Math.log(0.8) + 0.2 * Math.log(0.1));
    }

    private static double learned(Cells manner, boolean tied) {
        try (Backbone backbone = backbone(manner);
                RunFolder folder = RunFolder.temporary()) {
            DrawnCodes learner = learner(backbone, manner, 0.1);
            TrainerOptions options =
                    TrainerOptions.through(
                            300,
                            1,
                            new Schedule.Cosine(1e-2, 1e-4, 20, 300),
                            new AdamWOptions(0.9, 0.99, 1e-8, 0.01),
                            1);
            try (Trainer<List<Coded>> trainer =
                    new Trainer<>(
                            learner,
                            number -> batch(number, 48, tied),
                            number -> batch(1_000_000 + number, 64, tied),
                            options,
                            folder,
                            new Journal() {})) {
                trainer.run();
            }
            return HeldOut.loss(learner, number -> batch(2_000_000 + number, 500, tied), 8);
        }
    }

    private static List<Coded> batch(long number, int size, boolean tied) {
        return IntStream.range(0, size).mapToObj(i -> mesh(number * size + i, tied)).toList();
    }

    /// Cells of a ring are independent given those before, so rings lose nothing. 4,000 pictures of
    /// nine codes: the mean of their surprise errs by 0.004 nats.
    @Test
    void ringsReachTheEntropyOfAMesh() {
        assertThat(learned(Cells.rings(code(), Mixture.BOTH), false))
                .isCloseTo(entropy(), within(0.05));
    }

    /// Where the cells of a ring are tied, raster knows and rings cannot: two of nine codes are all
    /// but certain given the first of their ring.
    @Test
    void ringsPayForWhatTiesTheirCells() {
        double rings = learned(Cells.rings(code(), Mixture.BOTH), true);
        double raster = learned(Cells.raster(code()), true);
        assertThat(rings).isCloseTo(entropy(), within(0.05));
        assertThat(raster).isLessThan(rings - 0.02);
    }

    @Test
    void whoseClassIsDroppedIsOfNoneInParticular() {
        Cells manner = Cells.rings(code(), Mixture.BOTH);
        try (Backbone backbone = backbone(manner);
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            List<Coded> one = batch(1, 4, false);
            List<Coded> other =
                    one.stream()
                            .map(each -> new Coded(each.codes(), each.vectors(), 1 - each.label()))
                            .toList();
            DrawnCodes all = learner(backbone, manner, 1);
            assertThat(loss(all, one, true)).isEqualTo(loss(all, other, true));
            assertThat(loss(all, one, false)).isNotEqualTo(loss(all, other, false));
            DrawnCodes none = learner(backbone, manner, 0);
            assertThat(loss(none, one, true)).isEqualTo(loss(none, one, false));
            // what is asked for as of no class in particular has the id behind the last
            List<Coded> unnamed =
                    one.stream().map(each -> new Coded(each.codes(), each.vectors(), 2)).toList();
            assertThat(loss(all, one, true)).isEqualTo(loss(none, unnamed, false));
        }
    }

    private static double loss(DrawnCodes learner, List<Coded> batch, boolean training) {
        return learner.loss(batch, training ? Optional.of(Ops.generator(3)) : Optional.empty())
                .total()
                .item_double();
    }

    @Test
    void aBackboneOfOtherIdsIsRefused() {
        Cells manner = Cells.raster(code());
        try (Backbone backbone = backbone(manner)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> DrawnCodes.of(backbone, manner, 7, 0, 0, TensorType.F32))
                    .withMessageContaining("has 6 ids; 3 codes and 7 classes need 11");
        }
    }
}
