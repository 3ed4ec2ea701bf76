package org.cumae.weights;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// Real files give the values that independent readers gave for them.
class GoldenTest {
    @Test
    void dequantisedValuesEqualTheGoldenBits() throws Exception {
        JsonNode golden =
                new ObjectMapper().readTree(TestFiles.golden("gguf/golden.json").toFile());
        int checked = 0;
        for (JsonNode expected : golden.get("dequantised")) {
            Path path = TestFiles.golden("gguf/" + expected.get("file").asString());
            try (WeightFile file = WeightFile.open(path)) {
                String tensor = expected.get("tensor").asString();
                assertThat(file.info(tensor).type().name())
                        .isEqualTo(expected.get("type").asString());
                float[] values = file.floats(tensor);
                for (int i = 0; i < 256; i++) {
                    assertThat(values[i])
                            .as("%s %s[%d]", path, tensor, i)
                            .isEqualTo(expected.get("first_256").get(i).floatValue());
                }
                assertThat(sha256(values))
                        .as("%s %s", path, tensor)
                        .isEqualTo(expected.get("sha256_of_float32_le").asString());
            }
            checked++;
        }
        assertThat(checked).isEqualTo(14);
    }

    @ParameterizedTest
    @ValueSource(strings = {"f32", "f16", "q8_0", "q4_0", "q4_K", "q5_K", "q6_K"})
    void rowsReadApartEqualTheWhole(String type) {
        try (WeightFile file = WeightFile.open(TestFiles.golden("gguf/tiny-" + type + ".gguf"));
                Arena arena = Arena.ofConfined()) {
            String name = "token_embd.weight";
            float[] whole = file.floats(name);
            assertThat(file.info(name).shape()).containsExactly(300L, 256L);
            MemorySegment target = arena.allocate(300L * 256 * Float.BYTES);
            file.readFloats(name, 0, 7, target.asSlice(0, 7L * 256 * Float.BYTES));
            file.readFloats(name, 7, 300, target.asSlice(7L * 256 * Float.BYTES));
            assertThat(target.toArray(ValueLayout.JAVA_FLOAT)).isEqualTo(whole);
        }
    }

    @Test
    void valuesTimesScalesAreTheWeightsOfQ8() {
        try (WeightFile file = WeightFile.open(TestFiles.golden("gguf/tiny-q8_0.gguf"))) {
            String name = "blk.1.ffn_down.weight";
            byte[] values = new byte[256 * 256];
            float[] scales = new float[256 * 8];
            file.readBytesAndScales(
                    name, MemorySegment.ofArray(values), MemorySegment.ofArray(scales));
            float[] weights = file.floats(name);
            for (int i = 0; i < weights.length; i++) {
                assertThat(values[i] * scales[i / 32]).isEqualTo(weights[i]);
            }
        }
    }

    @Test
    void theTokenizerInsideIsGivenWhole() {
        try (WeightFile file = WeightFile.open(TestFiles.data("models/stories260K.gguf"))) {
            GgufVocabulary vocabulary = file.vocabulary().orElseThrow();
            assertThat(vocabulary.model()).isEqualTo("llama");
            assertThat(vocabulary.size()).isEqualTo(512);
            assertThat(vocabulary.tokens().subList(0, 4))
                    .containsExactly("<unk>", "<s>", "</s>", "<0x00>");
            assertThat(vocabulary.kind(0)).isEqualTo(GgufVocabulary.Kind.UNKNOWN);
            assertThat(vocabulary.kind(1)).isEqualTo(GgufVocabulary.Kind.CONTROL);
            assertThat(vocabulary.kind(3)).isEqualTo(GgufVocabulary.Kind.BYTE);
            assertThat(vocabulary.beginOfText()).hasValue(1);
            assertThat(vocabulary.endOfText()).hasValue(2);
            assertThat(vocabulary.padding()).isEmpty();
            assertThat(vocabulary.chatTemplate()).isEmpty();
            assertThat(file.metadata().requireCount("llama.block_count")).isEqualTo(5);
            assertThat(
                            file.metadata()
                                    .number("llama.attention.layer_norm_rms_epsilon")
                                    .orElseThrow())
                    .isEqualTo(1e-5f);
            assertThat(file.names()).hasSize(48);
            assertThat(file.nonFinite()).isEmpty();
        }
    }

    @Test
    void everyHuggingFaceDirectoryOpensAndItsWeightsAreFinite() throws Exception {
        List<Path> folders;
        try (Stream<Path> all = Files.list(TestFiles.golden("hf"))) {
            folders = all.sorted().toList();
        }
        assertThat(folders).hasSize(10);
        for (Path folder : folders) {
            try (WeightFile file = WeightFile.open(folder)) {
                assertThat(file.format()).isEqualTo(WeightFile.Format.SAFETENSORS);
                assertThat(file.names()).as("%s", folder).isNotEmpty();
                assertThat(file.nonFinite()).as("%s", folder).isEmpty();
                assertThat(file.metadata().text("format")).hasValue("pt");
            }
        }
    }

    @Test
    void shardsReadAsOneFile() {
        try (WeightFile file = WeightFile.open(TestFiles.golden("hf/llama"))) {
            assertThat(file.files()).hasSize(2);
            WeightSummary summary = WeightSummary.of(file);
            assertThat(summary.parameters()).isEqualTo((182_528 + 226_304) / 4);
            assertThat(summary.bytesByType()).containsOnlyKeys(TensorType.F32);
        }
    }

    private static String sha256(float[] values) throws Exception {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    }
}
