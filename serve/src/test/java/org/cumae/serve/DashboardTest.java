package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.engine.EngineLimits;
import org.cumae.model.TableModel;
import org.cumae.text.TextModel;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The dashboard in the docs asks for nothing that the server does not count.
class DashboardTest {
    private static final Pattern METRIC = Pattern.compile("\\b(vllm:|cumae_)[a-z_0-9]+");

    private static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        Matcher found = METRIC.matcher(text);
        while (found.find()) {
            names.add(found.group());
        }
        return names;
    }

    @Test
    void everyMetricOfTheDashboardIsThereAfterTwoRequests() throws IOException {
        JsonNode dashboard =
                Client.JSON.readTree(Files.readString(Path.of("../docs/grafana.json")));
        Set<String> asked = new TreeSet<>();
        dashboard
                .get("panels")
                .forEach(
                        panel ->
                                panel.get("targets")
                                        .forEach(
                                                target ->
                                                        asked.addAll(
                                                                names(
                                                                        target.get("expr")
                                                                                .asString()))));
        assertThat(asked).hasSizeGreaterThan(20);
        try (TextModel model =
                        ServedTextTest.table(
                                TableModel.random(28, 2, 11).holding(64), EngineLimits.DEFAULT);
                CumaeServer server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0))) {
            server.add("table", model);
            Client client = new Client(server);
            // of a fixed length: one that goes by the clock may find that no draft is worth its
            // time
            String drafted = "{\"type\":\"speculative\",\"draft\":\"table\",\"draft_length\":3}";
            for (String decoder : List.of("\"sequential\"", drafted)) {
                Client.Answer answer =
                        client.post(
                                "/v1/completions",
                                ("{\"prompt\":\"the oak\",\"max_tokens\":9,\"decoder\":%s,"
                                                + "\"model\":\"table\"}")
                                        .formatted(decoder));
                assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            }
            assertThat(names(client.get("/metrics").text())).containsAll(asked);
        }
    }
}
