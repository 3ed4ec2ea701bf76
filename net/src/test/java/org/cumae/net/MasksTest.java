package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cumae.decode.Decoder;
import org.cumae.decode.Request;
import org.cumae.decode.Sequential;
import org.cumae.decode.Sink;
import org.cumae.decode.speculative.Chain;
import org.cumae.decode.speculative.DraftLength;
import org.cumae.decode.speculative.Gumbel;
import org.cumae.decode.speculative.Law;
import org.cumae.decode.speculative.Match;
import org.cumae.decode.speculative.Speculative;
import org.cumae.decode.speculative.draft.Masks;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Sampling;
import org.cumae.model.Answer;
import org.cumae.model.Context;
import org.cumae.model.DirectContext;
import org.cumae.model.Query;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want;
import org.cumae.net.BackboneTest.Shape;
import org.cumae.torch.Ops;
import org.cumae.weights.TensorType;
import org.cumae.weights.WeightFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Masks on real layers: what they change, what they must not, and what is stored of them.
class MasksTest {
    private static final int VOCABULARY = 19;
    private static final MaskShape SHAPE = new MaskShape(3, 2, 2);
    private static final int M1 = VOCABULARY;
    private static final int M2 = VOCABULARY + 1;
    private static final int M3 = VOCABULARY + 2;
    private static final Tokens BEGINNING = Tokens.of(4, 11, 0, 7, 2);

    @TempDir private Path folder;

    /// A model and masks that have learned something, by chance.
    private Path model(Shape shape, String name, long seed) {
        Path place = folder.resolve(name);
        try (Backbone fresh = Backbone.fresh(shape.config, 1)) {
            // as far from 0 as trained weights are
            try (var _ = new PointerScope();
                    var _ = new NoGradGuard()) {
                fresh.tensors().stream()
                        .filter(t -> t.dim() > 1)
                        .forEach(t -> t.mul_(Ops.scalar(9)));
            }
            fresh.save(place, TensorType.F32);
        }
        try (Backbone backbone = Backbone.loadForMasks(place, SHAPE, seed)) {
            learn(backbone, seed);
            backbone.saveMasks(place, TensorType.F32);
        }
        return place;
    }

    private static void learn(Backbone backbone, long seed) {
        try (var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            torch.manual_seed(seed);
            for (Tensor tensor : backbone.maskTensors()) {
                tensor.add_(torch.randn(tensor.sizes().vec().get()).mul_(Ops.scalar(0.4)));
            }
        }
    }

    private static Transformer open(Path place) {
        return Transformer.load(place);
    }

    private static Tensor ids(Tokens tokens) {
        return Ops.ids(tokens.toArray()).unsqueeze(0);
    }

    private static float[] logits(Categorical law) {
        float[] logits = new float[law.size()];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) law.logitOf(i);
        }
        return logits;
    }

    /// Two tokens, and masks behind each.
    private static Query twoGroups(int second, int... masks) {
        List<Want> wants = new ArrayList<>();
        IntStream.range(0, 2).mapToObj(Want.Law::new).forEach(wants::add);
        IntStream.range(2, 6).mapToObj(Want.Hidden::new).forEach(wants::add);
        return Query.feed(Tokens.of(3, second).plus(masks))
                .at(Tokens.of(5, 6, 6, 7, 7, 8))
                .seeing(new Visibility.Tree(List.of(-1, 0, 0, 2, 1, 4)))
                .wanting(wants);
    }

    private static Answer asked(Transformer model, Query query) {
        try (Context context = DirectContext.open(model)) {
            context.ask(Query.feed(BEGINNING));
            return context.ask(query);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Shape.class,
            names = {"LLAMA", "MISTRAL", "GPT2"})
    void rowsThatAreNoMasksAreTheModelsBitForBit(Shape shape) {
        Path one = model(shape, "one", 5);
        Path other = model(shape, "other", 6);
        List<List<float[]>> seen = new ArrayList<>();
        for (Path place : List.of(one, other)) {
            try (Transformer model = open(place);
                    Context context = DirectContext.open(model)) {
                context.ask(Query.feed(BEGINNING));
                Answer answer = context.ask(twoGroups(8, M1, M2, M1, M2));
                context.truncate(7); // of what was fed the two tokens stay
                Categorical next = context.ask(Query.next(1)).categorical();
                seen.add(
                        List.of(
                                logits(answer.categorical(0)),
                                logits(answer.categorical(1)),
                                logits(next)));
                assertThat(answer.vector(2)).isNotEqualTo(answer.vector(4));
            }
        }
        for (int i = 0; i < 3; i++) {
            assertThat(seen.get(0).get(i)).containsExactly(seen.get(1).get(i));
        }
        try (Transformer model = open(one);
                Transformer another = open(other)) {
            assertThat(asked(model, twoGroups(8, M1, M2, M1, M2)).vector(2))
                    .as("and masks do differ")
                    .isNotEqualTo(asked(another, twoGroups(8, M1, M2, M1, M2)).vector(2));
        }
    }

    @Test
    void nothingSeesAMaskBehindIt() {
        try (Transformer model = open(model(Shape.LLAMA, "model", 5))) {
            Answer all = asked(model, twoGroups(8, M1, M2, M1, M2));
            Answer otherSecond = asked(model, twoGroups(8, M1, M2, M3, M3));
            Answer otherLast = asked(model, twoGroups(8, M1, M3, M1, M2));
            Answer otherToken = asked(model, twoGroups(9, M1, M2, M1, M2));
            for (int row : new int[] {0, 1}) {
                assertThat(logits(otherSecond.categorical(row)))
                        .containsExactly(logits(all.categorical(row)));
            }
            for (int mask : new int[] {2, 3}) {
                assertThat(otherSecond.vector(mask)).isEqualTo(all.vector(mask));
                assertThat(otherToken.vector(mask)).isEqualTo(all.vector(mask));
            }
            assertThat(otherSecond.vector(4)).isNotEqualTo(all.vector(4));
            assertThat(otherToken.vector(4)).isNotEqualTo(all.vector(4));
            assertThat(otherLast.vector(2)).isEqualTo(all.vector(2));
            assertThat(otherLast.vector(3)).isNotEqualTo(all.vector(3));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Shape.class,
            names = {"LLAMA", "MISTRAL", "GPT2"})
    void masksInTrainingAreMasksInUse(Shape shape) {
        Path place = model(shape, "model", 5);
        Tokens line = Tokens.of(4, 11, 0, 7, 2, 9, 1);
        List<Integer> places = List.of(0, 5, 3);
        try (Backbone backbone = Backbone.loadWithMasks(place);
                Transformer model = open(place);
                var _ = new PointerScope()) {
            Seen seen = backbone.see(torch.cat(two(ids(line), ids(line).flip(1)), 0));
            Tensor foreseen = backbone.foresee(seen, places, 3).detach();
            for (int i = 0; i < places.size(); i++) {
                Tokens before = line.slice(0, places.get(i) + 1);
                try (Context context = DirectContext.open(model)) {
                    Query query =
                            Query.feed(before.plus(M1, M2, M3))
                                    .wanting(
                                            IntStream.range(0, 3)
                                                    .mapToObj(
                                                            m -> new Want.Hidden(before.size() + m))
                                                    .toList());
                    Answer answer = context.ask(query);
                    for (int mask = 0; mask < 3; mask++) {
                        float[] trained = Ops.floats(foreseen.select(0, 3 * i + mask));
                        float[] used = answer.vector(mask).toArray();
                        for (int c = 0; c < used.length; c++) {
                            assertThat(trained[c]).isCloseTo(used[c], within(1e-5f));
                        }
                    }
                }
            }
        }
    }

    private static TensorVector two(Tensor a, Tensor b) {
        return new TensorVector(a, b);
    }

    @Test
    void beforeTheyLearnMasksAreTokensOfTheModel() {
        Path place = model(Shape.LLAMA, "model", 5);
        try (Backbone backbone = Backbone.loadForMasks(place, SHAPE, 3);
                var _ = new PointerScope()) {
            try (var _ = new NoGradGuard()) {
                Tensor masks =
                        backbone.maskTensors().stream()
                                .filter(t -> t.dim() == 2 && t.size(0) == 3)
                                .findFirst()
                                .orElseThrow();
                masks.copy_(backbone.embedded(Ops.ids(6, 14, 2)));
            }
            Tensor foreseen =
                    backbone.foresee(backbone.see(ids(Tokens.of(4, 11, 0))), List.of(2), 3);
            Tensor known = backbone.see(ids(Tokens.of(4, 11, 0, 6, 14, 2))).hidden();
            Tensor apart = foreseen.sub(known.narrow(0, 3, 3)).abs().max();
            assertThat(apart.item_float()).isLessThan(1e-5f);
        }
    }

    @Test
    void onlyMasksLearn() {
        Path place = model(Shape.GPT2, "model", 5);
        try (Backbone backbone = Backbone.loadWithMasks(place);
                var _ = new PointerScope()) {
            backbone.maskTensors().forEach(t -> t.requires_grad_(true));
            Seen seen = backbone.see(ids(Tokens.of(4, 11, 0, 8)));
            assertThat(seen.hidden().requires_grad()).isFalse();
            Tensor hidden = backbone.foresee(seen, List.of(1, 2), 3);
            Tensor knowing = backbone.joined(Ops.ids(1, 2, 3, 4, 5, 6), hidden);
            backbone.head(knowing).square().sum().backward();
            assertThat(backbone.maskTensors())
                    .allSatisfy(t -> assertThat(t.grad().abs().sum().item_float()).isPositive());
            assertThat(backbone.tensors()).noneSatisfy(t -> assertThat(t.requires_grad()).isTrue());
        }
    }

    @Test
    void mergedWeightsDoForAllRowsWhatIsAddedForMasks() {
        Path place = model(Shape.LLAMA, "model", 5);
        int[] positions = {0, 1, 2, 3};
        Tensor open;
        try (Backbone backbone = Backbone.loadWithMasks(place);
                var _ = new PointerScope();
                var _ = new NoGradGuard()) {
            Tensor ids = ids(Tokens.of(4, 11, 0, 8));
            Batch batch = new Batch(1, 4, Optional.empty());
            Tensor x = backbone.embedded(ids.flatten());
            open =
                    backbone.head(
                            backbone.norm(
                                    backbone.rows(
                                            x, positions, batch, Gate.OPEN, Optional.empty())));
            Tensor before = backbone.logits(ids, Optional.empty(), Optional.empty());
            backbone.merge();
            Tensor after = backbone.logits(ids, Optional.empty(), Optional.empty());
            assertThat(after.sub(open).abs().max().item_float()).isLessThan(1e-4f);
            assertThat(after.sub(before).abs().max().item_float()).isGreaterThan(0.1f);
            backbone.save(folder.resolve("merged"), TensorType.F32);
            try (Backbone merged = Backbone.load(folder.resolve("merged"))) {
                Tensor loaded = merged.logits(ids, Optional.empty(), Optional.empty());
                assertThat(Ops.floats(loaded)).containsExactly(Ops.floats(after));
            }
        }
        try (Transformer packed = open(place)) {
            assertThat(packed.ownDrafts().masks()).isPresent();
        }
    }

    @Test
    void whatDoesNotFitIsRefusedByName() {
        Path place = model(Shape.LLAMA, "model", 5);
        Path other = model(Shape.GPT2, "other", 5);
        try (Backbone foreign = Backbone.loadWithMasks(other)) {
            foreign.saveMasks(place, TensorType.F16);
        }
        assertThatThrownBy(() -> open(place).close())
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining("mtp.safetensors")
                .hasMessageContaining("model.layers.0.self_attn.q_proj.lora_A.weight");
        try (Transformer model = open(other);
                Context context = DirectContext.open(model)) {
            Request request = Request.of(Tokens.of(1, M2));
            assertThatThrownBy(() -> new Sequential().decode(context, request, Sink.NONE))
                    .hasMessageContaining("id 20, a mask of model other");
            assertThatThrownBy(() -> context.ask(Query.next(VOCABULARY + 3)))
                    .hasMessageContaining("id 22");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Shape.class,
            names = {"LLAMA", "MISTRAL", "GPT2"})
    void everyTextIsThatOfPlainDecoding(Shape shape) {
        try (Transformer model = open(model(shape, "model", 5))) {
            Masks masks = model.ownDrafts().masks().orElseThrow();
            List<Masks> drafters =
                    List.of(masks, masks.by(Masks.Strategy.LINEAR), masks.independent());
            for (Sampling sampling : List.of(Sampling.GREEDY, Sampling.PLAIN)) {
                Request request = Request.of(BEGINNING).withSampling(sampling).withMaxNewTokens(8);
                Tokens plain = text(model, new Sequential(), request);
                for (Masks drafter : drafters) {
                    for (Law law : Arrays.<Law>asList(new Match(), new Gumbel())) {
                        for (int length : new int[] {0, 1, 2, 3, 8}) {
                            Speculative decoder =
                                    new Speculative(drafter, law, new DraftLength.Fixed(length), 1);
                            assertThat(text(model, decoder, request)).isEqualTo(plain);
                        }
                    }
                }
                Speculative chain =
                        new Speculative(masks, new Chain(), new DraftLength.Fixed(3), 1);
                assertThat(text(model, chain, request).size()).isEqualTo(8);
            }
        }
    }

    private static Tokens text(Transformer model, Decoder decoder, Request request) {
        try (Context context = DirectContext.open(model)) {
            Tokens text = decoder.decode(context, request, Sink.NONE).tokens();
            assertThat(context.length())
                    .as("of what was fed only the text stays")
                    .isEqualTo(request.prompt().size() + text.size() - 1);
            return text;
        }
    }
}
