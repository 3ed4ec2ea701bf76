package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Routes, health, metrics, tokens, and what the server says to strangers.
class ServerDoorsTest {
    private static CumaeServer server;
    private static Client client;

    @BeforeAll
    static void start() {
        server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
        server.add(TableText.small());
        client = new Client(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/healthz",
                "/health",
                "/health/live",
                "/health/ready",
                "/ping",
                "/v1/health",
                "/metrics",
                "/props",
                "/v1/models",
                "/cumae/v1/decoders",
                "/"
            })
    void theseDoorsAreOpen(String path) {
        assertThat(client.get(path).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/responses",
                "/v1/messages",
                "/v1/../admin",
                "/%2e%2e/pom.xml",
                "/js/../../secret",
                "/js/nothing.js",
                "/studio.css/x",
                "/META-INF/MANIFEST.MF",
                "/v1/models/none"
            })
    void whatIsNotThereIs404InTheClientsShape(String path) {
        Client.Answer answer = client.get(path);
        assertThat(answer.status()).isIn(404, 400);
        assertThat(answer.json().at("/error/message").asString()).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource({"/v1/models, POST, GET", "/metrics, POST, GET"})
    void theWrongMethodIsToldTheRightOnes(String path, String method, String allowed) {
        Client.Answer answer = client.post(path, "{}");
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains(allowed);
        assertThat(client.get("/v1/completions").status()).isEqualTo(405);
    }

    @Test
    void aForeignHostOrOriginIsRefused() throws Exception {
        String rebound =
                "GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
        assertThat(client.firstLine(rebound.getBytes(StandardCharsets.US_ASCII))).contains("403");
        assertThat(client.get("/v1/models", "Origin", "https://evil.example").status())
                .isEqualTo(403);
        assertThat(client.get("/v1/models", "Origin", "http://localhost:3000").status())
                .isEqualTo(200);
    }

    @Test
    void bytesThatAreNoRequestAreRefusedAndTheServerLives() throws Exception {
        byte[][] nonsense = {
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000".getBytes(StandardCharsets.ISO_8859_1),
            "HELLO\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
            "BREW /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII),
            ("GET /" + "a".repeat(100_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII),
            ("GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + "b".repeat(1 << 20) + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII),
            ("GET / HTTP/1.1\r\nHost: localhost\r\n" + "X-A: b\r\n".repeat(10_000) + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII),
            "GET /a\u0000b HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
        };
        for (byte[] bytes : nonsense) {
            assertThat(client.firstLine(bytes)).doesNotContain(" 200 ").doesNotContain(" 500 ");
        }
        assertThat(client.get("/health/live").status()).isEqualTo(200);
    }

    @Test
    void saneRequestIdsComeBackAndOthersAreReplaced() {
        assertThat(id("abc-123")).isEqualTo("abc-123");
        assertThat(id("x".repeat(201))).isNotEqualTo("x".repeat(201)).hasSizeLessThan(60);
    }

    private static String id(String given) {
        return client.get("/v1/models", "X-Request-Id", given)
                .headers()
                .firstValue("X-Request-Id")
                .orElseThrow();
    }

    @Test
    void everythingAnsweredCarriesThePolicy() {
        for (String path :
                new String[] {"/", "/studio.css", "/js/main.js", "/v1/models", "/none"}) {
            Client.Answer answer = client.get(path);
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'self'");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        }
    }

    @Test
    void theStudioNamesNoOtherPlace() {
        String page = client.get("/").text();
        Matcher files = Pattern.compile("(?:href|src)=\"([a-z/]+\\.[a-z]+)\"").matcher(page);
        int count = 0;
        while (files.find()) {
            assertThat(client.get("/" + files.group(1)).status()).isEqualTo(200);
            count++;
        }
        assertThat(count).isGreaterThanOrEqualTo(3);
        assertThat(page.replace("http://www.w3.org/2000/svg", "")).doesNotContain("://");
        assertThat(page).doesNotContain("style=\"");
        assertThat(client.get("/studio.css").text()).doesNotContain("://", "@import");
    }

    @Test
    void metricsCarryTheNamesThatDashboardsLookFor() {
        client.post(
                "/v1/completions", "{\"model\":\"oak\",\"prompt\":\"the oak\",\"max_tokens\":5}");
        String text = client.get("/metrics").text();
        assertThat(text)
                .contains(
                        "vllm:num_requests_running{model_name=\"oak\"} 0.0",
                        "vllm:num_requests_waiting{",
                        "vllm:prompt_tokens_total{",
                        "vllm:generation_tokens_total{",
                        "vllm:request_success_total{finished_reason=\"length\"",
                        "vllm:time_to_first_token_seconds_bucket{",
                        "vllm:inter_token_latency_seconds_bucket{",
                        "vllm:e2e_request_latency_seconds_count{",
                        "vllm:request_queue_time_seconds_bucket{",
                        "vllm:request_prompt_tokens_bucket{",
                        "vllm:request_generation_tokens_bucket{",
                        "cumae_forward_passes_total{",
                        "cumae_rows_total{decoder=\"sequential\"",
                        "cumae_tokens_committed_total{decoder=\"sequential\"");
        for (String line : text.lines().filter(l -> !l.startsWith("#")).toList()) {
            assertThat(line).matches("[a-zA-Z_:][a-zA-Z0-9_:]*(\\{.*\\})? [0-9.eE+NaInf-]+");
        }
    }

    @Test
    void metricsGrowByWhatTheLedgersSay() {
        double before = metric("cumae_forward_passes_total");
        JsonNode answer =
                client.post(
                                "/v1/completions",
                                "{\"model\":\"oak\",\"prompt\":\"the oak\",\"n\":2,\"max_tokens\":6,"
                                        + "\"return_ledger\":true}")
                        .json();
        assertThat(metric("cumae_forward_passes_total") - before)
                .isEqualTo(answer.at("/cumae/ledger/forwards").asDouble());
    }

    private static double metric(String name) {
        return client.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void tokensGoThereAndBack() {
        JsonNode there =
                client.post("/tokenize", "{\"content\":\"the é😀 oak\",\"with_pieces\":true}")
                        .json();
        assertThat(there.get("count").asInt()).isEqualTo(10);
        assertThat(there.at("/pieces/5").asString()).isEqualTo("😀");
        Client.Answer back = client.post("/detokenize", "{\"tokens\":" + there.get("tokens") + "}");
        assertThat(back.json().get("content").asString()).isEqualTo("the é😀 oak");
        assertThat(client.post("/detokenize", "{\"tokens\":[900]}").param()).isEqualTo("tokens[0]");
    }

    @Test
    void decodersDescribeWhatCanBeSet() {
        JsonNode list = client.get("/cumae/v1/decoders").json();
        assertThat(list.at("/data/1/parameters/0/name").asString()).isEqualTo("width");
        assertThat(list.at("/data/1/parameters/0/maximum").asDouble()).isEqualTo(16);
    }
}
