package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.cumae.net.Positions.Stack;
import org.cumae.net.Positions.Stack.Sheet;
import org.cumae.torch.Ops;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// Where rows stand in a stack of grids.
class StackTest {
    private static final int SIDE = 6;
    private static final int SLOTS = 3;
    private static final Stack STACK =
            new Stack(
                    List.of(
                            new Sheet(SIDE, SIDE, SLOTS),
                            new Sheet(1, 1, 2),
                            new Sheet(SIDE / 2, SIDE / 2, 2)),
                    100);
    private static final int HEAD = 16;

    @TempDir private Path folder;

    private static Backbone backbone(Positions positions) {
        return Backbone.fresh(
                new TransformerConfig(
                        "stack",
                        TransformerConfig.POINTERS,
                        11,
                        32,
                        2,
                        2,
                        HEAD,
                        48,
                        64,
                        Mixing.attention(3),
                        TransformerConfig.NormKind.RMS,
                        1e-5,
                        positions,
                        TransformerConfig.Activation.SWIGLU,
                        Set.of(TransformerConfig.Bias.QUERY_KEY_VALUE),
                        false,
                        false),
                4);
    }

    private static int position(int row, int column, int slot) {
        return (row * SIDE + column) * SLOTS + slot;
    }

    @Test
    void slotsOfACellStandAtOnePlaceAndCoarserGridsBetweenCells() {
        assertThat(STACK.angles(position(2, 3, 0), HEAD))
                .isEqualTo(STACK.angles(position(2, 3, 2), HEAD));
        double[] cell = STACK.angles(position(0, 0, 0), HEAD);
        assertThat(cell).containsOnly(0);
        double[] next = STACK.angles(position(1, 0, 0), HEAD);
        assertThat(next[0]).isEqualTo(2);
        assertThat(Arrays.copyOfRange(next, 2, HEAD / 2)).containsOnly(0);
        int coarse = SIDE * SIDE * SLOTS + 2;
        assertThat(STACK.angles(coarse, HEAD)[0]).isEqualTo(1); // half a cell down
        assertThat(STACK.angles(coarse, HEAD)[4]).isEqualTo(4); // the third sheet
        assertThat(Arrays.copyOfRange(STACK.angles(coarse, HEAD), 5, 8))
                .containsOnly(0); // what is alike is alike everywhere
        assertThat(STACK.angles(coarse - 1, HEAD)[0]).isCloseTo(5, within(1e-12)); // the middle
        assertThatIllegalArgumentException()
                .isThrownBy(() -> STACK.angles(STACK.positions(), HEAD))
                .withMessageContaining("position %d".formatted(STACK.positions()));
    }

    private static float[] logits(Backbone backbone, int down, int right) {
        int[] ids = {1, 5, 9, 2, 7, 3, 3, 8, 10, 4};
        int[] rows = {0, 0, 1, 2, 2, 1, 0, 1, 2, 2};
        int[] columns = {1, 0, 2, 2, 0, 1, 2, 0, 1, 2};
        int[] positions =
                IntStream.range(0, ids.length)
                        .map(i -> position(rows[i] + down, columns[i] + right, i % SLOTS))
                        .toArray();
        boolean[] seen = new boolean[ids.length * ids.length];
        for (int i = 0; i < ids.length; i++) {
            Arrays.fill(seen, i * ids.length, i * ids.length + i + 1, true);
        }
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            return Ops.floats(
                    backbone.logits(
                            new Arrangement(
                                    1,
                                    ids.length,
                                    ids,
                                    positions,
                                    seen,
                                    IntStream.range(0, ids.length).toArray()),
                            Optional.empty()));
        }
    }

    /// A model knows where rows stand to each other, and not where all of them do: queries, keys
    /// and values are turned alike, and what was mixed is turned back.
    @Test
    void movingAllRowsMovesNoLogit() {
        try (Backbone backbone = backbone(STACK)) {
            float[] here = logits(backbone, 0, 0);
            float[] there = logits(backbone, 2, 3);
            for (int i = 0; i < here.length; i++) {
                assertThat(there[i]).isCloseTo(here[i], within(2e-5f));
            }
        }
    }

    /// Half of the heads of a fresh model look for rows like their own, wherever these stand, and
    /// what they bring back says how far off they are; the other half do not.
    @Test
    void halfOfTheHeadsBeginByLookingForWhatIsAlike() {
        try (Backbone backbone = backbone(STACK);
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            float[] weight = ofShape(backbone, 6 * HEAD, 32);
            int width = 32;
            float[] queries = Arrays.copyOfRange(weight, 0, HEAD * width);
            float[] keys = Arrays.copyOfRange(weight, 2 * HEAD * width, 3 * HEAD * width);
            assertThat(keys).isEqualTo(queries);
            assertThat(Arrays.copyOfRange(weight, 3 * HEAD * width, 4 * HEAD * width))
                    .isNotEqualTo(Arrays.copyOfRange(weight, HEAD * width, 2 * HEAD * width));
            float[] bias = ofShape(backbone, 6 * HEAD);
            assertThat(Arrays.copyOfRange(bias, 0, 4 * HEAD)).containsOnly(0);
            assertThat(Arrays.copyOfRange(bias, 4 * HEAD, 5 * HEAD)).doesNotContain(0);
            assertThat(Arrays.copyOfRange(bias, 5 * HEAD, 6 * HEAD)).containsOnly(0);
        }
    }

    /// The first tensor of a shape: that of queries, keys and values of the first layer.
    private static float[] ofShape(Backbone backbone, long... shape) {
        return backbone.tensors().stream()
                .filter(tensor -> Arrays.equals(tensor.sizes().vec().get(), shape))
                .findFirst()
                .map(Ops::floats)
                .orElseThrow();
    }

    @Test
    void aFileKeepsTheSheets() {
        try (Backbone backbone = backbone(STACK)) {
            backbone.save(folder, TensorType.F32);
            try (Backbone again = Backbone.load(folder)) {
                assertThat(again.config().positions()).isEqualTo(STACK);
                assertThat(logits(again, 1, 1)).isEqualTo(logits(backbone, 1, 1));
            }
        }
    }

    @Test
    void sheetsThatCannotBeAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sheet(0, 1, 1))
                .withMessageContaining("0 rows");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Stack(List.of(), 100))
                .withMessageContaining("no sheet");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> backbone(new Stack(List.of(new Sheet(2, 2, 2)), 100)))
                .withMessageContaining("fewer positions");
    }
}
