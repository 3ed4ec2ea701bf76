package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cumae.decode.Decoder;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.decode.named.Decoders;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Sampling;
import org.cumae.engine.Engine;
import org.cumae.model.CapabilityException;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.net.BackboneTest.Shape;
import org.cumae.torch.Device;
import org.cumae.torch.Ops;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// Layers that roll from row to row: their numbers, in whatever pieces rows are fed; going back,
/// and what is remembered.
class RollingTest {
    private static final int ROWS = 40;
    private static final double CLOSE = 1e-4;

    private static Transformer fresh(Shape shape) {
        return new Transformer(backbone(shape));
    }

    private static Backbone backbone(Shape shape) {
        TransformerConfig small = shape.config;
        return Backbone.fresh(
                new TransformerConfig(
                        small.name(),
                        small.family(),
                        small.vocabulary(),
                        small.width(),
                        small.heads(),
                        small.keyHeads(),
                        small.headDim(),
                        small.innerWidth(),
                        1000,
                        small.mixing(),
                        small.norm(),
                        small.epsilon(),
                        small.positions(),
                        small.activation(),
                        small.biases(),
                        small.queryKeyNorm(),
                        small.tiedHead()),
                3);
    }

    private static Tokens line(int length) {
        return Tokens.of(new SplittableRandom(5).ints(length, 0, 19).toArray());
    }

    private static void same(Categorical law, Categorical expected) {
        for (int id = 0; id < expected.size(); id++) {
            assertThat(law.logitOf(id)).isCloseTo(expected.logitOf(id), within(CLOSE));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MAMBA", "MAMBA2", "S4", "S4D", "S5", "JAMBA"})
    void rowsMayBeFedInAnyPieces(Shape shape) {
        Tokens line = line(ROWS);
        try (Transformer model = fresh(shape);
                Context whole = DirectContext.open(model)) {
            List<Categorical> expected = new ArrayList<>();
            whole.ask(Query.feed(line).wantingEveryLaw()).findings().stream()
                    .map(Categorical.class::cast)
                    .forEach(expected::add);
            for (int[] pieces : new int[][] {{1}, {3}, {7, 1, 2}, {33, 7}}) {
                try (Context context = DirectContext.open(model)) {
                    int from = 0;
                    for (int i = 0; from < ROWS; i++) {
                        int to = Math.min(ROWS, from + pieces[i % pieces.length]);
                        List<Categorical> laws =
                                context
                                        .ask(Query.feed(line.slice(from, to)).wantingEveryLaw())
                                        .findings()
                                        .stream()
                                        .map(Categorical.class::cast)
                                        .toList();
                        for (int row = from; row < to; row++) {
                            same(laws.get(row - from), expected.get(row));
                        }
                        from = to;
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MAMBA", "MAMBA2", "S4", "S4D", "S5", "JAMBA"})
    void contextsGoBackToAnyLength(Shape shape) {
        Tokens line = line(ROWS);
        try (Transformer model = fresh(shape);
                Context straight = DirectContext.open(model);
                Context wandering = DirectContext.open(model)) {
            straight.ask(Query.feed(line));
            Categorical expected = straight.ask(Query.next(4)).categorical();
            wandering.ask(Query.feed(line.slice(0, 10)));
            wandering.ask(Query.feed(Tokens.of(1, 2, 3, 4, 5, 6, 7)));
            wandering.truncate(10); // before the last pass: remembered
            wandering.ask(Query.feed(line.slice(10, 20)));
            wandering.ask(Query.feed(Tokens.of(18)));
            try (Context copy = wandering.fork()) {
                copy.ask(Query.next(7));
                copy.truncate(3); // fed again
                copy.ask(Query.feed(line.slice(3, ROWS)));
                same(copy.ask(Query.next(4)).categorical(), expected);
            }
            wandering.truncate(13);
            wandering.ask(Query.feed(line.slice(13, ROWS)));
            assertThat(wandering.length()).isEqualTo(ROWS);
            same(wandering.ask(Query.next(4)).categorical(), expected);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MAMBA", "MAMBA2", "S4", "S4D", "S5", "JAMBA"})
    void draftsAreTakenBackAndTheTextIsThatOfPlainDecoding(Shape shape) {
        try (Engine engine = new Engine(fresh(shape))) {
            for (int seed = 0; seed < 4; seed++) {
                Request request =
                        Request.of(line(6))
                                .withSampling(Sampling.PLAIN.withTemperature(0.3))
                                .withSeed(seed)
                                .withMaxNewTokens(60);
                Tokens plain = text(engine, new Sequential(), request);
                for (String decoder :
                        List.of("speculative:suffix,gumbel,4", "speculative:lookup,match,3")) {
                    assertThat(text(engine, Decoders.parse(decoder), request)).isEqualTo(plain);
                }
            }
            assertThat(
                            text(
                                            engine,
                                            Decoders.parse("beam:3"),
                                            Request.of(line(6)).withMaxNewTokens(9))
                                    .size())
                    .isEqualTo(9);
            assertThatThrownBy(
                            () ->
                                    text(
                                            engine,
                                            Decoders.parse("speculative:aded,match,4,width=2"),
                                            Request.of(line(6))))
                    .isInstanceOf(CapabilityException.class)
                    .hasMessageContaining("draft trees");
        }
    }

    private static Tokens text(Engine engine, Decoder decoder, Request request) {
        return engine.call(context -> decoder.decode(context, request, Sink.NONE)).tokens();
    }

    @Test
    void whatIsRememberedDoesNotGrow() {
        for (Shape shape : List.of(Shape.MAMBA, Shape.MAMBA2, Shape.S4, Shape.S4D, Shape.S5)) {
            try (Transformer model = fresh(shape);
                    State state = model.open()) {
                long after = 0;
                for (int row = 0; row < 300; row++) {
                    Query query = Query.feed(Tokens.of(row % 19));
                    model.forward(List.of(new Transformer.Part(state, query)));
                    after = row == 1 ? state.bytes() : after;
                    assertThat(state.bytes()).isLessThanOrEqualTo(model.bytes(row + 1));
                }
                assertThat(state.bytes()).isEqualTo(after).isPositive();
                assertThat(model.bytes(500)).isEqualTo(model.bytes(2));
                try (State copy = state.fork()) {
                    assertThat(copy.bytes()).isEqualTo(after / 2); // now, and nothing before it
                }
            }
        }
    }

    @Test
    void masksAndTreesAreRefusedInWords() {
        try (Transformer model = fresh(Shape.MAMBA);
                Context context = DirectContext.open(model)) {
            context.ask(Query.feed(line(5)));
            assertThatThrownBy(() -> context.keep(2, Tokens.of(3)))
                    .hasMessageContaining("remembers no single rows");
        }
    }

    /// The card's numbers: two states, a step, an input and two maps a row.
    @Test
    void aSelectiveScanGivesTheGoldenNumbers() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            double[] a = {-1, -2};
            double[] step = {.5, .1, 1};
            double[] u = {1, 2, -1};
            double[][] in = {{1, .5}, {.2, 1}, {1, 1}};
            double[][] out = {{1, 1}, {1, -1}, {.5, 2}};
            double[] stays = new double[6];
            double[] comes = new double[6];
            for (int t = 0; t < 3; t++) {
                for (int n = 0; n < 2; n++) {
                    stays[2 * t + n] = Math.exp(step[t] * a[n]);
                    comes[2 * t + n] = step[t] * u[t] * in[t][n];
                }
            }
            Tensor h = Scan.states(doubles(stays, 1, 3, 2), doubles(comes, 1, 3, 2), zeros(1, 2));
            double[] states = Ops.doubles(h);
            double[] y = new double[3];
            for (int t = 0; t < 3; t++) {
                y[t] = .5 * u[t];
                for (int n = 0; n < 2; n++) {
                    y[t] += states[2 * t + n] * out[t][n];
                }
            }
            assertThat(y).containsExactly(new double[] {1.25, 1.087736, -2.799889}, within(1e-6));
            assertThat(new double[] {states[4], states[5]})
                    .containsExactly(new double[] {-.818849, -.945232}, within(1e-6));
        }
    }

    private static Tensor doubles(double[] values, long... shape) {
        return Tensor.create(values, shape);
    }

    private static Tensor zeros(long... shape) {
        return torch.zeros(shape).to(ScalarType.Double);
    }

    @Test
    void scansOfAnyLengthAreTheRecurrence() {
        SplittableRandom random = new SplittableRandom(1);
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            for (int length : new int[] {1, 2, 3, 64, 1000, 1024}) {
                double[] a = random.doubles(length, 0, 1).toArray();
                double[] b = random.doubles(length, -1, 1).toArray();
                double h = 0.7;
                double[] expected = new double[length];
                for (int t = 0; t < length; t++) {
                    h = a[t] * h + b[t];
                    expected[t] = h;
                }
                Tensor stays = doubles(a, 1, length, 1);
                Tensor comes = doubles(b, 1, length, 1);
                Tensor before = zeros(1, 1).add(Ops.scalar(0.7));
                assertThat(Ops.doubles(Scan.doubling(stays, comes, before)))
                        .containsExactly(expected, within(1e-12));
                assertThat(Ops.doubles(Scan.rowByRow(stays, comes, before)))
                        .containsExactly(expected, within(1e-12));
            }
        }
    }

    /// Backwards a scan is a scan: with `g_t` what the sum gains by `h_t`, `l_t = g_t + a_(t+1)
    /// l_(t+1)` is what it gains by `b_t`, and `l_t h_(t-1)` what it gains by `a_t`.
    @Test
    void gradientsOfScansAreTheScanBackwards() {
        int length = 9;
        SplittableRandom random = new SplittableRandom(2);
        double[] a = random.doubles(length, -1, 1).toArray();
        double[] b = random.doubles(length, -1, 1).toArray();
        double[] g = random.doubles(length, -1, 1).toArray();
        double[] states = states(a, b);
        double[] byB = new double[length];
        double[] byA = new double[length];
        double later = 0;
        for (int t = length - 1; t >= 0; t--) {
            later = g[t] + (t + 1 < length ? a[t + 1] : 0) * later;
            byB[t] = later;
            byA[t] = later * (t > 0 ? states[t - 1] : BEFORE);
        }
        double small = 1e-6;
        for (int t = 0; t < length; t++) { // the formula itself, by differences
            double[] moved = b.clone();
            moved[t] += small;
            assertThat((weighed(g, states(a, moved)) - weighed(g, states)) / small)
                    .isCloseTo(byB[t], within(1e-8));
            double[] turned = a.clone();
            turned[t] += small;
            assertThat((weighed(g, states(turned, b)) - weighed(g, states)) / small)
                    .isCloseTo(byA[t], within(1e-4));
        }
        try (var _ = new PointerScope()) {
            Tensor stays = doubles(a, 1, length, 1).requires_grad_(true);
            Tensor comes = doubles(b, 1, length, 1).requires_grad_(true);
            Tensor before = zeros(1, 1).add(Ops.scalar(BEFORE));
            Tensor weights = doubles(g, 1, length, 1);
            for (Tensor h :
                    List.of(
                            Scan.doubling(stays, comes, before),
                            Scan.rowByRow(stays, comes, before))) {
                List<Tensor> found = Ops.gradients(h.mul(weights).sum(), List.of(stays, comes));
                assertThat(Ops.doubles(found.getFirst())).containsExactly(byA, within(1e-12));
                assertThat(Ops.doubles(found.getLast())).containsExactly(byB, within(1e-12));
            }
        }
    }

    private static final double BEFORE = 0.7;

    private static double[] states(double[] a, double[] b) {
        double[] states = new double[a.length];
        double h = BEFORE;
        for (int t = 0; t < a.length; t++) {
            h = a[t] * h + b[t];
            states[t] = h;
        }
        return states;
    }

    private static double weighed(double[] g, double[] states) {
        double sum = 0;
        for (int t = 0; t < g.length; t++) {
            sum += g[t] * states[t];
        }
        return sum;
    }

    /// Heads in groups, from a state that is there, against the recurrence written out.
    @Test
    void stretchesFromAStateAreTheRecurrence() {
        int rows = 23;
        int heads = 6;
        int groups = 2;
        int dim = 3;
        int state = 5;
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            torch.manual_seed(8);
            Tensor decay = torch.rand(2, rows, heads).to(ScalarType.Double).neg();
            Tensor added = torch.randn(2, rows, heads, dim).to(ScalarType.Double);
            Tensor in = torch.randn(2, rows, groups, state).to(ScalarType.Double);
            Tensor out = torch.randn(2, rows, groups, state).to(ScalarType.Double);
            Tensor before = torch.randn(2, heads, dim, state).to(ScalarType.Double);
            Tensor h = before;
            List<Tensor> said = new ArrayList<>();
            for (int t = 0; t < rows; t++) {
                Tensor b = Ops.repeat(in.select(1, t), heads / groups, 1); // [2, heads, state]
                Tensor c = Ops.repeat(out.select(1, t), heads / groups, 1);
                h =
                        h.mul(decay.select(1, t).exp().unsqueeze(2).unsqueeze(3))
                                .add(added.select(1, t).unsqueeze(3).mul(b.unsqueeze(2)));
                said.add(h.mul(c.unsqueeze(2)).sum(3));
            }
            double[] expected = Ops.doubles(Ops.stack(said, 1));
            for (int chunk : new int[] {1, 4, rows, 64}) {
                Mamba2.Stretched all = Mamba2.stretches(chunk, decay, added, in, out, before);
                assertThat(Ops.doubles(all.y())).containsExactly(expected, within(1e-10));
                assertThat(Ops.doubles(all.state())).containsExactly(Ops.doubles(h), within(1e-10));
            }
        }
    }

    /// The card's numbers: one head of one channel and one state number, into which each row adds
    /// 1.
    @Test
    void stretchesOfAnyLengthGiveTheGoldenNumbers() {
        double[] expected = {1, 1.818731, 2.347349, 2.573475};
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor decay = doubles(new double[] {-.1, -.2, -.3, -.4}, 1, 4, 1);
            Tensor ones = doubles(new double[] {1, 1, 1, 1}, 1, 4, 1, 1);
            for (int chunk : new int[] {1, 2, 3, 4, 64}) {
                Mamba2.Stretched said =
                        Mamba2.stretches(chunk, decay, ones, ones, ones, zeros(1, 1, 1, 1));
                assertThat(Ops.doubles(said.y().flatten()))
                        .as("%d rows", chunk)
                        .containsExactly(expected, within(1e-6));
                assertThat(said.state().item_double()).isCloseTo(expected[3], within(1e-6));
            }
        }
    }

    /// A layer whose convolution passes everything on.
    private static Mamba2 unit(int chunk) {
        Mixing.Mamba2 shape =
                new Mixing.Mamba2(1, 1, 1, 1, 1, chunk, false, false, 0, Double.POSITIVE_INFINITY);
        return new Mamba2(
                0,
                shape,
                new Linear.Plain(torch.ones(5, 1), Optional.empty()),
                new Convolution(torch.ones(3, 1, 1), Optional.empty()),
                torch.zeros(1),
                torch.zeros(1),
                torch.zeros(1),
                new Norm.Rms(torch.ones(1), 1e-5),
                new Linear.Plain(torch.ones(1, 1), Optional.empty()));
    }

    @Test
    void aStepOfNothingKeepsTheStateToTheLastBit() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Mamba2 layer = unit(4);
            Tensor x =
                    doubles(new double[] {1, 2, 3, -1e4, 2, 1, -1, -1e4}, 1, 2, 4)
                            .to(ScalarType.Float);
            Tensor state = torch.randn(1, 1, 1, 1);
            Recurrent.Rolled rolled = layer.roll(x, List.of(torch.zeros(1, 0, 3), state));
            assertThat(Ops.floats(rolled.memory().getLast())).isEqualTo(Ops.floats(state));
        }
    }

    @Test
    void aHugeStepForgetsAllThatWasBefore() {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Mamba2 layer = unit(4);
            Tensor x = torch.ones(1, 3, 4).mul(Ops.scalar(1e3));
            List<float[]> states = new ArrayList<>();
            for (double remembered : new double[] {0, 1e6}) {
                Tensor state = torch.zeros(1, 1, 1, 1).add(Ops.scalar(remembered));
                Recurrent.Rolled rolled = layer.roll(x, List.of(torch.zeros(1, 0, 3), state));
                states.add(Ops.floats(rolled.memory().getLast()));
            }
            assertThat(states.getLast()).isEqualTo(states.getFirst());
            assertThat(states.getFirst()[0]).isPositive();
        }
    }

    /// Where every row chooses alike, what one row is worth later depends on how much later only.
    @Test
    void aSelectionThatNeverChangesIsAConvolution() {
        int rows = 12;
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Mamba2 layer = unit(5);
            double[] u = new SplittableRandom(3).doubles(rows, -2, 2).toArray();
            float[] read = new float[4 * rows]; // the channel, B, C and the size of the step
            for (int t = 0; t < rows; t++) {
                read[4 * t] = (float) u[t];
                read[4 * t + 1] = 1;
                read[4 * t + 2] = 1;
            }
            Tensor x = Tensor.create(read, 1, rows, 4);
            float[] said =
                    Ops.floats(
                            layer.roll(x, List.of(torch.zeros(1, 0, 3), torch.zeros(1, 1, 1, 1)))
                                    .y());
            double step = Math.log(2); // softplus of 0, and A is -1
            for (int t = 0; t < rows; t++) {
                double expected = 0;
                for (int s = 0; s <= t; s++) {
                    expected += Math.exp(-step * (t - s)) * step * silu(u[s]);
                }
                double both = silu(1) * silu(1); // B C
                assertThat((double) said[t]).isCloseTo(expected * both, within(1e-5));
            }
        }
    }

    private static double silu(double x) {
        return x / (1 + Math.exp(-x));
    }

    @Test
    void aHybridRemembersWhatItsPartsDo() {
        TransformerConfig config = Shape.JAMBA.config;
        Backbone backbone = backbone(Shape.JAMBA);
        long rolling = 2 * backbone.memoryBytes(); // now, and before the last pass
        long row = 2L * config.keyHeads() * config.headDim() * Float.BYTES; // of one layer
        try (Transformer model = new Transformer(backbone);
                State state = model.open()) {
            for (int rows = 1; rows <= 300; rows++) {
                Query query = Query.feed(Tokens.of(rows % 19));
                model.forward(List.of(new Transformer.Part(state, query)));
                long attending = state.bytes() - (rows == 1 ? rolling / 2 : rolling);
                assertThat(attending % row).isZero();
                assertThat(attending).isGreaterThanOrEqualTo(rows * row);
                assertThat(state.bytes()).isLessThanOrEqualTo(model.bytes(rows));
            }
        }
    }

    @Test
    void aCopyGoesOnToTheLastBit() {
        for (Shape shape :
                List.of(Shape.MAMBA, Shape.MAMBA2, Shape.S4, Shape.S4D, Shape.S5, Shape.JAMBA)) {
            try (Transformer model = fresh(shape);
                    Context context = DirectContext.open(model)) {
                context.ask(Query.feed(line(20)));
                try (Context copy = context.fork()) {
                    context.ask(Query.feed(Tokens.of(1, 2, 3)));
                    context.truncate(20); // back to what was remembered
                    Categorical back = context.ask(Query.next(4)).categorical();
                    Categorical copied = copy.ask(Query.next(4)).categorical();
                    for (int id = 0; id < back.size(); id++) {
                        assertThat(back.logitOf(id)).isEqualTo(copied.logitOf(id));
                    }
                }
            }
        }
    }

    @Test
    void layersHaveTheWeightsOfThePublishedOnes() {
        int width = 768;
        try (Backbone one = Backbone.fresh(wide("mamba", Mixing.Mamba.of(width), width, 1), 1);
                Backbone two = Backbone.fresh(wide("mamba", Mixing.Mamba.of(width), width, 2), 1)) {
            long layer = two.parameters() - one.parameters();
            assertThat(layer).as("with its norm").isEqualTo(3_770_880 + width);
            long all = 24 * layer + 50_280L * width + width;
            assertThat(all).isEqualTo(129_135_360);
        }
        Mixing second =
                new Mixing.Mamba2(24, 64, 1, 128, 4, 256, false, true, 0, Double.POSITIVE_INFINITY);
        try (Backbone one = Backbone.fresh(wide("mamba2", second, width, 1), 1);
                Backbone two = Backbone.fresh(wide("mamba2", second, width, 2), 1)) {
            assertThat(two.parameters() - one.parameters()).isEqualTo(3_764_552 + width);
        }
    }

    private static TransformerConfig wide(String family, Mixing mixing, int width, int layers) {
        return new TransformerConfig(
                "wide",
                family,
                3,
                width,
                0,
                0,
                0,
                0,
                64,
                Collections.nCopies(layers, mixing),
                TransformerConfig.NormKind.RMS,
                1e-5,
                new Positions.None(),
                TransformerConfig.Activation.SWIGLU,
                Set.of(),
                false,
                true);
    }

    @Test
    void memoriesGoBackOnePassAndToTheStart() {
        Mamba2 layer = unit(4);
        try (var _ = new PointerScope();
                var _ = new NoGradGuard();
                Memories memories = new Memories(Device.CPU)) {
            for (int pass = 1; pass <= 3; pass++) {
                memories.stage(
                        layer,
                        List.of(
                                torch.zeros(1, 0, 3),
                                torch.zeros(1, 1, 1, 1).add(Ops.scalar(pass))));
                memories.commit(5);
            }
            assertThat(memories.nearest(15)).isEqualTo(15);
            assertThat(memories.nearest(14)).isEqualTo(10);
            assertThat(memories.nearest(9)).isZero();
            memories.stage(layer, List.of(torch.zeros(1, 0, 3), torch.zeros(1, 1, 1, 1)));
            memories.drop();
            memories.back(10);
            assertThat(memories.of(layer).getLast().item_float()).isEqualTo(2);
            assertThat(memories.nearest(9)).isZero();
            memories.back(0);
            assertThat(memories.of(layer).getLast().item_float()).isZero();
            assertThat(memories.bytes()).isZero();
        }
    }
}
