package org.cumae.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.bytedeco.javacpp.Pointer;
import org.cumae.distribution.Categorical;
import org.cumae.model.Answer;
import org.cumae.model.Model;
import org.cumae.model.Query;
import org.cumae.model.State;
import org.cumae.model.Tokens;
import org.cumae.model.Want;
import org.cumae.torch.Device;
import org.cumae.torch.PackedMatrix;
import org.cumae.weights.TensorType;
import org.cumae.weights.WeightFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A model whose matrices are packed is the model: its logits are those of plain tensors, up to
/// what the bits cannot hold.
class PackingTest {
    private static final Tokens PROMPT = Tokens.of(1, 5, 9, 14, 3, 20, 7);

    @TempDir private Path folder;

    /// The share is of the spread of the plain logits, their root mean square around the mean.
    /// float32: only the order of sums differs. float16 of a float16 file: the same weights. int8:
    /// 1 part in 254 of a row's largest weight, through all layers.
    @ParameterizedTest
    @CsvSource({
        "hf/llama, FLOAT32, 1e-5",
        "hf/qwen2, FLOAT32, 1e-5",
        "hf/qwen3, FLOAT32, 1e-5",
        "hf/gpt2, FLOAT32, 1e-5",
        "hf/llama-linear-tied, FLOAT32, 1e-5",
        "gguf/tiny-f16.gguf, FLOAT16, 1e-5",
        "hf/llama, FLOAT16, 2e-3",
        "hf/qwen2, FLOAT16, 2e-3",
        "hf/gpt2, FLOAT16, 2e-3",
        "hf/llama-linear-tied, FLOAT16, 2e-3",
        "gguf/tiny-q8_0.gguf, INT8, 0.05",
        "gguf/tiny-q4_K.gguf, INT8, 0.05",
        "hf/llama, INT8, 0.05",
        "hf/qwen2, INT8, 0.05",
        "hf/gpt2, INT8, 0.05",
        "hf/llama-linear-tied, INT8, 0.05",
    })
    void logitsOfPackedMatricesAreThoseOfTensors(String name, Precision precision, double share) {
        Path file = Golden.file(name);
        assumeSupported(precision);
        try (Transformer plain = new Transformer(Backbone.load(file));
                Transformer packed = Transformer.load(file, Device.CPU, precision)) {
            Categorical exact = law(plain);
            Categorical close = law(packed);
            double mean = 0;
            for (int id = 0; id < exact.size(); id++) {
                mean += exact.logitOf(id) / exact.size();
            }
            double off = 0;
            double spread = 0;
            for (int id = 0; id < exact.size(); id++) {
                off += Math.pow(close.logitOf(id) - exact.logitOf(id), 2);
                spread += Math.pow(exact.logitOf(id) - mean, 2);
            }
            assertThat(Math.sqrt(off / spread)).isLessThan(share);
            assertThat(packed.parameters()).isEqualTo(plain.parameters());
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void stepsOfAPackedModelAgreeWithItsChunk(Precision precision) {
        assumeSupported(precision);
        try (Transformer model = Transformer.load(Golden.file("hf/llama"), Device.CPU, precision);
                State state = model.open()) {
            Categorical whole = law(model);
            Categorical last = whole;
            for (int i = 0; i < PROMPT.size(); i++) {
                last = law(model, state, Tokens.of(PROMPT.get(i)));
            }
            for (int id = 0; id < whole.size(); id++) {
                assertThat(Math.abs(last.logitOf(id) - whole.logitOf(id))).isLessThan(1e-4);
            }
        }
    }

    @Test
    void fewerBitsTakeLessMemory() {
        Path file = Golden.file("gguf/tiny-f32.gguf");
        assumeSupported(Precision.INT8);
        try (Transformer float32 = Transformer.load(file, Device.CPU, Precision.FLOAT32);
                Transformer float16 = Transformer.load(file, Device.CPU, Precision.FLOAT16);
                Transformer int8 = Transformer.load(file, Device.CPU, Precision.INT8)) {
            assertThat(float16.weightBytes()).isLessThan((long) (0.6 * float32.weightBytes()));
            assertThat(int8.weightBytes()).isLessThan((long) (0.75 * float16.weightBytes()));
        }
    }

    @Test
    void aPackedModelIsNotSavedForItsWeightsAreRounded() {
        assumeSupported(Precision.INT8);
        try (Backbone packed = Backbone.load(Golden.file("hf/llama"), Device.CPU, Precision.INT8)) {
            assertThatThrownBy(() -> packed.save(folder, TensorType.F32))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("packed");
            assertThat(folder).isEmptyDirectory();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gguf/tiny-f32.gguf, FLOAT32",
        "gguf/tiny-f16.gguf, FLOAT16",
        "gguf/tiny-q8_0.gguf, INT8",
        "gguf/tiny-q4_K.gguf, INT8",
    })
    void autoGoesByTheTypeOfTheFile(String name, Precision fitting) {
        Path file = Golden.file(name);
        assumeSupported(fitting);
        assertThat(Precision.fitting(file, Device.CPU)).isEqualTo(fitting);
    }

    @Test
    void anUnknownPrecisionIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> Precision.parse("int4"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("int4", "auto", "float32", "float16", "int8");
    }

    /// The last layers are not there, which shows when the first ones are packed already.
    @ParameterizedTest
    @EnumSource(Precision.class)
    void aFileThatDoesNotFitIsRefusedAndLeavesNoNativeHandle(Precision precision)
            throws IOException {
        assumeSupported(precision);
        Path source = Golden.file("hf/llama");
        try (var files = Files.list(source)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        String deeper =
                text.replaceFirst("\"num_hidden_layers\": \\d+", "\"num_hidden_layers\": 9");
        assertThat(deeper).isNotEqualTo(text);
        Files.writeString(config, deeper);
        long before = 0;
        for (int round = 0; round < 6; round++) {
            assertThatThrownBy(() -> Transformer.load(folder, Device.CPU, precision))
                    .isInstanceOf(WeightFileException.class)
                    .hasMessageContainingAll("model.layers.8.", "is missing");
            before = round == 2 ? Handles.settled() : before;
        }
        assertThat(Pointer.totalCount()).isEqualTo(before);
    }

    private static void assumeSupported(Precision precision) {
        assumeTrue(
                precision == Precision.FLOAT32 || PackedMatrix.savesBits(),
                "needs a processor for which libtorch packs matrices");
    }

    private static Categorical law(Transformer model) {
        try (State state = model.open()) {
            return law(model, state, PROMPT);
        }
    }

    private static Categorical law(Transformer model, State state, Tokens ids) {
        Query query = Query.feed(ids).wanting(new Want.Law(ids.size() - 1));
        Answer answer = model.forward(List.of(new Model.Part(state, query))).getFirst();
        return answer.categorical(0);
    }
}
