package org.cumae.unit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.weights.WeightFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Vocabularies inside GGUF files: ids are llama.cpp's.
class GgufTokensTest {
    @Test
    void idsOfTheTinyModelEqualThoseOfLlamaCpp() throws IOException {
        Tokenizer tokenizer = open(TestFiles.golden("gguf/tiny-f32.gguf"));
        JsonNode golden = json(TestFiles.golden("gguf/golden.json"));
        for (JsonNode row : golden.get("tokenizer")) {
            String text = row.get("text").stringValue();
            assertThat(tokenizer.encode(text)).as(text).isEqualTo(ids(row.get("ids")));
            assertThat(tokenizer.encode(text, Encoding.PLAIN))
                    .as(text)
                    .isEqualTo(ids(row.get("ids_without_bos")));
            assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
        }
    }

    @Test
    void textsReadAsLlamaCppWritesThem() throws IOException {
        Tokenizer tokenizer = open(TestFiles.golden("gguf/tiny-f32.gguf"));
        JsonNode files = json(TestFiles.golden("gguf/golden.json")).get("files");
        for (Map.Entry<String, JsonNode> file : files.properties()) {
            for (JsonNode prompt : file.getValue().get("prompts")) {
                assertThat(tokenizer.decode(ids(prompt.get("greedy"))))
                        .isEqualTo(prompt.get("greedy_text").stringValue());
            }
        }
    }

    @Test
    void promptsOfTheTrainedModelHaveItsIds() throws IOException {
        Tokenizer tokenizer = open(TestFiles.data("models/stories260K.gguf"));
        JsonNode golden = json(TestFiles.golden("stories260K-greedy.json"));
        assertThat(tokenizer.size()).isEqualTo(512);
        for (JsonNode row : golden.get("cases")) {
            String prompt = row.get("prompt").stringValue();
            assertThat(tokenizer.encode(prompt)).isEqualTo(ids(row.get("prompt_ids")));
            assertThat(tokenizer.decode(ids(row.get("prompt_ids")))).isEqualTo(prompt);
            int[] whole = concat(ids(row.get("prompt_ids")), ids(row.get("greedy_ids")));
            assertThat(prompt + tokenizer.decode(ids(row.get("greedy_ids")), Decoding.CONTINUATION))
                    .isEqualTo(tokenizer.decode(whole));
        }
    }

    @Test
    void aTrainedModelsTokenizerSurvivesBeingSaved(@TempDir Path folder) {
        Tokenizer tokenizer = open(TestFiles.data("models/stories260K.gguf"));
        TokenizerFolder.save(tokenizer, folder);
        Tokenizer again = TokenizerFolder.open(folder).tokenizer();
        String text = "Once upon a time, née \uD83D\uDE00 Zoë  said:\n\"Hi!\"";
        assertThat(again.encode(text)).isEqualTo(tokenizer.encode(text));
        assertThat(again.fingerprint()).isEqualTo(tokenizer.fingerprint());
        assertThat(again.special()).isEqualTo(tokenizer.special());
    }

    /// The same vocabulary in both formats: the golden directories are the truth for byte-level
    /// pairs.
    @ParameterizedTest
    @CsvSource({"llama, llama-bpe", "mistral, llama-bpe", "qwen2, qwen2", "gpt2, gpt-2"})
    void byteLevelPairsEqualTheFolderTheyWereConvertedFrom(String name, String pre)
            throws IOException {
        Path folder = TestFiles.golden("hf/" + name);
        Tokenizer tokenizer = converted(json(folder.resolve("tokenizer.json")), pre).tokenizer();
        for (JsonNode row : json(folder.resolve("golden.json")).get("tokenizer")) {
            String text = row.get("text").stringValue();
            if (text.contains("\u0301")) {
                continue; // the folder's tokenizer composes characters, llama.cpp's does not
            }
            int[] ids = ids(row.get("ids"));
            assertThat(tokenizer.encode(text, Encoding.REFERENCE)).as(text).isEqualTo(ids);
            assertThat(tokenizer.decode(ids))
                    .isEqualTo(row.get("decoded_skip_special").stringValue());
        }
        assertThat(tokenizer.fingerprint())
                .isEqualTo(TokenizerFolder.open(folder).tokenizer().fingerprint());
    }

    private static GgufTokens converted(JsonNode json, String pre) {
        List<String> tokens = new ArrayList<>(Collections.nCopies(300, ""));
        List<Integer> types = new ArrayList<>(Collections.nCopies(300, 1));
        json.get("model")
                .get("vocab")
                .properties()
                .forEach(it -> tokens.set(it.getValue().intValue(), it.getKey()));
        for (JsonNode added : json.get("added_tokens")) {
            tokens.set(added.get("id").intValue(), added.get("content").stringValue());
            types.set(added.get("id").intValue(), 3);
        }
        List<String> merges =
                json.get("model")
                        .get("merges")
                        .valueStream()
                        .map(
                                it ->
                                        it.isArray()
                                                ? it.get(0).stringValue()
                                                        + " "
                                                        + it.get(1).stringValue()
                                                : it.stringValue())
                        .toList();
        return new GgufTokens(
                "gpt2",
                Optional.of(pre),
                tokens,
                List.of(),
                types,
                merges,
                OptionalInt.of(297),
                new LinkedHashSet<>(List.of(296)),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void anUnknownCuttingRuleIsRefusedWithTheKnownOnes() {
        GgufTokens tokens =
                new GgufTokens(
                        "gpt2",
                        Optional.of("runes"),
                        TokenizerJsonWriter.letters(),
                        List.of(),
                        List.of(),
                        List.of(),
                        OptionalInt.empty(),
                        new LinkedHashSet<>(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
        assertThatThrownBy(tokens::tokenizer)
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("'runes'")
                .hasMessageContaining("llama-bpe, ");
    }

    private static Tokenizer open(Path path) {
        try (WeightFile file = WeightFile.open(path)) {
            return GgufTokens.open(file.vocabulary().orElseThrow()).tokenizer();
        }
    }

    private static JsonNode json(Path path) throws IOException {
        return JsonMapper.shared().readTree(Files.readAllBytes(path));
    }

    private static int[] concat(int[] left, int[] right) {
        return IntStream.concat(IntStream.of(left), IntStream.of(right)).toArray();
    }

    private static int[] ids(JsonNode row) {
        return row.valueStream().mapToInt(JsonNode::intValue).toArray();
    }
}
