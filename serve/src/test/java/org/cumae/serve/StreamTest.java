package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import tools.jackson.databind.JsonNode;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// Streams on the wire, and what happens when the client goes.
class StreamTest {
    private TableText model;
    private CumaeServer server;
    private Client client;

    @BeforeEach
    void start() {
        model = TableText.small();
        server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
        server.add(model);
        client = new Client(server);
    }

    @AfterEach
    void stop() {
        model.pauseMillis = 0;
        server.close();
    }

    private static String body(String more) {
        return "{\"model\":\"oak\",\"prompt\":\"the oak\",\"seed\":5," + more + "}";
    }

    private static final String STREAM = "\"stream\":true,\"max_tokens\":12";

    @Test
    void aStreamHasItsHeadersOneFinishAndAnEnd() {
        Client.Answer answer = client.post("/v1/completions", body(STREAM));
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                .isEqualTo("text/event-stream; charset=utf-8");
        assertThat(answer.headers().firstValue("Cache-Control").orElseThrow())
                .isEqualTo("no-cache");
        assertThat(answer.headers().firstValue("X-Accel-Buffering").orElseThrow()).isEqualTo("no");
        assertThat(answer.text()).endsWith("data: [DONE]\n\n");
        List<JsonNode> events = answer.events();
        assertThat(events.stream().filter(e -> !e.at("/choices/0/finish_reason").isNull()))
                .hasSize(1);
        assertThat(events.stream().map(e -> e.get("id").asString() + e.get("created")).distinct())
                .hasSize(1);
    }

    @Test
    void everyChunkIsFlushedBeforeTheNextIsComputed() throws Exception {
        model.pauseMillis = 120;
        try (Socket socket =
                client.sent("/v1/completions", body("\"stream\":true,\"max_tokens\":5"))) {
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            long begin = System.nanoTime();
            while (!in.readLine().startsWith("data: ")) {
                // heads and chunk sizes
            }
            assertThat((System.nanoTime() - begin) / 1e6).isLessThan(400);
            assertThat(model.writing.get()).isEqualTo(1);
        }
    }

    @Test
    void usageComesOnceInAChunkWithoutChoices() {
        Client.Answer answer =
                client.post(
                        "/v1/completions",
                        body(STREAM + ",\"stream_options\":{\"include_usage\":true}"));
        List<JsonNode> events = answer.events();
        JsonNode last = events.getLast();
        assertThat(last.get("choices").isArray()).isTrue();
        assertThat(last.get("choices")).isEmpty();
        assertThat(last.at("/usage/total_tokens").asInt()).isEqualTo(19);
        assertThat(events.subList(0, events.size() - 1))
                .allMatch(e -> e.has("usage") && e.get("usage").isNull());
    }

    @Test
    void streamedTextAndIdsEqualTheAnswerInOnePiece() {
        String more = "\"max_tokens\":40,\"return_token_ids\":true,\"temperature\":1.3";
        JsonNode whole = client.post("/v1/completions", body(more)).json();
        List<JsonNode> events =
                client.post("/v1/completions", body(more + ",\"stream\":true")).events();
        assertThat(joined(events, 0)).isEqualTo(whole.at("/choices/0/text").asString());
        List<Integer> ids =
                events.stream()
                        .flatMap(e -> e.at("/choices/0/token_ids").valueStream())
                        .map(JsonNode::asInt)
                        .toList();
        assertThat(ids)
                .isEqualTo(
                        whole.at("/choices/0/token_ids")
                                .valueStream()
                                .map(JsonNode::asInt)
                                .toList());
    }

    private static String joined(List<JsonNode> events, int index) {
        return events.stream()
                .flatMap(e -> e.get("choices").valueStream())
                .filter(choice -> choice.get("index").asInt() == index)
                .map(choice -> choice.get("text").asString())
                .collect(Collectors.joining());
    }

    @Test
    void choicesOfOneStreamAreToldApartByIndex() {
        String more = "\"max_tokens\":15,\"n\":3";
        JsonNode whole = client.post("/v1/completions", body(more)).json();
        List<JsonNode> events =
                client.post("/v1/completions", body(more + ",\"stream\":true")).events();
        for (int index = 0; index < 3; index++) {
            assertThat(joined(events, index))
                    .isEqualTo(whole.at("/choices/%d/text".formatted(index)).asString());
        }
    }

    @Test
    void manyPromptsGiveChoicesInTheirOrder() {
        JsonNode answer =
                client.post(
                                "/v1/completions",
                                "{\"model\":\"oak\",\"prompt\":[\"the oak\",[20,8,5],\"to\"],\"n\":2,"
                                        + "\"seed\":5,\"max_tokens\":6,\"return_token_ids\":true}")
                        .json();
        assertThat(answer.get("choices")).hasSize(6);
        assertThat(answer.at("/choices/2/prompt_token_ids")).hasSize(3);
        assertThat(answer.at("/choices/5/index").asInt()).isEqualTo(5);
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(12);
    }

    @Test
    void aStopStringNeverReachesTheStream() {
        String more = "\"max_tokens\":200,\"stop\":[\" the\"],\"temperature\":0.7";
        List<JsonNode> events =
                client.post("/v1/completions", body(more + ",\"stream\":true")).events();
        assertThat(joined(events, 0)).doesNotContain(" the");
        assertThat(joined(events, 0))
                .isEqualTo(
                        client.post("/v1/completions", body(more))
                                .json()
                                .at("/choices/0/text")
                                .asString());
    }

    @Test
    void aFaultBeforeTheFirstStepIsToldByItsStatus() {
        Client.Answer answer =
                client.post(
                        "/v1/completions",
                        body(STREAM + ",\"decoder\":\"beam\",\"temperature\":0.77"));
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.json().at("/error/type").asString()).isEqualTo("server_error");
    }

    @Test
    void aFaultAfterTheHeadIsAnErrorEventAndAnEnd() {
        Client.Answer answer =
                client.post("/v1/completions", body(STREAM + ",\"temperature\":0.78"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.events().getLast().at("/error/type").asString())
                .isEqualTo("server_error");
        assertThat(answer.text()).endsWith("data: [DONE]\n\n");
    }

    @Test
    void theNativeStreamTellsEveryStepWithItsLaw() {
        Client.Answer answer =
                client.post(
                        "/cumae/v1/generate",
                        body("\"max_tokens\":9,\"alternatives\":4,\"top_k\":2"));
        List<JsonNode> events = answer.events();
        assertThat(answer.text()).startsWith("event: start\n");
        JsonNode step = events.get(1);
        assertThat(step.get("position").asInt()).isEqualTo(7);
        assertThat(step.get("state").asString()).isEqualTo("committed");
        assertThat(step.get("p").asDouble()).isBetween(0.0, 1.0);
        assertThat(step.get("alternatives")).hasSize(4);
        assertThat(step.at("/alternatives/3/p_filtered").asDouble()).isZero();
        JsonNode end = events.getLast();
        assertThat(end.get("token_ids")).hasSize(9);
        assertThat(end.at("/ledger/forwards").asInt()).isEqualTo(9);
        String replayed =
                events.subList(1, events.size() - 1).stream()
                        .map(e -> e.get("text").asString())
                        .collect(Collectors.joining());
        assertThat(replayed).isEqualTo(end.get("text").asString());
    }

    @Test
    void aClientThatLeavesFreesItsRowsWhetherStreamedOrNot() throws Exception {
        model.pauseMillis = 30;
        for (String more : List.of("\"stream\":true,\"max_tokens\":400", "\"max_tokens\":400")) {
            Socket socket = client.sent("/v1/completions", body(more));
            await(() -> model.writing.get() == 1);
            socket.close();
            long left = System.nanoTime();
            await(() -> model.writing.get() == 0);
            assertThat((System.nanoTime() - left) / 1e6).isLessThan(500);
        }
        await(() -> server.metrics().runningNow() == 0);
        assertThat(client.get("/metrics").text())
                .contains(
                        "vllm:request_success_total{finished_reason=\"abort\",model_name=\"oak\"} 2.0");
    }

    @Test
    void aClientThatReadsNothingIsDroppedAndHoldsLittle() throws Exception {
        TableText endless = new TableText("long", false, true, 400_000);
        server.add(endless);
        try (Socket socket =
                client.sent(
                        "/cumae/v1/generate",
                        "{\"model\":\"long\",\"prompt\":\"a\",\"max_tokens\":300000,"
                                + "\"alternatives\":20}")) {
            await(() -> endless.writing.get() == 1);
            await(() -> endless.writing.get() == 0);
            assertThat(socket.isConnected()).isTrue();
        }
    }

    @Test
    void stoppingDrainsWhatRunsAndRefusesWhatComes() throws Exception {
        model.pauseMillis = 30;
        Socket running = client.sent("/v1/completions", body("\"stream\":true,\"max_tokens\":20"));
        await(() -> model.writing.get() == 1);
        Thread closing = Thread.ofVirtual().start(server::close);
        await(() -> client.get("/health/ready").status() == 503);
        Client.Answer refused = client.post("/v1/completions", body(STREAM));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        String rest = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(rest).contains("data: [DONE]");
        closing.join();
        running.close();
    }

    @Test
    void aHundredStreamsAtOnceEachGetTheirOwn() throws Exception {
        model.pauseMillis = 2;
        String expected =
                client.post("/v1/completions", body("\"max_tokens\":20"))
                        .json()
                        .at("/choices/0/text")
                        .asString();
        List<Thread> threads = new java.util.ArrayList<>();
        List<String> texts = java.util.Collections.synchronizedList(new java.util.ArrayList<>());
        for (int i = 0; i < 100; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () ->
                                            texts.add(
                                                    joined(
                                                            client.post(
                                                                            "/v1/completions",
                                                                            body(
                                                                                    "\"stream\":true,\"max_tokens\":20"))
                                                                    .events(),
                                                            0))));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(texts).hasSize(100).allMatch(expected::equals);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(5);
        }
    }
}
