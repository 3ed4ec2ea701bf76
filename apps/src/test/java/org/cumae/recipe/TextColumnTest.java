package org.cumae.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.train.TrainingException;
import org.cumae.train.text.TextCorpus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Texts in a column of a table, and tables that have none.
class TextColumnTest {
    @TempDir private Path folder;

    private Path table(String csv) throws IOException {
        return Files.writeString(folder.resolve("table.csv"), csv, StandardCharsets.UTF_8);
    }

    private TextRecipe.Data column(String name, double heldOut) {
        return new TextRecipe.Data("table.csv", Optional.of(name), heldOut);
    }

    /// A field may hold line breaks, and a column may have no name.
    @Test
    void fieldsAreTextsEachFollowedByAnEmptyLine() throws IOException {
        Path file =
                table(
                        ",text,other\n0,\"one\ntwo\n\",a\n1,,b\n2,\"say \"\"three\"\"\",c\n3,four,d\n");
        assertThat(new TextColumn(file, "text").read())
                .containsExactly("one\ntwo\n", "say \"three\"", "four");
        TextCorpus corpus = column("text", 0.34).corpus(file);
        assertThat(corpus.training()).isEqualTo("one\ntwo\n\nsay \"three\"\n\n");
        assertThat(corpus.heldOut()).isEqualTo("four\n\n");
    }

    @Test
    void someTextIsAlwaysLearnedFromAndSomeHeldOut() {
        for (double share : List.of(0.001, 0.5, 0.999)) {
            TextCorpus corpus = TextCorpus.of(List.of("a", "b", "c"), share);
            assertThat(corpus.training()).startsWith("a\n\n");
            assertThat(corpus.heldOut()).endsWith("c\n\n");
            assertThat(corpus.training() + corpus.heldOut()).isEqualTo("a\n\nb\n\nc\n\n");
        }
        assertThatThrownBy(() -> TextCorpus.of(List.of("alone"), 0.5))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("there are 1 texts");
        assertThatThrownBy(() -> TextCorpus.of(List.of("a", "b"), 1))
                .hasMessageContaining("held-out share is 1.0");
    }

    @Test
    void aTableThatHasNoSuchTextsIsRefusedInWords() throws IOException {
        Path file = table("a,b\n1,2\n");
        assertThatThrownBy(() -> new TextColumn(file, "c").read())
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("no column c")
                .hasMessageContaining("[a, b]");
        Path ragged = table("a,b\n1,2\n3\n");
        assertThatThrownBy(() -> new TextColumn(ragged, "b").read())
                .hasMessageContaining("line 3 has 1 fields, and none for column b");
        Path broken = Files.write(folder.resolve("b.csv"), new byte[] {'a', '\n', (byte) 0xFF});
        assertThatThrownBy(() -> new TextColumn(broken, "a").read())
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("cannot be read as CSV in UTF-8");
        assertThatThrownBy(() -> new TextColumn(folder.resolve("none.csv"), "a").read())
                .hasMessageContaining("there is no table at");
        assertThatThrownBy(() -> new TextColumn(table(""), "a").read())
                .isInstanceOf(TrainingException.class);
    }
}
