package org.cumae.naming;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Names of models, and which of them is meant where none is said.
class ModelShelfTest {
    @TempDir private Path folder;

    private void directory(String name, int bytes) throws IOException {
        Path model = Files.createDirectories(folder.resolve(name));
        Files.writeString(model.resolve("config.json"), "{}");
        Files.write(model.resolve("model.safetensors"), new byte[bytes]);
    }

    @Test
    void theLargestModelComesFirst() throws IOException {
        directory("a-small-one", 10);
        directory("the-large-one", 1000);
        Files.write(folder.resolve("between.gguf"), new byte[500]);
        Files.writeString(folder.resolve("README.md"), "no model".repeat(1000));
        ModelShelf shelf = new ModelShelf(List.of(folder));
        assertThat(shelf.largestFirst()).containsExactly("the-large-one", "between", "a-small-one");
        assertThat(shelf.models().keySet())
                .containsExactly("a-small-one", "between", "the-large-one");
        assertThat(new ModelShelf(List.of(folder.resolve("none"))).largestFirst()).isEmpty();
    }

    @Test
    void ofTheBundledOnesItIsTheOneOfPlays() {
        assertThat(ModelShelf.standard().largestFirst()).startsWith("shakespeare");
    }
}
