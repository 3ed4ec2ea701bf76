package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.javacpp.Pointer;
import org.cumae.distribution.Categorical;
import org.cumae.distribution.Excerpt;
import org.cumae.distribution.Vector;
import org.cumae.model.Answer;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want;
import org.cumae.weights.WeightFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// However rows are cut, packed, branched or taken back, they are answered alike.
class TransformerTest {
    /// Sums in another order differ by rounding only: of logits up to 10, some units of the last
    /// place.
    private static final double ROUNDING = 2e-5;

    private static Tokens line(int length, int salt) {
        return Tokens.of(IntStream.range(0, length).map(i -> (i * 37 + salt) % 251).toArray());
    }

    private static Answer ask(Model model, State state, Query query) {
        query.check(model.card(), state.length());
        return model.forward(List.of(new Model.Part(state, query))).getFirst();
    }

    private static List<Categorical> laws(Model model, Tokens tokens, int chunk) {
        List<Categorical> laws = new ArrayList<>();
        try (State state = model.open()) {
            for (int from = 0; from < tokens.size(); from += chunk) {
                Tokens part = tokens.slice(from, Math.min(from + chunk, tokens.size()));
                Answer answer = ask(model, state, Query.feed(part).wantingEveryLaw());
                IntStream.range(0, part.size()).mapToObj(answer::categorical).forEach(laws::add);
            }
            assertThat(state.length()).isEqualTo(tokens.size());
        }
        return laws;
    }

    private static void alike(Categorical law, Categorical other) {
        assertThat(law.size()).isEqualTo(other.size());
        for (int id = 0; id < law.size(); id++) {
            assertThat(law.logitOf(id)).isCloseTo(other.logitOf(id), within(ROUNDING));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf/llama", "hf/mistral", "hf/qwen3", "hf/gpt2", "gguf/tiny-q4_K.gguf"})
    void stepsChunksAndTheWholeAgree(String name) {
        try (Transformer model = Transformer.load(Golden.file(name))) {
            Tokens tokens = line(41, 5);
            List<Categorical> whole = laws(model, tokens, 41);
            for (int chunk : new int[] {1, 7, 13}) {
                List<Categorical> parts = laws(model, tokens, chunk);
                for (int row = 0; row < tokens.size(); row++) {
                    alike(parts.get(row), whole.get(row));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf/llama", "hf/mistral", "hf/qwen3", "hf/gpt2", "gguf/tiny-q4_K.gguf"})
    void aRaggedBatchAnswersAsOneByOne(String name) {
        try (Transformer model = Transformer.load(Golden.file(name))) {
            int[] cached = {0, 17, 3, 11};
            int[] rows = {13, 1, 7, 2};
            List<Model.Part> parts = new ArrayList<>();
            List<Answer> alone = new ArrayList<>();
            for (int i = 0; i < rows.length; i++) {
                Query query = Query.feed(line(rows[i], 19 * i)).wantingEveryLaw();
                State state = model.open();
                if (cached[i] > 0) {
                    ask(model, state, Query.feed(line(cached[i], 3 * i)));
                }
                try (State fork = state.fork()) {
                    alone.add(ask(model, fork, query));
                }
                parts.add(new Model.Part(state, query));
            }
            List<Answer> together = model.forward(parts);
            for (int i = 0; i < rows.length; i++) {
                assertThat(parts.get(i).state().length()).isEqualTo(cached[i] + rows[i]);
                for (int row = 0; row < rows[i]; row++) {
                    alike(together.get(i).categorical(row), alone.get(i).categorical(row));
                }
                parts.get(i).state().close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf/llama", "hf/mistral", "hf/gpt2"})
    void theKeptPathOfATreeIsTheLineItself(String name) {
        try (Transformer model = Transformer.load(Golden.file(name));
                State straight = model.open();
                State tree = model.open()) {
            ask(model, straight, Query.feed(line(11, 1)));
            ask(model, tree, Query.feed(line(11, 1)));
            // 5 -> 7 -> 13 is the path; 23 and 29 are branches
            Query drafts =
                    Query.feed(Tokens.of(5, 23, 7, 29, 13))
                            .at(Tokens.of(11, 11, 12, 12, 13))
                            .seeing(new Visibility.Tree(List.of(-1, -1, 0, 1, 2)))
                            .wantingEveryLaw();
            Answer drafted = ask(model, tree, drafts);
            Answer line = ask(model, straight, Query.feed(Tokens.of(5, 7, 13)).wantingEveryLaw());
            alike(drafted.categorical(0), line.categorical(0));
            alike(drafted.categorical(2), line.categorical(1));
            alike(drafted.categorical(4), line.categorical(2));
            tree.keep(11, Tokens.of(11, 13, 15));
            assertThat(tree.length()).isEqualTo(14);
            alike(
                    ask(model, tree, Query.next(31)).categorical(),
                    ask(model, straight, Query.next(31)).categorical());
            tree.truncate(12);
            straight.truncate(12);
            alike(
                    ask(model, tree, Query.next(37)).categorical(),
                    ask(model, straight, Query.next(37)).categorical());
        }
    }

    @Test
    void smallWantsAgreeWithTheLaw() {
        try (Transformer model = Transformer.load(Golden.file("hf/llama"));
                State state = model.open()) {
            Answer answer =
                    ask(
                            model,
                            state,
                            Query.feed(line(7, 2))
                                    .wanting(
                                            new Want.Law(3),
                                            new Want.Best(3, 11),
                                            new Want.Scores(3, Tokens.of(17, 2, 17)),
                                            new Want.Law(3, 19, 41),
                                            new Want.Hidden(3)));
            Categorical law = answer.categorical(0);
            List<Integer> best =
                    IntStream.range(0, law.size())
                            .boxed()
                            .sorted(Comparator.comparingDouble(id -> -law.logitOf(id)))
                            .limit(11)
                            .toList();
            assertThat(answer.excerpt(1).entries()).extracting(Excerpt.Entry::id).isEqualTo(best);
            assertThat(answer.excerpt(2).entries())
                    .extracting(Excerpt.Entry::id)
                    .containsExactly(17, 2, 17);
            for (int index = 1; index <= 2; index++) {
                for (Excerpt.Entry entry : answer.excerpt(index).entries()) {
                    assertThat(entry.logProbability())
                            .isCloseTo(law.logProbability(entry.id()), within(1e-9));
                }
            }
            assertThat(answer.categorical(3).size()).isEqualTo(22);
            assertThat(answer.categorical(3).id(0)).isEqualTo(19);
            assertThat(answer.categorical(3).logitOf(0)).isEqualTo(law.logitOf(19));
            Vector hidden = answer.vector(4);
            assertThat(hidden.width()).isEqualTo(64);
        }
    }

    @Test
    void aFailedPassLeavesEveryStateAsItWas() {
        try (Transformer model = Transformer.load(Golden.file("hf/mistral"));
                State good = model.open();
                State bad = model.open()) {
            ask(model, good, Query.feed(line(13, 1)));
            ask(model, bad, Query.feed(line(13, 1)));
            BitSet beyondTheWindow = new BitSet();
            beyondTheWindow.set(0);
            Query blind =
                    Query.feed(line(1, 3)).seeing(new Visibility.Given(List.of(beyondTheWindow)));
            assertThatThrownBy(
                            () ->
                                    model.forward(
                                            List.of(
                                                    new Model.Part(good, Query.next(3)),
                                                    new Model.Part(bad, blind))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("row 0 sees nothing")
                    .hasMessageContaining("window of 8");
            // fails behind the blocks, after keys and values were written
            Query late = Query.feed(line(17, 3)).wanting(new Want.Law(0, 300, Want.Law.ALL));
            assertThatThrownBy(() -> model.forward(List.of(new Model.Part(good, late))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("vocabulary of 300");
            assertThat(good.length()).isEqualTo(13);
            assertThat(bad.length()).isEqualTo(13);
            alike(
                    ask(model, good, Query.next(5)).categorical(),
                    ask(model, bad, Query.next(5)).categorical());
        }
    }

    @Test
    void aContextOfAnotherModelIsRefused() {
        try (Transformer model = Transformer.load(Golden.file("hf/llama"));
                Transformer twin = Transformer.load(Golden.file("hf/llama"));
                State state = twin.open()) {
            assertThatThrownBy(() -> ask(model, state, Query.next(3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("another model");
        }
    }

    @Test
    void nothingNativeIsLeftBehind() {
        Path path = Golden.file("hf/qwen3");
        use(path);
        long before = Handles.settled();
        for (int i = 0; i < 5; i++) {
            use(path);
        }
        assertThat(Pointer.totalCount()).isEqualTo(before);
    }

    private static void use(Path path) {
        try (Transformer model = Transformer.load(path);
                State state = model.open()) {
            ask(model, state, Query.next(line(13, 3)));
            try (State fork = state.fork()) {
                ask(model, fork, Query.feed(line(7, 5)).wanting(new Want.Best(6, 3)));
                fork.keep(13, Tokens.of(14, 17));
                assertThat(fork.bytes()).isPositive();
            }
        }
    }

    @Test
    void aFileThatDoesNotFitIsRefusedWithAllNamesAndShapes(@TempDir Path folder)
            throws IOException {
        Path source = Golden.file("hf/llama-linear-tied");
        Files.copy(source.resolve("model.safetensors"), folder.resolve("model.safetensors"));
        String config = Files.readString(source.resolve("config.json"));
        Files.writeString(
                folder.resolve("config.json"),
                config.replace("\"intermediate_size\": 80", "\"intermediate_size\": 83")
                        .replace(
                                "\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false"));
        assertThatThrownBy(() -> Transformer.load(folder))
                .isInstanceOf(WeightFileException.class)
                .hasMessageContaining("lm_head.weight [300, 32] is missing")
                .hasMessageContaining(
                        "model.layers.2.mlp.up_proj.weight is [80, 32] and should be [83, 32]");
    }
}
