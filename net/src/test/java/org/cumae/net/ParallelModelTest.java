package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.cumae.decode.Generation;
import org.cumae.decode.Request;
import org.cumae.decode.Sink;
import org.cumae.decode.named.Decoders;
import org.cumae.distribution.Categorical;
import org.cumae.engine.Engine;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.cumae.model.Want;
import org.cumae.torch.Device;
import org.cumae.torch.LostRankException;
import org.cumae.torch.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Two processes that share a model give what one gives, whatever is done to its contexts, and say
/// so when one of them is gone.
@Timeout(120)
class ParallelModelTest {
    private static final double TOLERANCE = 1e-4; // of a logit, float32

    private int threads;

    @BeforeEach
    void rememberThreads() {
        threads = Processor.threads();
    }

    @AfterEach
    void useThreadsAsBefore() {
        Processor.useThreads(threads);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf/llama",
                "hf/llama-linear-tied",
                "hf/qwen2",
                "hf/qwen3",
                "hf/mistral",
                "gguf/tiny-f32.gguf"
            })
    void twoGiveTheLogitsOfOne(String name) {
        List<Categorical> expected;
        try (Model one = Transformer.load(Golden.file(name))) {
            expected = laws(one);
        }
        List<Categorical> found;
        try (Model two = started(name, 2)) {
            found = laws(two);
        }
        assertThat(found).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            Categorical law = expected.get(i);
            for (int id = 0; id < law.size(); id++) {
                assertThat(found.get(i).logProbability(id))
                        .isCloseTo(law.logProbability(id), within(TOLERANCE));
            }
        }
    }

    /// What is said at each point of a life with everything in it.
    private static List<Categorical> laws(Model model) {
        List<Categorical> laws = new ArrayList<>();
        try (State first = model.open();
                State second = model.open()) {
            Tokens prompt = Tokens.of(5, 9, 14, 3, 77, 21);
            laws.addAll(
                    ask(
                            model,
                            List.of(first, second),
                            List.of(Query.next(prompt), Query.next(Tokens.of(8, 30)))));
            try (State copy = first.fork(4)) {
                Query tree =
                        new Query(
                                        Query.feed(Tokens.of(11, 12, 13, 14)).input(),
                                        Optional.of(Tokens.of(4, 5, 5, 6)),
                                        new Visibility.Tree(List.of(-1, 0, 0, 2)),
                                        List.of())
                                .wanting(new Want.Law(1), new Want.Law(3));
                laws.addAll(ask(model, List.of(copy), List.of(tree)));
                copy.keep(4, Tokens.of(4, 6, 7));
                laws.addAll(
                        ask(model, List.of(copy, second), List.of(Query.next(17), Query.next(18))));
            }
            assertThatThrownBy(() -> first.truncate(7))
                    .isInstanceOf(IllegalArgumentException.class);
            first.truncate(2);
            laws.addAll(ask(model, List.of(first), List.of(Query.next(Tokens.of(40, 41, 42)))));
        }
        return laws;
    }

    private static List<Categorical> ask(Model model, List<State> states, List<Query> queries) {
        List<Model.Part> parts = new ArrayList<>();
        for (int i = 0; i < states.size(); i++) {
            parts.add(new Model.Part(states.get(i), queries.get(i)));
        }
        return model.forward(parts).stream()
                .flatMap(answer -> answer.findings().stream())
                .map(Categorical.class::cast)
                .toList();
    }

    @Test
    void requestsThroughAnEngineWriteWhatOneProcessWrites() throws Exception {
        List<Tokens> expected;
        try (Engine engine = new Engine(Transformer.load(Golden.file("hf/llama")))) {
            expected = written(engine);
        }
        try (Engine engine = new Engine(started("hf/llama", 2))) {
            assertThat(written(engine)).isEqualTo(expected);
        }
    }

    private static List<Tokens> written(Engine engine) throws Exception {
        List<Future<Generation>> running = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Request request = Request.of(Tokens.of(5, 9, 14, 20 + i)).withMaxNewTokens(12);
            String decoder = i % 2 == 0 ? "sequential" : "beam:2";
            running.add(
                    engine.submit(
                            context ->
                                    Decoders.parse(decoder).decode(context, request, Sink.NONE)));
        }
        List<Tokens> written = new ArrayList<>();
        for (Future<Generation> one : running) {
            written.add(one.get().tokens());
        }
        return written;
    }

    @Test
    void theLossOfAProcessIsToldAndEndsThePasses() throws Exception {
        try (ParallelModel model = started("hf/llama", 2);
                State state = model.open()) {
            ask(model, List.of(state), List.of(Query.next(Tokens.of(5, 9))));
            ProcessHandle other = model.others().getFirst();
            other.destroyForcibly();
            assertThat(model.lost().get(30, TimeUnit.SECONDS))
                    .startsWith("rank 1 of 2 ended with code 137");
            assertThatThrownBy(() -> ask(model, List.of(state), List.of(Query.next(7))))
                    .isInstanceOf(LostRankException.class);
        }
    }

    @Test
    void theOthersEndWithTheFirst() throws Exception {
        ParallelModel model = started("hf/llama", 2);
        List<ProcessHandle> others = model.others();
        model.close();
        for (ProcessHandle other : others) {
            other.onExit().get(30, TimeUnit.SECONDS);
        }
        assertThat(model.lost()).as("it was closed, not lost").isNotDone();
    }

    @Test
    void aModelThatCannotBeSharedIsRefusedBeforeAnythingIsStarted() {
        assertThatThrownBy(() -> started("hf/llama", 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("8 query heads, which 3 processes do not share evenly");
        assertThatThrownBy(() -> started("hf/mamba", 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "family mamba, and those and pictures run in one process only");
        assertThatThrownBy(() -> started("hf/llama", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 or more");
    }

    private static ParallelModel started(String name, int count) {
        return ParallelModel.start(Golden.file(name), Device.CPU, Precision.FLOAT32, count);
    }
}
