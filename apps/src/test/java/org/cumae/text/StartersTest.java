package org.cumae.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class StartersTest {
    @TempDir Path model;

    @Test
    void whatIsWrittenIsRead() {
        Starters starters = new Starters(List.of("To be", "data_SrTiO3\n"));
        starters.write(model);
        assertThat(Starters.of(model)).isEqualTo(starters);
    }

    @Test
    void aModelWithoutAnyHasNone() {
        Starters.NONE.write(model);
        assertThat(model).isEmptyDirectory();
        assertThat(Starters.of(model)).isEqualTo(Starters.NONE);
        assertThat(Starters.of(model.resolve("model.gguf"))).isEqualTo(Starters.NONE);
    }

    @Test
    void aBlankOneAndAFileThatIsNoListAreRefused() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Starters(List.of("a", " ")))
                .withMessageContaining("none may be blank");
        for (String wrong : List.of("{", "{\"a\": 1}", "[[1]]", "[\"\"]")) {
            Files.writeString(model.resolve("starters.json"), wrong);
            assertThatIllegalArgumentException()
                    .as(wrong)
                    .isThrownBy(() -> Starters.of(model))
                    .withMessageContaining(wrong.equals("[\"\"]") ? "blank" : "starters.json");
        }
    }
}
