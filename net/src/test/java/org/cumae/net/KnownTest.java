package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cumae.distribution.Vector;
import org.cumae.engine.Engine;
import org.cumae.flow.Solver;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Input;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.net.FlowShape.Reach;
import org.cumae.net.FlowShape.Told;
import org.cumae.noise.Noise;
import org.cumae.picture.DrawValues;
import org.cumae.picture.FlowMasks;
import org.cumae.picture.Guidance;
import org.cumae.picture.PatchBasis;
import org.cumae.picture.PatchLatent;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// MAR's encoder: what is hidden is left out of the first blocks.
class KnownTest {
    private static final int WIDTH = 2; // of vectors
    private static final int MODEL = 24;
    private static final int CELLS = 9;
    private static final int LAYERS = 3;
    private static final int ENCODER = 2;
    private static final double ROUNDING = 5e-5;
    private static final FlowMasks MASKS =
            new FlowMasks(
                            new PatchLatent(
                                    new PatchBasis(
                                            2,
                                            1,
                                            new float[4],
                                            new float[][] {{1, 0, 0, 0}, {0, 1, 0, 0}},
                                            1),
                                    3,
                                    3),
                            4)
                    .ordered(Noise.of(2, 2));

    @TempDir private Path folder;

    private static TransformerConfig config(int encoder) {
        return TransformerConfig.picture(
                "masks",
                4,
                LAYERS,
                MODEL,
                3,
                20,
                MASKS.mostRows(),
                new Positions.Grid(3, 3, 100),
                new PictureShape(
                        WIDTH,
                        true,
                        1,
                        Optional.of(
                                new FlowShape(2, Reach.TOGETHER, Told.EACH, true, 1, encoder))));
    }

    private static Backbone loud(int encoder) {
        return Loud.backbone(config(encoder), 0.2);
    }

    private static float[] numbers(long seed, int count) {
        Noise noise = Noise.of(seed, 1);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) noise.gaussian(i);
        }
        return numbers;
    }

    /// Pictures of which some cells are known.
    private static PictureRows rows(List<Set<Integer>> known, float... values) {
        float[] shown = values.clone();
        float[] times = new float[known.size() * CELLS];
        for (int cell = 0; cell < times.length; cell++) {
            if (!known.get(cell / CELLS).contains(cell % CELLS)) {
                Arrays.fill(shown, cell * WIDTH, (cell + 1) * WIDTH, 0);
                times[cell] = 1;
            }
        }
        int[] labels = IntStream.range(0, known.size()).map(picture -> picture % 3).toArray();
        return new PictureRows(MASKS.lesson(), 1, labels, new int[0], shown, times);
    }

    private static float[] told(Backbone backbone, List<Set<Integer>> known, float... values) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            return Ops.floats(backbone.told(rows(known, values), Optional.empty()));
        }
    }

    private static void close(float[] one, float... other) {
        assertThat(one).hasSameSizeAs(other);
        for (int i = 0; i < one.length; i++) {
            assertThat((double) one[i])
                    .isCloseTo(other[i], within(ROUNDING * (1 + Math.abs(other[i]))));
        }
    }

    /// The paper's two networks by hand: the first blocks are given the known rows and no others.
    /// What is learned of an error is the same as well.
    @Test
    void anEncoderIsTheFirstBlocksOverKnownRowsAlone() {
        float[] values = numbers(4, CELLS * WIDTH);
        try (var _ = new PointerScope()) {
            torch.manual_seed(5);
            Weights weights = Weights.take(new Fresh(), config(ENCODER), Gpt2Names.NEW);
            List<Tensor> matrices = new ArrayList<>();
            for (Stored stored : weights.owned().tensors()) {
                Tensor weight = stored.tensor();
                if (weight.dim() > 1) {
                    try (var _ = new NoGradGuard()) {
                        weight.copy_(torch.randn(weight.sizes().vec().get()).mul_(Ops.scalar(0.2)));
                    }
                    matrices.add(weight.requires_grad_(true));
                }
            }
            try (Backbone backbone =
                    new Backbone(config(ENCODER), Device.CPU, weights, Optional.empty())) {
                PictureRows rows = rows(List.of(Set.of(1, 4, 8)), values);
                Tensor whole = backbone.told(rows, Optional.empty());
                Tensor byHand = byHand(backbone, weights, rows, 0, 2, 5, 9);
                close(Ops.floats(whole.detach()), Ops.floats(byHand.detach()));
                Tensor error = Tensor.create(numbers(7, CELLS * MODEL), CELLS, MODEL);
                whole.mul(error).sum().backward();
                List<float[]> gradients = taken(matrices);
                byHand.mul(error).sum().backward();
                List<float[]> others = taken(matrices);
                int learning = 0;
                for (int i = 0; i < gradients.size(); i++) {
                    close(gradients.get(i), others.get(i));
                    learning += gradients.get(i).length > 0 ? 1 : 0;
                }
                // five of each block, those of times, and what rows come from
                assertThat(learning).isEqualTo(LAYERS * 5 + 4);
            }
        }
    }

    private static List<float[]> taken(List<Tensor> weights) {
        List<float[]> gradients = new ArrayList<>();
        for (Tensor weight : weights) {
            Tensor gradient = weight.grad();
            gradients.add(gradient.defined() ? Ops.floats(gradient.clone()) : new float[0]);
            if (gradient.defined()) {
                gradient.zero_();
            }
        }
        return gradients;
    }

    /// @param some the condition's row, and those behind it of which something is known
    private static Tensor byHand(
            Backbone backbone, Weights weights, PictureRows rows, int... some) {
        Tensor all =
                Ops.cat(
                        List.of(
                                backbone.embedded(Ops.ids(0)),
                                backbone.vectors(rows.vectors(), CELLS)),
                        0);
        Tensor encoded = through(weights.blocks().subList(0, ENCODER), weights, all, rows, some);
        List<Tensor> both = new ArrayList<>();
        for (int row = 0; row <= CELLS; row++) {
            int place = Arrays.binarySearch(some, row);
            both.add(place < 0 ? all.narrow(0, row, 1) : encoded.narrow(0, place, 1));
        }
        Tensor decoded =
                through(
                        weights.blocks().subList(ENCODER, LAYERS),
                        weights,
                        Ops.cat(both, 0),
                        rows,
                        IntStream.rangeClosed(0, CELLS).toArray());
        return weights.norm().forward(decoded.narrow(0, 1, CELLS));
    }

    /// Blocks over some rows of one picture, which are all that there are.
    private static Tensor through(
            List<Block> blocks, Weights weights, Tensor all, PictureRows rows, int... some) {
        boolean[] seen = new boolean[some.length * some.length];
        float[] times = new float[some.length];
        int[] positions = new int[some.length];
        for (int i = 0; i < some.length; i++) {
            positions[i] = rows.lesson().positions()[some[i]];
            times[i] = some[i] == 0 ? 0 : rows.times()[some[i] - 1];
            for (int j = 0; j < some.length; j++) {
                seen[i * some.length + j] = i > 0 || j == 0;
            }
        }
        Tensor conditions =
                torch.silu(
                        weights.embedding()
                                .narrow(0, 0, 1)
                                .add(weights.flow().orElseThrow().times().of(Device.CPU, times)));
        Tensor mask = Device.CPU.mask(seen, some.length, some.length);
        Pass pass =
                new Pass(
                        new Batch(1, some.length, Optional.of(mask)),
                        Gate.CLOSED,
                        Optional.of(
                                Rotation.of(
                                        new Positions.Grid(3, 3, 100), positions, 8, Device.CPU)),
                        Optional.empty(),
                        Optional.of(Modulation.Conditions.each(conditions)),
                        Rounding.FREE);
        Tensor x = all.index_select(0, Ops.ids(some));
        for (Block block : blocks) {
            x = block.forward(x, pass);
        }
        return x;
    }

    /// Pictures of which more is known and of which less are learned side by side.
    @Test
    void picturesOfWhichMoreIsKnownDoNotDisturbOthers() {
        List<Set<Integer>> known = List.of(Set.of(2), Set.of(), Set.of(0, 1, 3, 4, 5, 7, 8));
        float[] values = numbers(5, known.size() * CELLS * WIDTH);
        try (Backbone backbone = loud(ENCODER)) {
            float[] together = told(backbone, known, values);
            int each = CELLS * MODEL;
            float[] last =
                    told(
                            backbone,
                            List.of(Set.of(), Set.of(), known.get(2)), // its label is by its place
                            values);
            close(
                    Arrays.copyOfRange(together, 2 * each, 3 * each),
                    Arrays.copyOfRange(last, 2 * each, 3 * each));
            float[] first =
                    told(backbone, known.subList(0, 1), Arrays.copyOf(values, CELLS * WIDTH));
            close(Arrays.copyOf(together, each), first);
            // and an encoder is not what all blocks over all rows are
            float[] plain;
            try (Backbone without = loud(0)) {
                plain = told(without, known.subList(0, 1), Arrays.copyOf(values, CELLS * WIDTH));
            }
            assertThat(Math.abs(plain[0] - first[0])).isGreaterThan(1e-3f);
        }
    }

    /// Where all is known, it is.
    @Test
    void nothingIsLeftOutWhereAllIsKnown() {
        List<Set<Integer>> all = List.of(Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8));
        float[] values = numbers(6, CELLS * WIDTH);
        try (Backbone backbone = loud(ENCODER);
                Backbone without = loud(0)) {
            close(told(backbone, all, values), told(without, all, values));
        }
    }

    /// Requests in different steps share passes, and each draws what it draws alone.
    @Test
    void requestsShareTheEncoder() throws Exception {
        List<float[]> alone = new ArrayList<>();
        try (Transformer model = new Transformer(loud(ENCODER))) {
            for (int seed = 0; seed < 3; seed++) {
                try (Context context = DirectContext.open(model)) {
                    alone.add(drawing(seed).draw(context, DrawValues.Onlooker.NONE).values());
                }
            }
        }
        try (Engine engine = new Engine(new Transformer(loud(ENCODER)))) {
            List<Future<DrawValues.Drawn>> together =
                    IntStream.range(0, 3)
                            .mapToObj(
                                    seed ->
                                            engine.submit(
                                                    context ->
                                                            drawing(seed)
                                                                    .draw(
                                                                            context,
                                                                            DrawValues.Onlooker
                                                                                    .NONE)))
                            .toList();
            for (int seed = 0; seed < 3; seed++) {
                float[] drawn = together.get(seed).get().values();
                for (int i = 0; i < drawn.length; i++) {
                    assertThat((double) drawn[i])
                            .isCloseTo(alone.get(seed)[i], within(2e-3 * (1 + Math.abs(drawn[i]))));
                }
            }
        }
    }

    private static DrawValues drawing(long seed) {
        return new DrawValues(
                MASKS,
                3,
                OptionalInt.of(1),
                new Guidance.Constant(2),
                Solver.Euler.even(3),
                1,
                Noise.of(11, seed));
    }

    @Test
    void aSavedModelHasItsEncoder() {
        float[] values = numbers(8, CELLS * WIDTH);
        List<Set<Integer>> known = List.of(Set.of(3, 4));
        try (Backbone backbone = loud(ENCODER)) {
            backbone.save(folder, TensorType.F32);
            try (Backbone loaded = Backbone.load(folder)) {
                assertThat(loaded.encoder()).isEqualTo(ENCODER);
                assertThat(told(loaded, known, values))
                        .containsExactly(told(backbone, known, values));
            }
        }
    }

    @Test
    void knownRowsComeFirst() {
        List<Vector> vectors =
                List.of(new Vector(new float[WIDTH]), new Vector(new float[] {1, 2}));
        Query mixed =
                new Query(
                        new Input.Noised(vectors, List.of(1.0, 0.0), List.of()),
                        Optional.of(Tokens.of(0, 1)),
                        Visibility.FULL,
                        List.of());
        try (Transformer model = new Transformer(loud(ENCODER));
                Context context = DirectContext.open(model)) {
            context.ask(MASKS.opening(0, 1, List.of(), new float[CELLS * WIDTH]).getFirst());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> context.ask(mixed))
                    .withMessageContaining("takes known rows first");
        }
    }

    @Test
    void anEncoderLeavesBlocksForWhatIsHidden() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> config(LAYERS))
                .withMessageContaining("an encoder of 3 blocks leaves none of 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FlowShape(2, Reach.TOGETHER, Told.EACH, false, 1, 1))
                .withMessageContaining("rows know whether they are known");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FlowShape(2, Reach.TOGETHER, Told.EACH, true, 1, -1))
                .withMessageContaining("an encoder has -1 blocks");
    }
}
