package org.cumae.unit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Every Hugging Face directory of the golden set: ids and texts are those of its own tokenizers.
class GoldenFoldersTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt2", "gpt2-bare", "llama", "llama-linear-tied", "llama3-rope",
                "mamba", "mamba2", "mistral", "qwen2", "qwen3"
            })
    void idsAndTextsEqualTheGoldenOnes(String name) throws IOException {
        Path folder = TestFiles.golden("hf/" + name);
        Tokenizer tokenizer = TokenizerFolder.open(folder).tokenizer();
        JsonNode golden =
                JsonMapper.shared().readTree(Files.readAllBytes(folder.resolve("golden.json")));

        assertThat(golden.get("tokenizer")).hasSize(21);
        for (JsonNode row : golden.get("tokenizer")) {
            String text = row.get("text").stringValue();
            int[] ids = ids(row.get("ids"));
            assertThat(tokenizer.encode(text, Encoding.REFERENCE)).as(text).isEqualTo(ids);
            assertThat(tokenizer.encode(text, new Encoding(false, true)))
                    .as(text)
                    .isEqualTo(ids(row.get("ids_without_added")));
            assertThat(tokenizer.decode(ids, Decoding.VERBATIM))
                    .isEqualTo(row.get("decoded").stringValue());
            assertThat(tokenizer.decode(ids))
                    .isEqualTo(row.get("decoded_skip_special").stringValue());
        }
        for (JsonNode row : golden.get("decode_only")) {
            assertThat(tokenizer.decode(ids(row.get("ids")), Decoding.VERBATIM))
                    .isEqualTo(row.get("decoded").stringValue());
        }
    }

    private static int[] ids(JsonNode row) {
        return row.valueStream().mapToInt(JsonNode::intValue).toArray();
    }
}
