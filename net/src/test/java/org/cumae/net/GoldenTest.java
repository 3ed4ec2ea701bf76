package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.cumae.distribution.Categorical;
import org.cumae.model.Answer;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.model.Want;
import org.cumae.torch.Device;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.nio.file.Path;
import java.util.List;

/// The transformer gives the numbers of the golden fixtures.
class GoldenTest {
    /// What `golden/README.md` allows float32 arithmetic.
    private static final double TOLERANCE = 1e-3;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama",
                "llama3-rope",
                "llama-linear-tied",
                "qwen2",
                "qwen3",
                "mistral",
                "gpt2",
                "gpt2-bare",
                "mamba",
                "mamba2"
            })
    void aHuggingFaceDirectoryGivesItsGoldenLogitsAndIds(String name) {
        JsonNode golden = Golden.json("hf/" + name + "/golden.json");
        try (Transformer model = Transformer.load(Golden.file("hf/" + name))) {
            assertThat(golden.get("prompts")).hasSize(3);
            for (JsonNode prompt : golden.get("prompts")) {
                Tokens ids = Tokens.of(Golden.ints(prompt.get("ids")));
                try (State state = model.open()) {
                    Query query = Query.feed(ids);
                    Answer answer =
                            ask(
                                    model,
                                    state,
                                    query.wanting(
                                            new Want.Law(0),
                                            new Want.Law(ids.size() - 1),
                                            new Want.Best(ids.size() - 1, 1)));
                    same(answer.categorical(0), prompt.get("logits_first"));
                    same(answer.categorical(1), prompt.get("logits_last"));
                    greedy(model, state, answer.excerpt(2).best().id(), prompt.get("greedy"));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"f32", "f16", "q8_0", "q4_0", "q4_K", "q5_K", "q6_K"})
    void aGgufFileGivesItsGoldenLogitsAndIds(String type) {
        String name = "tiny-" + type + ".gguf";
        JsonNode golden = Golden.json("gguf/golden.json").get("files").get(name);
        try (Transformer model = Transformer.load(Golden.file("gguf/" + name))) {
            assertThat(golden.get("prompts")).hasSize(3);
            for (JsonNode prompt : golden.get("prompts")) {
                Tokens ids = Tokens.of(Golden.ints(prompt.get("ids")));
                try (State state = model.open()) {
                    Answer answer =
                            ask(
                                    model,
                                    state,
                                    Query.feed(ids)
                                            .wanting(
                                                    new Want.Law(ids.size() - 1),
                                                    new Want.Best(ids.size() - 1, 1)));
                    same(answer.categorical(0), prompt.get("logits_float64"));
                    greedy(model, state, answer.excerpt(1).best().id(), prompt.get("greedy"));
                }
            }
        }
    }

    /// What commands open a file in when they are told nothing; llama.cpp rounds more than that.
    @ParameterizedTest
    @ValueSource(strings = {"f32", "f16", "q8_0", "q4_0", "q4_K", "q5_K", "q6_K"})
    void aGgufFileGivesItsGoldenIdsInThePrecisionThatFitsIt(String type) {
        String name = "tiny-" + type + ".gguf";
        Path file = Golden.file("gguf/" + name);
        JsonNode golden = Golden.json("gguf/golden.json").get("files").get(name);
        Precision precision = Precision.fitting(file, Device.CPU);
        try (Transformer model = Transformer.load(file, Device.CPU, precision)) {
            for (JsonNode prompt : golden.get("prompts")) {
                Tokens ids = Tokens.of(Golden.ints(prompt.get("ids")));
                try (State state = model.open()) {
                    Query query = Query.feed(ids).wanting(new Want.Best(ids.size() - 1, 1));
                    int first = ask(model, state, query).excerpt(0).best().id();
                    greedy(model, state, first, prompt.get("greedy"));
                }
            }
        }
    }

    private static Answer ask(Model model, State state, Query query) {
        query.check(model.card(), state.length());
        return model.forward(List.of(new Model.Part(state, query))).getFirst();
    }

    private static void same(Categorical law, JsonNode golden) {
        double[] logits = Golden.doubles(golden);
        assertThat(law.size()).isEqualTo(logits.length);
        for (int id = 0; id < logits.length; id++) {
            assertThat(law.logitOf(id)).as("id %d", id).isCloseTo(logits[id], within(TOLERANCE));
        }
    }

    private static void greedy(Model model, State state, int first, JsonNode golden) {
        int[] expected = Golden.ints(golden);
        int[] ids = new int[expected.length];
        ids[0] = first;
        for (int i = 1; i < ids.length; i++) {
            Query query = Query.feed(Tokens.of(ids[i - 1])).wanting(new Want.Best(0, 1));
            ids[i] = ask(model, state, query).excerpt(0).best().id();
        }
        assertThat(ids).isEqualTo(expected);
    }
}
