package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import org.cumae.reproduce.Method;
import org.cumae.reproduce.Methods;
import org.cumae.reproduce.Reproductions;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class MethodsCommandTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @Test
    void all48AreListed() {
        JsonNode methods = Ran.of("methods", "--json").json().get("methods");
        assertThat(methods).hasSize(48);
        assertThat(methods.get(45).get("name").asString()).startsWith("SpecTr");
        assertThat(Ran.of("methods").out()).hasLineCount(49).contains("46   SpecTr");
    }

    @Test
    void thePageShowsTheTable() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/methods.md"));
        String table = MethodsCommand.markdown(Methods.all48(), Reproductions.installed());
        assertThat(page)
                .as("put what ./cumae methods --markdown prints into docs/methods.md")
                .contains(table);
    }

    /// Here every room is on the class path.
    @Test
    void whatTheTableNamesIsThere() {
        for (Method method : Methods.all48().all()) {
            assertThat(method.classes())
                    .as(method.title())
                    .allSatisfy(
                            name -> assertThatNoException().isThrownBy(() -> Class.forName(name)));
            method.recipe()
                    .ifPresent(
                            recipe ->
                                    assertThat(ROOT.resolve(recipe))
                                            .as(method.title())
                                            .isRegularFile());
        }
    }
}
