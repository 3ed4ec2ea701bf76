package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.cumae.engine.EngineLimits;
import org.cumae.engine.Policy;
import org.cumae.model.Cost;
import org.cumae.model.TableModel;
import org.cumae.text.TextModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// More work than there is room for, and clients that are not let in: each is told what and when.
@Timeout(60)
final class OverloadTest {
    private static final String COMPLETIONS = "/v1/completions";
    private static final Duration PASS = Duration.ofMillis(4);

    private TextModel model = slow(EngineLimits.DEFAULT);
    private CumaeServer server = start(ServerOptions.DEFAULT);
    private Client client = new Client(server);

    private static TextModel slow(EngineLimits limits) {
        return ServedTextTest.table(
                TableModel.random(28, 2, 11).holding(4096).costing(new Cost(PASS, Duration.ZERO)),
                limits);
    }

    private CumaeServer start(ServerOptions options) {
        CumaeServer started = CumaeServer.start(options.withPort(0));
        started.add("table", model);
        return started;
    }

    private void open(ServerOptions options, EngineLimits limits) {
        close();
        model = slow(limits);
        server = start(options);
        client = new Client(server);
    }

    @AfterEach
    void close() {
        server.close();
        model.close();
    }

    private static String ask(int tokens, String more) {
        return "{\"model\":\"table\",\"prompt\":\"ab\",\"max_tokens\":%d%s}"
                .formatted(tokens, more.isEmpty() ? "" : "," + more);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
            Thread.sleep(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tenTimesTooManyRequestsEndWellOrAreToldAtOnceWhenToComeAgain(boolean stream)
            throws Exception {
        open(ServerOptions.DEFAULT, EngineLimits.DEFAULT.withMaxRunning(4).withMaxWaiting(4));
        record Told(int status, double seconds, Client.Answer answer) {}
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Told>> told = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                told.add(
                        clients.submit(
                                () -> {
                                    long begin = System.nanoTime();
                                    Client.Answer answer =
                                            client.post(
                                                    COMPLETIONS, ask(20, "\"stream\":" + stream));
                                    double seconds = (System.nanoTime() - begin) / 1e9;
                                    return new Told(answer.status(), seconds, answer);
                                }));
            }
            int served = 0;
            for (Future<Told> future : told) {
                Told one = future.get();
                assertThat(one.status).isIn(200, 429);
                if (one.status == 200) {
                    served++;
                    assertThat(one.answer.text()).contains("length");
                } else {
                    assertThat(one.answer.headers().firstValueAsLong("Retry-After").orElse(0))
                            .isBetween(1L, 60L);
                    assertThat(one.answer.json().at("/error/code").asString())
                            .isEqualTo("rate_limit_exceeded");
                }
            }
            assertThat(served).isBetween(8, 79);
        }
        await(() -> model.engine().requests() == 0);
        assertThat(model.stats().refused()).isPositive();
    }

    @Test
    void whoWaitsForTooLongGets408() throws Exception {
        open(
                ServerOptions.DEFAULT.withPatience(Duration.ofMillis(700)),
                EngineLimits.DEFAULT.withMaxRunning(1));
        try (Socket running = client.sent(COMPLETIONS, ask(2000, "\"stream\":true"))) {
            await(() -> model.stats().running() == 1);
            Client.Answer late = client.post(COMPLETIONS, ask(5, ""));
            assertThat(late.status()).isEqualTo(408);
            assertThat(late.json().at("/error/code").asString()).isEqualTo("request_timeout");
            assertThat(late.message()).contains("waited 0.7 s", "1 running");
            assertThat(running.isConnected()).isTrue();
        }
    }

    @Test
    void aTimeLimitEndsTheAnswerAndSaysSo() {
        Client.Answer answer =
                client.post(
                        COMPLETIONS,
                        ask(4000, ""),
                        "Content-Type",
                        "application/json",
                        "X-Request-Timeout",
                        "0.1");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().at("/choices/0/finish_reason").asString()).isEqualTo("length");
        assertThat(answer.json().at("/cumae/stopped").asString()).isEqualTo("time");
        assertThat(answer.json().at("/usage/completion_tokens").asInt()).isBetween(1, 200);
        for (String bad : List.of("soon", "-1", "0", "1e9", "NaN")) {
            assertThat(
                            client.post(
                                            COMPLETIONS,
                                            ask(1, ""),
                                            "Content-Type",
                                            "application/json",
                                            "X-Request-Timeout",
                                            bad)
                                    .status())
                    .as(bad)
                    .isEqualTo(400);
        }
    }

    @Test
    void aContextThatCanNeverFitIs503WithTheNumbers() {
        open(ServerOptions.DEFAULT, EngineLimits.DEFAULT.withMaxBytes(1000));
        Client.Answer answer =
                client.post(
                        COMPLETIONS,
                        "{\"model\":\"table\",\"prompt\":\"%s\"}".formatted("ab".repeat(30)));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.message()).contains("60 rows", "1440 bytes", "1000 in all");
        assertThat(client.post(COMPLETIONS, ask(3, "")).status()).isEqualTo(200);
    }

    @Test
    void everyDoorButHealthNeedsAKey() {
        open(ServerOptions.DEFAULT.withKeys(List.of("oak", "sibyl")), EngineLimits.DEFAULT);
        for (String path : List.of("/health", "/health/live", "/health/ready", "/ping")) {
            assertThat(client.get(path).status()).as(path).isEqualTo(200);
        }
        for (String path :
                List.of(
                        "/",
                        "/studio.css",
                        "/metrics",
                        "/props",
                        "/v1/models",
                        "/v1/models/table",
                        "/cumae/v1/decoders",
                        "/nowhere",
                        "/v1/completions")) {
            Client.Answer answer = client.get(path);
            assertThat(answer.status()).as(path).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
            assertThat(answer.json().at("/error/code").asString()).isEqualTo("invalid_api_key");
        }
        for (String path :
                List.of(
                        COMPLETIONS,
                        "/v1/chat/completions",
                        "/cumae/v1/generate",
                        "/tokenize",
                        "/detokenize")) {
            assertThat(client.post(path, ask(1, "")).status()).as(path).isEqualTo(401);
            assertThat(
                            client.post(
                                            path,
                                            ask(1, ""),
                                            "Content-Type",
                                            "application/json",
                                            "Authorization",
                                            "Bearer oa")
                                    .status())
                    .as(path)
                    .isEqualTo(401);
        }
        for (String key : List.of("oak", "sibyl")) {
            assertThat(client.get("/v1/models", "Authorization", "Bearer " + key).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aServerThatOthersReachNeedsAKeyOrAWord() {
        assertThatThrownBy(() -> ServerOptions.DEFAULT.withHost("0.0.0.0"))
                .hasMessageContainingAll("0.0.0.0", "--api-key", "--insecure");
        assertThat(ServerOptions.DEFAULT.withInsecure(true).withHost("0.0.0.0").host())
                .isEqualTo("0.0.0.0");
    }

    @Test
    void eachKeyHasItsOwnRate() {
        open(
                ServerOptions.DEFAULT.withKeys(List.of("a", "b")).withPerMinute(3),
                EngineLimits.DEFAULT);
        for (int left = 2; left >= 0; left--) {
            Client.Answer answer = asked("a");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers().firstValue("X-RateLimit-Remaining-Requests"))
                    .hasValue(Integer.toString(left));
        }
        Client.Answer refused = asked("a");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElse(0)).isBetween(15L, 20L);
        assertThat(asked("b").status()).isEqualTo(200);
    }

    private Client.Answer asked(String key) {
        return client.post(
                COMPLETIONS,
                ask(1, ""),
                "Content-Type",
                "application/json",
                "Authorization",
                "Bearer " + key);
    }

    @Test
    void aBucketFillsEvenlyAndHoldsAMinute() {
        AtomicLong clock = new AtomicLong();
        RateLimit rate = new RateLimit(OptionalInt.of(60), clock::get);
        for (int i = 0; i < 60; i++) {
            rate.take("a");
        }
        assertThatThrownBy(() -> rate.take("a")).isInstanceOf(ApiError.class);
        clock.addAndGet(1_000_000_000L);
        assertThat(rate.take("a")).hasValue(0);
        assertThatThrownBy(() -> rate.take("a")).isInstanceOf(ApiError.class);
        clock.addAndGet(3_600_000_000_000L);
        assertThat(rate.take("a")).hasValue(59);
    }

    @Test
    void aPromptThatWasReadBeforeIsCountedAsCached() {
        String prompt = "abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz";
        String body = "{\"model\":\"table\",\"prompt\":\"%s\",\"max_tokens\":3,\"seed\":1%s}";
        JsonNode first = client.post(COMPLETIONS, body.formatted(prompt, "")).json();
        JsonNode second =
                client.post(COMPLETIONS, body.formatted(prompt, ",\"return_ledger\":true")).json();
        JsonNode apart =
                client.post(COMPLETIONS, body.formatted(prompt, ",\"cache_salt\":\"mine\"")).json();
        JsonNode fresh =
                client.post(COMPLETIONS, body.formatted(prompt, ",\"cache_prompt\":false")).json();
        String cached = "/usage/prompt_tokens_details/cached_tokens";
        assertThat(first.at(cached).asInt()).isZero();
        assertThat(second.at(cached).asInt()).isEqualTo(prompt.length() - 1);
        assertThat(second.at("/cumae/ledger/cached_rows").asInt()).isEqualTo(prompt.length() - 1);
        assertThat(second.at("/cumae/ledger/rows").asInt()).isEqualTo(3);
        assertThat(apart.at(cached).asInt()).isZero();
        assertThat(fresh.at(cached).asInt()).isZero();
        assertThat(List.of(second, apart, fresh))
                .allSatisfy(
                        answer ->
                                assertThat(answer.at("/choices/0/text"))
                                        .isEqualTo(first.at("/choices/0/text")));
        String metrics = client.get("/metrics").text();
        assertThat(metrics)
                .contains(
                        "vllm:prefix_cache_hits_total{model_name=\"table\"} 52.0",
                        "vllm:kv_cache_usage_perc{model_name=\"table\"} 0.0",
                        "vllm:num_preemptions_total{model_name=\"table\"} 0.0",
                        "cumae_http_responses_total{status=\"200\"} 4.0");
    }

    @Test
    void aFloodOfChoicesOfOnePromptReadsItOnce() {
        String prompt = "abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz";
        JsonNode answer =
                client.post(
                                COMPLETIONS,
                                "{\"model\":\"table\",\"prompt\":\"%s\",\"max_tokens\":1,\"n\":16,"
                                                .formatted(prompt)
                                        + "\"return_ledger\":true}")
                        .json();
        assertThat(answer.at("/choices").size()).isEqualTo(16);
        assertThat(answer.at("/cumae/ledger/rows").asInt()).isEqualTo(prompt.length() + 15);
    }

    @Test
    void drainingLetsTwentyStreamsEndAndRefusesNewOnes() throws Exception {
        List<Socket> streams = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            streams.add(client.sent(COMPLETIONS, ask(100, "\"stream\":true,\"seed\":" + i)));
        }
        await(() -> model.engine().requests() == 20);
        Thread closing = Thread.ofVirtual().start(server::close);
        await(() -> client.get("/health/ready").status() == 503);
        Client.Answer refused = client.post(COMPLETIONS, ask(1, ""));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        for (Socket stream : streams) {
            String all = read(stream);
            assertThat(all).contains("\"finish_reason\":\"length\"").contains("data: [DONE]");
            stream.close();
        }
        closing.join();
    }

    private static String read(Socket stream) throws Exception {
        InputStream in = stream.getInputStream();
        StringBuilder all = new StringBuilder();
        byte[] bytes = new byte[8192];
        for (int n = in.read(bytes); n > 0 && all.indexOf("[DONE]") < 0; n = in.read(bytes)) {
            all.append(new String(bytes, 0, n, StandardCharsets.UTF_8));
        }
        return all.toString();
    }

    @Test
    void whoLeavesWhileItWaitsLeavesTheLineToo() throws Exception {
        open(ServerOptions.DEFAULT, EngineLimits.DEFAULT.withMaxRunning(1));
        try (Socket running = client.sent(COMPLETIONS, ask(2000, "\"stream\":true"))) {
            await(() -> model.stats().running() == 1);
            for (String more : List.of("", "\"stream\":true")) {
                Socket waiting = client.sent(COMPLETIONS, ask(5, more));
                await(() -> model.stats().waiting() == 1);
                waiting.close();
                await(() -> model.stats().waiting() == 0);
            }
            await(() -> model.engine().requests() == 1); // it leaves the line before it ends
            assertThat(model.engine().requests()).isEqualTo(1);
            assertThat(running.isConnected()).isTrue();
        }
        await(() -> model.engine().requests() == 0 && model.stats().contexts() == 0);
    }

    @Test
    void fiveHundredEqualPromptsAtOnceAreAnsweredAlikeAndReadOnce() throws Exception {
        String prompt = "abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz";
        String body =
                "{\"model\":\"table\",\"prompt\":\"%s\",\"max_tokens\":4,\"seed\":5}"
                        .formatted(prompt);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Client.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                answers.add(clients.submit(() -> client.post(COMPLETIONS, body)));
            }
            String first = answers.getFirst().get().json().at("/choices/0/text").asString();
            for (Future<Client.Answer> answer : answers) {
                assertThat(answer.get().json().at("/choices/0/text").asString()).isEqualTo(first);
            }
        }
        assertThat(model.stats().rows()).isEqualTo(prompt.length() + 499 + 3 * 500);
    }

    @Test
    void aThousandIdleConnectionsHoldNobodyUp() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                Socket socket = client.socket();
                if (i % 2 == 0) { // half of them stop in the middle of a head
                    socket.getOutputStream()
                            .write(
                                    "GET /v1/models HTTP/1.1\r\nHo"
                                            .getBytes(StandardCharsets.US_ASCII));
                }
                idle.add(socket);
            }
            long begin = System.nanoTime();
            assertThat(client.post(COMPLETIONS, ask(5, "")).status()).isEqualTo(200);
            assertThat((System.nanoTime() - begin) / 1e9).isLessThan(2);
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void pipelinedRequestsOfOneIdAreBothAnswered() throws Exception {
        String body = ask(2, "");
        String request =
                "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: twice\r\n"
                        + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                                .formatted(body.length(), body);
        try (Socket socket = client.socket()) {
            socket.getOutputStream().write((request + request).getBytes(StandardCharsets.US_ASCII));
            String all = "";
            while (all.split("HTTP/1.1 200", -1).length < 3 || !all.endsWith("}")) {
                byte[] bytes = new byte[4096];
                int n = socket.getInputStream().read(bytes);
                assertThat(n).isPositive();
                all += new String(bytes, 0, n, StandardCharsets.UTF_8);
            }
            assertThat(all.split("text_completion", -1)).hasSize(3);
        }
    }

    @Test
    void priorityIsHeardWhereThePolicyListens() throws Exception {
        open(
                ServerOptions.DEFAULT,
                EngineLimits.DEFAULT
                        .withMaxRunning(1)
                        .withPolicy(new Policy.ByPriority(Duration.ofHours(1))));
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        try (Socket running = client.sent(COMPLETIONS, ask(100, "\"stream\":true"));
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            await(() -> model.stats().running() == 1);
            int waiting = 0;
            for (int priority : new int[] {3, 0, -2}) {
                clients.execute(
                        () -> {
                            client.post(COMPLETIONS, ask(20, "\"priority\":" + priority));
                            order.add("" + priority);
                        });
                int more = ++waiting;
                await(() -> model.stats().waiting() == more);
            }
            assertThat(running.isConnected()).isTrue();
        }
        assertThat(order).containsExactly("-2", "0", "3");
    }
}
