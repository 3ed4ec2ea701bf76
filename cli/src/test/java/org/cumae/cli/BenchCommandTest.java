package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.weights.RandomModel;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.nio.file.Path;
import java.util.List;

class BenchCommandTest {
    private static final List<String> KEYS =
            List.of(
                    "name",
                    "subject",
                    "value",
                    "unit",
                    "peer",
                    "peer_value",
                    "ratio",
                    "limit",
                    "share_of_limit");

    /// The class path of these tests is what somebody has who depends on the commands: without the
    /// jar of one peer. The other is looked for in the user's home.
    @Test
    void aPeerThatIsNotThereIsARowThatSaysSo(@TempDir Path folder) {
        Path file = folder.resolve("tiny.gguf");
        new RandomModel(64, 2, 2, 2, 96, 300, TensorType.F16, 3).write(file);
        String home = System.setProperty("user.home", folder.toString());
        Ran ran;
        try {
            ran =
                    Ran.of(
                            "bench",
                            "decode",
                            "--model",
                            file.toString(),
                            "--quick",
                            "--threads",
                            "1",
                            "--json");
        } finally {
            System.setProperty("user.home", home);
        }
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode rows = ran.json().get("rows");
        assertThat(rows).isNotEmpty();
        for (JsonNode row : rows) {
            assertThat(row.propertyNames()).containsAll(KEYS);
        }
        assertThat(note(rows, "kherud")).contains("not on the class path");
        assertThat(note(rows, "node")).contains("npm install");
    }

    private static String note(JsonNode rows, String peer) {
        JsonNode missing =
                rows.valueStream()
                        .filter(row -> row.get("peer").asString("").contains(peer))
                        .findFirst()
                        .orElseThrow();
        assertThat(missing.get("peer_value").isNull()).isTrue();
        assertThat(missing.get("ratio").isNull()).isTrue();
        assertThat(missing.get("value").asDouble()).isPositive();
        return missing.get("note").asString();
    }

    @Test
    void whatCannotBeMeasuredIsWrongUse() {
        Ran dtype = Ran.of("bench", "decode", "--type", "q5_1", "--json");
        assertThat(dtype.status()).isEqualTo(2);
        Ran model = Ran.of("bench", "decode", "--model", "no-such-model", "--json");
        assertThat(model.status()).isEqualTo(2);
        assertThat(model.json().at("/error/message").asString()).contains("no-such-model");
    }
}
