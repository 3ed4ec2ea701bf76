package org.cumae.train.denoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.decode.block.BlockDiffusion;
import org.cumae.decode.block.Pacing;
import org.cumae.decode.block.RevealPolicy;
import org.cumae.distribution.Categorical;
import org.cumae.exact.MaskedModel;
import org.cumae.model.Answer;
import org.cumae.model.CapabilityException;
import org.cumae.model.Context;
import org.cumae.model.Denoising;
import org.cumae.model.Denoising.Reading;
import org.cumae.model.DirectContext;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.net.Arrangement;
import org.cumae.net.Backbone;
import org.cumae.net.Mixing;
import org.cumae.net.Positions;
import org.cumae.net.Streams;
import org.cumae.net.Transformer;
import org.cumae.net.TransformerConfig;
import org.cumae.noise.Noise;
import org.cumae.torch.Ops;
import org.cumae.train.denoise.MaskProcess.Maskable;
import org.cumae.train.denoise.MaskProcess.NoisyBatch;
import org.cumae.train.denoise.MaskProcess.Weight;
import org.cumae.train.text.Windows.WindowBatch;
import org.cumae.unit.Bytes;
import org.cumae.unit.Tokenizer;
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
import java.util.stream.IntStream;

/// What is learned in two streams is what decodes, and what bounds the surprise of text.
class MaskedBlocksTest {
    private static final int VOCABULARY = 7;
    private static final int LENGTH = 11; // the last block is short
    private static final double SINGLE = 2e-5; // sums of float32 in another order

    private static final List<Denoising> ALL =
            List.of(
                    new Denoising(4, Reading.BLOCKS, false),
                    new Denoising(3, Reading.BLOCKS, true),
                    new Denoising(4, Reading.PREFIX, false));

    @TempDir private Path folder;

    private static TransformerConfig config(boolean tied) {
        return new TransformerConfig(
                "small",
                "llama",
                VOCABULARY,
                16,
                2,
                2,
                8,
                24,
                64,
                Mixing.attention(2),
                TransformerConfig.NormKind.RMS,
                1e-5,
                new Positions.Rotary(
                        10_000, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                TransformerConfig.Activation.SWIGLU,
                Set.of(),
                false,
                tied);
    }

    private static Backbone fresh(Denoising how) {
        Backbone backbone = Backbone.fresh(config(false).filling(how), 5);
        // larger weights than training begins with, so that what a row sees tells
        for (Tensor weight : backbone.tensors()) {
            if (weight.dim() > 1) {
                try (var _ = new PointerScope();
                        var _ = new NoGradGuard()) {
                    weight.mul_(Ops.scalar(12));
                }
            }
        }
        return backbone;
    }

    private static WindowBatch windows(int rows, int length, int vocabulary, int seed) {
        Noise noise = Noise.of(seed, 3);
        int[] ids =
                IntStream.range(0, rows * (length + 1))
                        .map(i -> (int) (noise.uniform(i) * vocabulary))
                        .toArray();
        return new WindowBatch(ids, rows, length);
    }

    private static NoisyBatch noisy(MaskProcess process, Denoising how, int seed) {
        return process.of(_ -> windows(3, LENGTH, VOCABULARY, seed), how, Maskable.ALL, seed)
                .at(seed);
    }

    private static MaskedBlocks learner(Backbone backbone, MaskedBlocks.Form form, double next) {
        boolean shifted = backbone.config().denoising().orElseThrow().shifted();
        return new MaskedBlocks(backbone, Bytes.BYTES, form, next, shifted, 0, TensorType.F32);
    }

    private static double loss(MaskedBlocks learner, NoisyBatch batch) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            return learner.loss(batch, Optional.empty()).total().item_double();
        }
    }

    /// T3, and the gradients too.
    @Test
    void oneMaskAndTwoPassesAreTheSame() {
        for (Denoising how : ALL) {
            double next = how.foretells() ? 1 : 0;
            try (Backbone backbone = fresh(how)) {
                backbone.tensors().forEach(weight -> weight.requires_grad_(true));
                NoisyBatch batch = noisy(MaskProcess.SDAR, how, 2);
                List<List<float[]>> gradients = new ArrayList<>();
                List<Double> losses = new ArrayList<>();
                for (MaskedBlocks.Form form : MaskedBlocks.Form.values()) {
                    try (var _ = new PointerScope()) {
                        Tensor total =
                                learner(backbone, form, next).loss(batch, Optional.empty()).total();
                        losses.add(total.item_double());
                        gradients.add(
                                Ops.gradients(total, backbone.tensors()).stream()
                                        .map(Ops::floats)
                                        .toList());
                    }
                }
                assertThat(losses.getFirst()).isCloseTo(losses.getLast(), within(1e-3));
                for (int i = 0; i < backbone.tensors().size(); i++) {
                    assertThat(gradients.getFirst().get(i))
                            .usingComparatorWithPrecision(1e-3f)
                            .containsExactly(gradients.getLast().get(i));
                }
            }
        }
    }

    /// The rows of a window, by hand: what a decoder feeds of block after block.
    private static List<Categorical> blockByBlock(Transformer model, NoisyBatch batch) {
        List<Categorical> laws = new ArrayList<>();
        Denoising how = batch.denoising();
        int mask = model.card().vocabulary();
        for (int window = 0; window < batch.rows(); window++) {
            int w = window;
            for (int begin = 0; begin < batch.length(); begin += how.block()) {
                int end = Math.min(begin + how.block(), batch.length());
                List<Integer> order = new ArrayList<>();
                boolean prefix = how.reading() == Reading.PREFIX;
                for (int place = begin; place < end; place++) {
                    if (!prefix || !batch.isMasked(w, place)) {
                        order.add(place);
                    }
                }
                for (int place = begin; prefix && place < end; place++) {
                    if (batch.isMasked(w, place)) {
                        order.add(place);
                    }
                }
                try (Context context = DirectContext.open(model)) {
                    for (int past = 0; past < begin; past += how.block()) {
                        Query query =
                                Query.feed(
                                        Tokens.of(
                                                IntStream.range(past, past + how.block())
                                                        .map(place -> batch.id(w, place))
                                                        .toArray()));
                        context.ask(prefix ? query : query.seeing(Visibility.FULL));
                    }
                    Query query =
                            Query.feed(
                                            Tokens.of(
                                                    order.stream()
                                                            .mapToInt(
                                                                    place ->
                                                                            batch.isMasked(w, place)
                                                                                    ? mask
                                                                                    : batch.id(
                                                                                            w,
                                                                                            place))
                                                            .toArray()))
                                    .at(
                                            Tokens.of(
                                                    order.stream()
                                                            .mapToInt(Integer::intValue)
                                                            .toArray()))
                                    .wantingEveryLaw();
                    Answer answer = context.ask(prefix ? query : query.seeing(Visibility.FULL));
                    for (int place = begin; place < end; place++) {
                        if (batch.isMasked(w, place) && (how.rowFor(place) >= begin)) {
                            laws.add(answer.categorical(order.indexOf(how.rowFor(place))));
                        }
                    }
                }
            }
        }
        return laws;
    }

    /// T5, and the third form of T3: block by block through a cache.
    @Test
    void whatIsLearnedIsWhatDecodesBlockByBlock() {
        for (Denoising how : ALL) {
            try (Backbone backbone = fresh(how);
                    Transformer model = new Transformer(backbone)) {
                NoisyBatch batch = noisy(MaskProcess.COUNTED, how, 4);
                double sum = 0;
                int next = 0;
                List<Categorical> laws = blockByBlock(model, batch);
                for (int window = 0; window < batch.rows(); window++) {
                    for (int place = 0; place < LENGTH; place++) {
                        boolean told =
                                batch.isMasked(window, place)
                                        && how.rowFor(place) >= how.begin(place);
                        if (told) {
                            sum -=
                                    batch.weight(window, place)
                                            * laws.get(next++)
                                                    .logProbability(batch.id(window, place));
                        }
                    }
                }
                assertThat(next).isEqualTo(laws.size()).isPositive();
                // what stands first in a block of a shifted model is told by the clean stream
                NoisyBatch within = without(batch, place -> how.rowFor(place) < how.begin(place));
                double learned = loss(learner(backbone, MaskedBlocks.Form.TWO_PASSES, 0), within);
                assertThat(learned).isCloseTo(sum, within(1e-3));
            }
        }
    }

    private interface Places {
        boolean test(int place);
    }

    /// The same where some masked places weigh nothing.
    private static NoisyBatch without(NoisyBatch batch, Places ignored) {
        double[] weights = batch.weights().clone();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = ignored.test(i % batch.length()) ? 0 : weights[i];
        }
        return new NoisyBatch(
                batch.windows(),
                batch.denoising(),
                batch.masked(),
                batch.may(),
                weights,
                batch.weight());
    }

    private static float[] logits(Backbone backbone, Denoising how, int[] clean, int[] noisy) {
        int[] rows = IntStream.range(0, LENGTH).toArray();
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            return Ops.floats(
                    backbone.logits(
                            new Streams(how, 1, LENGTH, clean, noisy, rows, rows, new int[0]),
                            Optional.empty()));
        }
    }

    /// T4.
    @Test
    void noBlockSeesItselfCleanOrWhatComes() {
        for (Denoising how : ALL) {
            try (Backbone backbone = fresh(how)) {
                int[] clean = windows(1, LENGTH - 1, VOCABULARY, 8).ids();
                int[] noisy = clean.clone();
                for (int place = 1; place < LENGTH; place += 2) {
                    noisy[place] = VOCABULARY;
                }
                float[] before = logits(backbone, how, clean, noisy);
                for (int changed = 0; changed < LENGTH; changed++) {
                    int[] other = clean.clone();
                    other[changed] = (other[changed] + 1) % VOCABULARY;
                    float[] after = logits(backbone, how, other, noisy);
                    int[] louder = noisy.clone();
                    louder[changed] = (louder[changed] + 1) % VOCABULARY;
                    float[] within = logits(backbone, how, clean, louder);
                    for (int row = 0; row < LENGTH; row++) {
                        int from = row * VOCABULARY;
                        int to = from + VOCABULARY;
                        boolean later = how.blockOf(row) > how.blockOf(changed);
                        assertThat(Arrays.equals(before, from, to, after, from, to))
                                .as("%s: clean %d, noisy row %d", how, changed, row)
                                .isEqualTo(!later);
                        boolean same = how.blockOf(row) == how.blockOf(changed);
                        boolean sees = same && (how.reading() == Reading.BLOCKS || changed <= row);
                        assertThat(Arrays.equals(before, from, to, within, from, to))
                                .as("%s: noisy %d, noisy row %d", how, changed, row)
                                .isEqualTo(!sees);
                    }
                }
            }
        }
    }

    /// T1: the bound of one who knows the law is the entropy.
    @Test
    void thePerfectModelsBoundIsTheEntropy() {
        int places = 4;
        int looks = 32;
        int count = 400;
        for (int block : List.of(4, 2, 1)) {
            Denoising how = new Denoising(block, Reading.BLOCKS, false);
            MaskedModel oracle =
                    new MaskedModel(
                            3,
                            places,
                            how,
                            line -> {
                                Noise noise = Noise.of(16, 1);
                                for (int i = 0; i < line.size(); i++) {
                                    noise = noise.at(line.get(i));
                                }
                                return Math.pow(noise.exponential(0), 2);
                            });
            double bound =
                    new Nelbo(looks, 1)
                            .of(
                                    batch -> surprise(oracle, batch),
                                    how,
                                    number -> drawn(oracle, places, number),
                                    count);
            // nats of the three places after the first; the spread of the drawn lines is what is
            // left
            assertThat(bound * (places - 1)).isCloseTo(oracle.entropy(1), within(0.05));
        }
    }

    private static WindowBatch drawn(MaskedModel oracle, int places, long number) {
        int rows = 10;
        int[] ids = new int[rows * (places + 1)];
        for (int row = 0; row < rows; row++) {
            Noise noise = Noise.of(7, number).at(row);
            int[] given = new int[places];
            Arrays.fill(given, -1);
            for (int place = 0; place < places; place++) {
                double[] law = oracle.law(place, given).probabilities();
                double left = noise.uniform(place);
                int id = 0;
                while (id < 2 && left >= law[id]) {
                    left -= law[id++];
                }
                given[place] = id;
                ids[row * (places + 1) + place] = id;
            }
        }
        return new WindowBatch(ids, rows, places);
    }

    private static double surprise(MaskedModel oracle, NoisyBatch batch) {
        double sum = 0;
        Denoising how = batch.denoising();
        for (int row = 0; row < batch.rows(); row++) {
            for (int place = 0; place < batch.length(); place++) {
                if (!batch.isMasked(row, place)) {
                    continue;
                }
                int[] given = new int[batch.length()];
                Arrays.fill(given, -1);
                for (int other = 0; other < batch.length(); other++) {
                    boolean past = how.blockOf(other) < how.blockOf(place);
                    boolean own = how.blockOf(other) == how.blockOf(place);
                    if (past || (own && !batch.isMasked(row, other))) {
                        given[other] = batch.id(row, other);
                    }
                }
                sum -=
                        batch.weight(row, place)
                                * oracle.law(place, given).logProbability(batch.id(row, place));
            }
        }
        return sum;
    }

    /// T2: blocks of one are a factorisation from left to right.
    @Test
    void blocksOfOneAreTheSurpriseFromLeftToRight() {
        Denoising how = new Denoising(1, Reading.BLOCKS, false);
        try (Backbone backbone = fresh(how);
                Transformer model = new Transformer(backbone)) {
            WindowBatch windows = windows(2, 6, VOCABULARY, 9);
            List<Double> bounds = new ArrayList<>();
            for (int look = 0; look < 3; look++) {
                NoisyBatch batch = MaskProcess.COUNTED.look(windows, how, Maskable.ALL, look, 3, 1);
                bounds.add(
                        loss(learner(backbone, MaskedBlocks.Form.DENSE, 0), batch)
                                / batch.maskable());
            }
            double sum = 0;
            for (int row = 0; row < 2; row++) {
                try (Context context = DirectContext.open(model)) {
                    context.ask(Query.feed(Tokens.of(windows.ids()[row * 7])));
                    for (int place = 1; place < 6; place++) {
                        int id = windows.ids()[row * 7 + place];
                        Categorical law = context.ask(Query.next(VOCABULARY)).categorical();
                        sum -= law.logProbability(id);
                        context.truncate(place);
                        context.ask(Query.feed(Tokens.of(id)));
                    }
                }
            }
            for (double bound : bounds) {
                assertThat(bound).isCloseTo(sum / 10, within(SINGLE));
            }
        }
    }

    /// T10 through a transformer: what is kept is what would be fed again.
    @Test
    void textsThroughACacheAreThoseWithoutOne() {
        for (Denoising how : ALL) {
            try (Backbone backbone = fresh(how);
                    Transformer model = new Transformer(backbone)) {
                for (int prompt = 1; prompt <= 10; prompt++) {
                    for (RevealPolicy policy :
                            List.of(
                                    new RevealPolicy.Threshold(0.5, 1),
                                    new RevealPolicy.EntropyDistance(0.8, 0.02))) {
                        BlockDiffusion kept = new BlockDiffusion(policy);
                        BlockDiffusion fed = kept.with(Pacing.USUAL.keeping(Pacing.Keep.NOTHING));
                        Request request =
                                Request.of(
                                                Tokens.of(
                                                        Arrays.copyOf(
                                                                windows(1, 20, VOCABULARY, prompt)
                                                                        .ids(),
                                                                prompt)))
                                        .withMaxNewTokens(20);
                        assertThat(written(kept, model, request).tokens())
                                .as("%s, %s, prompt of %d", how, policy, prompt)
                                .isEqualTo(written(fed, model, request).tokens());
                    }
                }
            }
        }
    }

    private static Generation written(BlockDiffusion how, Transformer model, Request request) {
        try (Context context = DirectContext.open(model)) {
            return how.decode(context, request, Sink.NONE);
        }
    }

    /// The heart of streaming windows: what is kept is one causal pass over the text.
    @Test
    void aStreamingWindowLeavesWhatOneCausalPassLeaves() {
        try (Backbone backbone = fresh(ALL.getLast());
                Transformer model = new Transformer(backbone);
                Context streamed = DirectContext.open(model);
                Context fed = DirectContext.open(model)) {
            Request request = Request.of(Tokens.of(1, 5, 2)).withMaxNewTokens(24);
            Tokens text =
                    new BlockDiffusion(new RevealPolicy.EntropyDistance(1.2, 0))
                            .decode(streamed, request, Sink.NONE)
                            .tokens();
            Tokens whole = request.prompt().plus(text.toArray());
            int kept = streamed.length();
            assertThat(kept).isGreaterThan(10);
            fed.ask(Query.feed(whole.slice(0, kept)));
            Query next = Query.next(whole.slice(kept, whole.size()));
            Categorical after = streamed.ask(next).categorical();
            Categorical plain = fed.ask(next).categorical();
            assertThat(after.distance(plain)).isLessThan(1e-5);
        }
    }

    /// Before anything is learned, clean rows say what the base said.
    @Test
    void aConvertedModelsCleanRowsSayWhatItsBaseSaid() {
        for (boolean tied : List.of(false, true)) {
            Path base = folder.resolve("base" + tied);
            try (Backbone backbone = Backbone.fresh(config(tied), 3)) {
                backbone.save(base, TensorType.F32);
            }
            Path converted = folder.resolve("converted" + tied);
            Denoising how = new Denoising(4, Reading.PREFIX, false);
            try (Backbone backbone = Backbone.loadForFilling(base, how, 1)) {
                backbone.save(converted, TensorType.F32);
                assertThat(backbone.config().denoising()).contains(how);
                assertThat(backbone.masks()).isEqualTo(1);
            }
            Tokens text = Tokens.of(3, 1, 4, 1, 5);
            try (Transformer before = Transformer.load(base);
                    Transformer after = Transformer.load(converted);
                    Context old = DirectContext.open(before);
                    Context young = DirectContext.open(after)) {
                assertThat(after.card().isMask(VOCABULARY)).isTrue();
                Query query = Query.feed(text).wantingEveryLaw();
                Answer was = old.ask(query);
                Answer is = young.ask(query);
                for (int row = 0; row < text.size(); row++) {
                    assertThat(is.categorical(row).distance(was.categorical(row))).isLessThan(1e-6);
                }
            }
            // and again, to be read by blocks
            Denoising blocks = new Denoising(2, Reading.BLOCKS, true);
            Path again = folder.resolve("again" + tied);
            try (Backbone backbone = Backbone.loadForFilling(converted, blocks, 1)) {
                backbone.save(again, TensorType.F32);
            }
            try (Transformer model = Transformer.load(again);
                    Context context = DirectContext.open(model)) {
                assertThat(model.card().denoising()).contains(blocks);
                assertThatThrownBy(
                                () -> new Sequential().decode(context, Request.of(text), Sink.NONE))
                        .isInstanceOf(CapabilityException.class);
            }
        }
    }

    /// Each token once in a pair of views.
    @Test
    void complementaryViewsMaskEachTokenOnce() {
        for (int seed = 0; seed < 20; seed++) {
            NoisyBatch batch = noisy(MaskProcess.FAST_DLLM, ALL.get(1), seed);
            assertThat(batch.rows()).isEqualTo(6);
            for (int row = 0; row < 3; row++) {
                assertThat(batch.isMasked(row, 0)).isFalse();
                for (int place = 1; place < LENGTH; place++) {
                    assertThat(batch.isMasked(row, place))
                            .isNotEqualTo(batch.isMasked(row + 3, place));
                }
            }
        }
    }

    /// What complementary views optimise: twice the mean of level times surprise, no bound. By
    /// enumeration of all masks of one block, with a surprise that depends on their number.
    @Test
    void theComplementaryLossIsNoBound() {
        int n = 6;
        Denoising how = new Denoising(8, Reading.BLOCKS, false);
        double expected = 0;
        double bound = 0;
        int levels = 2000;
        for (int j = 0; j < levels; j++) {
            double t = (j + 0.5) / levels;
            for (int masks = 0; masks < 1 << n; masks++) {
                int count = Integer.bitCount(masks);
                double p = Math.pow(t, count) * Math.pow(1 - t, n - count) / levels;
                expected += p * count * cost(count) / n * 2;
                bound += t > 0 ? p * count * cost(count) / t / n : 0;
            }
        }
        double total = 0;
        double weighed = 0;
        int draws = 20_000;
        MaskProcess pairs = MaskProcess.FAST_DLLM;
        for (int number = 0; number < draws; number++) {
            total += cost(pairs.of(_ -> windows(1, 7, 3, 1), how, Maskable.ALL, 1).at(number)) / n;
            weighed +=
                    cost(
                                    MaskProcess.SDAR
                                            .of(_ -> windows(1, 7, 3, 1), how, Maskable.ALL, 1)
                                            .at(number))
                            / n;
        }
        assertThat(total / draws).isCloseTo(expected, within(0.03));
        assertThat(weighed / draws).isCloseTo(bound, within(0.05));
        assertThat(expected).isGreaterThan(bound + 0.1);
    }

    /// Nats of one masked token where so many are masked.
    private static double cost(int masks) {
        return 0.3 + 0.4 * masks;
    }

    private static double cost(NoisyBatch batch) {
        double sum = 0;
        for (int row = 0; row < batch.rows(); row++) {
            int r = row;
            int masks =
                    (int)
                            IntStream.range(0, batch.length())
                                    .filter(place -> batch.isMasked(r, place))
                                    .count();
            for (int place = 0; place < batch.length(); place++) {
                sum += batch.isMasked(row, place) ? batch.weight(row, place) * cost(masks) : 0;
            }
        }
        return sum;
    }

    /// Uniform laws cost log V whatever is masked, weighed and left alone.
    @Test
    void weightsAddUpToOneForEachToken() {
        Denoising how = new Denoising(4, Reading.BLOCKS, false);
        for (MaskProcess process :
                List.of(
                        MaskProcess.SDAR,
                        MaskProcess.SDAR.by(MaskProcess.Level.SEQUENCE),
                        MaskProcess.FULL,
                        MaskProcess.COUNTED)) {
            for (int kept : List.of(1, 4, 9)) {
                double weight = 0;
                long terms = 0;
                for (int number = 0; number < 4000; number++) {
                    NoisyBatch batch =
                            process.of(
                                            _ -> windows(2, LENGTH, VOCABULARY, 3),
                                            how,
                                            (_, place) -> place >= kept,
                                            5)
                                    .at(number);
                    terms += batch.maskable();
                    for (int i = 0; i < 2 * LENGTH; i++) {
                        weight += batch.masked()[i] ? batch.weights()[i] : 0;
                    }
                }
                assertThat(weight / terms)
                        .as("%s, %d kept", process, kept)
                        .isCloseTo(
                                1,
                                within(
                                        process.sampler() == MaskProcess.Sampler.COUNT
                                                ? 1e-9
                                                : 0.06));
            }
        }
    }

    /// Shares of a batch's weight add up to one for each masked token, whatever the levels were.
    @Test
    void sharesAreAMeanOverMaskedTokens() {
        Denoising how = ALL.getLast();
        try (Backbone backbone = Backbone.fresh(config(false).filling(how), 1)) {
            for (Tensor weight : backbone.tensors()) {
                try (var _ = new PointerScope();
                        var _ = new NoGradGuard()) {
                    weight.zero_();
                }
            }
            for (double next : List.of(0.0, 1.0)) {
                for (MaskProcess process :
                        List.of(MaskProcess.WEDLM, MaskProcess.WEDLM.weighing(Weight.EVEN))) {
                    NoisyBatch batch = noisy(process, how, 1);
                    try (var _ = new PointerScope();
                            var _ = new NoGradGuard()) {
                        var loss =
                                learner(backbone, MaskedBlocks.Form.TWO_PASSES, next)
                                        .loss(batch, Optional.empty());
                        assertThat(loss.total().item_double() / loss.terms())
                                .isCloseTo(Math.log(VOCABULARY), within(1e-5));
                    }
                }
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefusedInWords() {
        Tokenizer any = Bytes.BYTES;
        try (Backbone plain = Backbone.fresh(config(false), 1);
                Backbone blocks = fresh(ALL.getFirst())) {
            assertThatThrownBy(() -> MaskedBlocks.of(plain, any))
                    .hasMessageContaining("fills no masks");
            assertThatThrownBy(() -> learner(blocks, MaskedBlocks.Form.DENSE, 1))
                    .hasMessageContaining("foretell nothing in a model that reads by blocks");
        }
        TransformerConfig sliding =
                new TransformerConfig(
                        "small",
                        "mistral",
                        VOCABULARY,
                        16,
                        2,
                        2,
                        8,
                        24,
                        64,
                        Mixing.attention(List.of(OptionalInt.of(5), OptionalInt.of(5))),
                        TransformerConfig.NormKind.RMS,
                        1e-5,
                        new Positions.Rotary(
                                10_000, Positions.Pairing.HALVES, new Positions.Scaling.None()),
                        TransformerConfig.Activation.SWIGLU,
                        Set.of(),
                        false,
                        false);
        try (Backbone backbone = Backbone.fresh(sliding.filling(ALL.getFirst()), 1)) {
            NoisyBatch batch = noisy(MaskProcess.SDAR, ALL.getFirst(), 1);
            assertThatThrownBy(() -> loss(learner(backbone, MaskedBlocks.Form.DENSE, 0), batch))
                    .hasMessageContaining("sees 5 positions and the windows hold 11");
        }
    }

    /// A canvas has one stream, and each row sees all of it.
    @Test
    void aCanvasIsLearnedAsItIsFed() {
        Denoising how = new Denoising(4, Reading.CANVAS, false);
        try (Backbone backbone = fresh(how);
                Transformer model = new Transformer(backbone);
                Context context = DirectContext.open(model)) {
            NoisyBatch batch =
                    MaskProcess.FULL
                            .of(_ -> windows(1, LENGTH, VOCABULARY, 3), how, Maskable.ALL, 1)
                            .at(0);
            int[] ids =
                    IntStream.range(0, LENGTH)
                            .map(p -> batch.isMasked(0, p) ? VOCABULARY : batch.id(0, p))
                            .toArray();
            Answer answer =
                    context.ask(
                            Query.feed(Tokens.of(ids)).seeing(Visibility.FULL).wantingEveryLaw());
            double sum = 0;
            for (int place = 0; place < LENGTH; place++) {
                sum -=
                        batch.isMasked(0, place)
                                ? batch.weight(0, place)
                                        * answer.categorical(place)
                                                .logProbability(batch.id(0, place))
                                : 0;
            }
            assertThat(loss(learner(backbone, MaskedBlocks.Form.TWO_PASSES, 0), batch))
                    .isCloseTo(sum, within(1e-3));
        }
    }

    @Test
    void theDrawingOfTheTwoStreamsHolds() {
        Denoising how = new Denoising(2, Reading.BLOCKS, false);
        int[] ids = {0, 1, 2, 3};
        Arrangement rows =
                new Streams(how, 1, 4, ids, ids, ids, new int[] {0}, new int[0]).together();
        StringBuilder drawn = new StringBuilder();
        for (int row = 0; row < 8; row++) {
            for (int column = 0; column < 8; column++) {
                drawn.append(rows.seen()[row * 8 + column] ? 'x' : '.');
            }
            drawn.append(' ');
        }
        assertThat(drawn.toString().strip())
                .isEqualTo(
                        "xx...... xx...... xxxx.... xxxx.... ....xx.. ....xx.. xx....xx xx....xx");
    }
}
