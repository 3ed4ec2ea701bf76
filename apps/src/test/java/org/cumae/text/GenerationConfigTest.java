package org.cumae.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class GenerationConfigTest {
    @TempDir private Path folder;

    private GenerationConfig of(String content) throws IOException {
        Files.writeString(folder.resolve("generation_config.json"), content);
        return GenerationConfig.of(folder);
    }

    @Test
    void itsWordsBecomeDefaultsThatACallOverrides() throws IOException {
        GenerationConfig config =
                of(
                        "{\"temperature\":0.7,\"top_k\":20,\"eos_token_id\":[299,296],\"pad_token_id\":1}");
        assertThat(config.defaults().get(Knob.TEMPERATURE)).isEqualTo(0.7);
        assertThat(config.defaults().count(Knob.TOP_K)).isEqualTo(20);
        assertThat(config.ends()).containsExactlyInAnyOrder(296, 299);
        GenerationOptions call = GenerationOptions.NONE.withTemperature(0);
        assertThat(call.over(config.defaults()).get(Knob.TEMPERATURE)).isZero();
        assertThat(call.over(config.defaults()).count(Knob.TOP_K)).isEqualTo(20);
    }

    @Test
    void oneEndNeedsNoList() throws IOException {
        assertThat(of("{\"eos_token_id\":2}").ends()).containsExactly(2);
        assertThat(of("{\"eos_token_id\":null}").ends()).isEmpty();
    }

    @Test
    void aDirectoryWithoutOneSaysNothing() {
        assertThat(GenerationConfig.of(folder)).isEqualTo(GenerationConfig.NONE);
    }

    @Test
    void aValueThatCannotBeIsRefusedWithTheFile() {
        assertThatThrownBy(() -> of("{\"top_p\":7}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("generation_config.json")
                .hasMessageContaining("top_p is 7");
        assertThatThrownBy(() -> of("{\"temperature\":\"hot\"}"))
                .hasMessageContaining("temperature is \"hot\"; it must be a number");
        assertThatThrownBy(() -> of("{\"eos_token_id\":[-1]}")).hasMessageContaining("holds -1");
        assertThatThrownBy(() -> of("{\"top_k\"")).hasMessageContaining("is no JSON");
    }
}
