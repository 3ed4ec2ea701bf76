package org.cumae.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.cumae.net.TransformerConfig;
import org.cumae.weights.NewTensor;
import org.cumae.weights.RandomModel;
import org.cumae.weights.SafetensorsWriter;
import org.cumae.weights.TensorType;
import org.cumae.weights.WeightFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What is told of model files.
class ModelInfoTest {
    private static Path golden() {
        String data = System.getenv("CUMAE_DATA");
        assumeTrue(data != null, "needs data: set CUMAE_DATA to the folder of the real data sets");
        return Path.of(data).resolve("../golden");
    }

    @Test
    void aRandomModelIsToldAsItWasMade(@TempDir Path folder) {
        Path file = folder.resolve("random.gguf");
        RandomModel made = new RandomModel(64, 3, 2, 2, 96, 331, TensorType.Q8_0, 7);
        made.write(file);
        ModelInfo info = ModelInfo.read(file.toString(), true);
        TransformerConfig shape = info.shape().orElseThrow();
        assertThat(info.kind()).isEqualTo(ModelInfo.Kind.GGUF);
        assertThat(info.family()).isEqualTo("llama");
        assertThat(List.of(shape.width(), shape.layers(), shape.heads(), shape.innerWidth()))
                .containsExactly(64, 3, 2, 96);
        assertThat(info.weights().parameters()).isEqualTo(made.parameters());
        assertThat(info.weights().bytesByType()).containsOnlyKeys(TensorType.F32, TensorType.Q8_0);
        assertThat(info.tokenizer().orElseThrow().tokenizer().size()).isEqualTo(331);
        assertThat(info.contextLength()).hasValue(2048);
        assertThat(info.warnings()).isEmpty();
    }

    @Test
    void weightsThatAreNoNumbersAreWarnedOf(@TempDir Path folder) {
        Path file = folder.resolve("model.safetensors");
        SafetensorsWriter.write(
                file,
                Map.of(),
                List.of(
                        NewTensor.floats("fine", List.of(3L), new float[] {1, 2, 3}),
                        NewTensor.floats("bad", List.of(3L), new float[] {1, Float.NaN, 3})));
        ModelInfo info = ModelInfo.read(file.toString(), true);
        assertThat(info.kind()).isEqualTo(ModelInfo.Kind.SAFETENSORS);
        assertThat(info.shape()).isEmpty();
        assertThat(info.warnings())
                .anyMatch(it -> it.contains("\"bad\"") || it.contains("'bad'"))
                .noneMatch(it -> it.contains("fine"))
                .anyMatch(it -> it.contains("config.json"));
        assertThat(ModelInfo.read(file.toString(), false).warnings())
                .noneMatch(it -> it.contains("NaN"));
    }

    @Test
    void aFamilyThatCannotRunIsDescribedWithTheReason(@TempDir Path folder) throws IOException {
        Path known = golden().resolve("hf/mamba");
        for (String name : List.of("model.safetensors", "tokenizer.json")) {
            Files.copy(known.resolve(name), folder.resolve(name));
        }
        String config = Files.readString(known.resolve("config.json"));
        Files.writeString(folder.resolve("config.json"), config.replace("\"mamba\"", "\"rwkv\""));
        ModelInfo info = ModelInfo.read(folder.toString(), false);
        assertThat(info.family()).isEqualTo("rwkv");
        assertThat(info.shape()).isEmpty();
        assertThat(info.warnings()).anyMatch(it -> it.contains("cannot run it"));
    }

    @Test
    void everyGoldenModelThatRunsIsDescribed() {
        for (String name :
                List.of("gpt2", "llama", "mamba", "mamba2", "mistral", "qwen2", "qwen3")) {
            ModelInfo info = ModelInfo.read(golden().resolve("hf/" + name).toString(), true);
            assertThat(info.kind()).isEqualTo(ModelInfo.Kind.HUGGING_FACE);
            assertThat(info.family()).isEqualTo(name);
            assertThat(info.tokenizer()).isPresent();
            assertThat(info.contextLength()).isPresent();
        }
    }

    @Test
    void aBrokenConfigurationIsAWarningAndABrokenFileARefusal(@TempDir Path folder)
            throws IOException {
        SafetensorsWriter.write(
                folder.resolve("model.safetensors"),
                Map.of(),
                List.of(NewTensor.floats("a", List.of(1L), new float[] {1})));
        Files.writeString(folder.resolve("config.json"), "{");
        assertThat(ModelInfo.read(folder.toString(), true).warnings())
                .anyMatch(it -> it.contains("config.json"));
        Files.writeString(folder.resolve("model.safetensors"), "<html>");
        assertThatThrownBy(() -> ModelInfo.read(folder.toString(), true))
                .isInstanceOf(WeightFileException.class);
    }
}
