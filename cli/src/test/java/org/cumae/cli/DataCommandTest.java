package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.nio.file.Files;
import java.nio.file.Path;

class DataCommandTest {
    @Test
    void everyKnownFileIsInTheFolderOfTheTests() {
        Path data = Ran.data();
        JsonNode listed = Ran.of("data", "list", "--json").json();
        assertThat(Path.of(listed.get("folder").asString())).isEqualTo(data);
        assertThat(listed.get("data_sets")).isNotEmpty();
        for (JsonNode set : listed.get("data_sets")) {
            assertThat(set.get("held").asBoolean()).as(set.get("name").asString()).isTrue();
            for (JsonNode file : set.get("files")) {
                assertThat(Path.of(file.get("path").asString())).isRegularFile();
            }
        }
        assertThat(Ran.of("data", "list").out()).contains("tinyshakespeare", "1.1 MB", "yes");
    }

    @Test
    void whatIsHeldIsCheckedAndNotFetched() throws Exception {
        Ran.data();
        String[] sets =
                Ran.of("data", "list", "--json")
                        .json()
                        .get("data_sets")
                        .valueStream()
                        .filter(set -> set.get("bytes").asLong() < 10_000_000)
                        .map(set -> set.get("name").asString())
                        .toArray(String[]::new);
        String[] words = new String[sets.length + 3];
        words[0] = "data";
        words[1] = "get";
        words[2] = "--json";
        System.arraycopy(sets, 0, words, 3, sets.length);
        Ran ran = Ran.of(words);
        assertThat(ran.status()).as(ran.out()).isZero();
        for (JsonNode file : ran.json().get("files")) {
            assertThat(file.get("how").asString()).isEqualTo("held");
            assertThat(Files.size(Path.of(file.get("path").asString())))
                    .isEqualTo(file.get("bytes").asLong());
        }
    }

    @Test
    void anUnknownNameIsAnsweredWithTheNearest() {
        Ran ran = Ran.of("data", "get", "tinyshakespear");
        assertThat(ran.status()).isEqualTo(2);
        assertThat(ran.err()).contains("did you mean 'tinyshakespeare'");
    }
}
