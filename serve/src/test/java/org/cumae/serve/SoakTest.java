package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.engine.EngineLimits;
import org.cumae.engine.EngineStats;
import org.cumae.model.TableModel;
import org.cumae.text.TextModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// A long day at the doors: clients that cancel, vanish, read slowly, send nonsense or far too
/// much, among others who want an answer, on an engine that has too little memory and too short a
/// line.
///
/// `-Dcumae.soak=20000` sends as many requests as that; without it a few hundred.
final class SoakTest {
    private static final Logger LOG = LoggerFactory.getLogger(SoakTest.class);
    private static final int REQUESTS = Integer.getInteger("cumae.soak", 600);
    private static final int CLIENTS = 24;
    private static final int MAX_LENGTH = 300;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz .";
    private static final String COMPLETIONS = "/v1/completions";
    private static final long MEGABYTE = 1 << 20;

    private static final EngineLimits SCARCE =
            EngineLimits.DEFAULT
                    .withMaxRunning(8)
                    .withMaxWaiting(20)
                    .withMaxRows(64)
                    .withMaxBytes(24L * 1200); // four of the longest contexts
    private final TextModel model = table(SCARCE);
    private final CumaeServer server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0));
    private final Client client = new Client(server);
    private final Map<String, String> expected = new ConcurrentHashMap<>(); // by body
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger compared = new AtomicInteger();

    private static TextModel table(EngineLimits limits) {
        return ServedTextTest.table(TableModel.random(28, 2, 11).holding(MAX_LENGTH), limits);
    }

    @AfterEach
    void close() {
        server.close();
        model.close();
    }

    @Test
    @Timeout(1800)
    void everyRequestIsAnsweredRightOrRefusedAndNothingIsLeftBehind() throws Exception {
        server.add("table", model);
        List<String> bodies = bodies();
        answerAlone(bodies);
        run(REQUESTS / 4, 1, bodies);
        settle();
        long heap = heap();
        int threads = Thread.activeCount();
        run(REQUESTS - REQUESTS / 4, 2, bodies);
        settle();
        EngineStats stats = model.stats();
        assertThat(heap() - heap).as("heap growth").isLessThan(16 * MEGABYTE);
        assertThat(Thread.activeCount() - threads).as("more threads").isLessThan(8);
        assertThat(stats.bytes()).isEqualTo(stats.keptBytes()).isLessThanOrEqualTo(24L * 1200);
        assertThat(compared.get()).as("answers compared").isGreaterThan(REQUESTS / 4);
        assertThat(stats.preemptions()).isPositive();
        assertThat(stats.cachedRows()).isPositive();
        assertThat(metric("cumae_http_responses_total")).isEqualTo(sent.get());
        assertThat(metric("vllm:request_success_total", "finished_reason=\"error\""))
                .isEqualTo(metric("cumae_requests_refused_total"));
        assertThat(metric("vllm:num_requests_running")).isZero();
        assertThat(metric("vllm:num_requests_waiting")).isZero();
        LOG.info(
                "{} requests: {} answers compared, {} refused, {} preemptions, {} rows not fed twice",
                sent,
                compared,
                refused,
                stats.preemptions(),
                stats.cachedRows());
    }

    private double metric(String name, String... tags) {
        String text = client.get("/metrics").text();
        return text.lines()
                .filter(line -> line.startsWith(name + "{"))
                .filter(line -> List.of(tags).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// Requests of all kinds, whose answers are known.
    private static List<String> bodies() {
        SplittableRandom random = new SplittableRandom(3);
        String common = letters(random, 80);
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String prompt = (i % 3 == 0 ? common : "") + letters(random, 1 + random.nextInt(150));
            String how =
                    switch (i % 4) {
                        case 0 -> "\"temperature\":0";
                        case 1 -> "\"decoder\":{\"name\":\"beam\",\"width\":2}";
                        case 2 -> "\"stop\":[\"e\",\"th\"],\"seed\":" + i;
                        default -> "\"n\":2,\"seed\":" + i;
                    };
            bodies.add(
                    "{\"model\":\"table\",\"prompt\":\"%s\",\"max_tokens\":%d,%s"
                            .formatted(prompt, 1 + random.nextInt(40), how));
        }
        return bodies;
    }

    private static String letters(SplittableRandom random, int count) {
        return random.ints(count, 0, LETTERS.length())
                .mapToObj(i -> String.valueOf(LETTERS.charAt(i)))
                .collect(Collectors.joining());
    }

    /// What each is answered by a server that has nothing else to do and keeps nothing.
    private void answerAlone(List<String> bodies) {
        try (TextModel alone = table(EngineLimits.DEFAULT.withReuse(false));
                CumaeServer quiet = CumaeServer.start(ServerOptions.DEFAULT.withPort(0))) {
            quiet.add("table", alone);
            Client asker = new Client(quiet);
            for (String body : bodies) {
                expected.put(body, texts(asker.post(COMPLETIONS, body + "}").json()));
            }
        }
    }

    private static String texts(JsonNode answer) {
        StringBuilder texts = new StringBuilder();
        answer.get("choices").forEach(choice -> texts.append(choice.get("text")).append('|'));
        return texts.toString();
    }

    private void run(int requests, long seed, List<String> bodies) throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            AtomicInteger next = new AtomicInteger();
            for (int i = 0; i < CLIENTS; i++) {
                SplittableRandom random = new SplittableRandom(seed * 1000 + i);
                running.add(
                        clients.submit(
                                () -> {
                                    while (next.getAndIncrement() < requests) {
                                        String body = bodies.get(random.nextInt(bodies.size()));
                                        visit(random, body);
                                    }
                                    return null;
                                }));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }
    }

    private void visit(SplittableRandom random, String body) throws Exception {
        sent.incrementAndGet();
        switch (random.nextInt(10)) {
            case 0 -> vanish(random, body);
            case 1 -> readSlowly(random, body);
            case 2 -> nonsense(random, body);
            case 3, 4, 5 -> readStream(body);
            default -> ask(body);
        }
    }

    private void ask(String body) {
        Client.Answer answer = client.post(COMPLETIONS, body + "}");
        if (isServed(answer)) {
            assertThat(texts(answer.json())).isEqualTo(expected.get(body));
            compared.incrementAndGet();
        }
    }

    private boolean isServed(Client.Answer answer) {
        if (answer.status() == 429) {
            refused.incrementAndGet();
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            return false;
        }
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return true;
    }

    private void readStream(String body) {
        Client.Answer answer = client.post(COMPLETIONS, body + ",\"stream\":true}");
        if (!isServed(answer)) {
            return;
        }
        assertThat(answer.text()).endsWith("data: [DONE]\n\n");
        List<StringBuilder> texts = new ArrayList<>();
        for (JsonNode event : answer.events()) {
            if (event.has("error")) { // the second of two choices found the line full
                assertThat(event.at("/error/code").asString()).isEqualTo("rate_limit_exceeded");
                refused.incrementAndGet();
                return;
            }
            for (JsonNode choice : event.get("choices")) {
                while (texts.size() <= choice.get("index").asInt()) {
                    texts.add(new StringBuilder());
                }
                texts.get(choice.get("index").asInt()).append(choice.get("text").asString());
            }
        }
        String joined =
                texts.stream().map(text -> "\"" + text + "\"|").collect(Collectors.joining());
        assertThat(joined).isEqualTo(expected.get(body));
        compared.incrementAndGet();
    }

    /// Closes the connection at once, soon, or in the middle of the answer.
    private void vanish(SplittableRandom random, String body) throws Exception {
        String more = random.nextBoolean() ? ",\"stream\":true}" : "}";
        try (Socket socket = client.sent(COMPLETIONS, body + more)) {
            switch (random.nextInt(3)) {
                case 0 -> {}
                case 1 -> Thread.sleep(random.nextInt(10));
                default -> assertThat(socket.getInputStream().read()).isPositive();
            }
        }
    }

    private void readSlowly(SplittableRandom random, String body) throws Exception {
        try (Socket socket = client.sent(COMPLETIONS, body + ",\"stream\":true}")) {
            InputStream in = socket.getInputStream();
            StringBuilder all = new StringBuilder();
            byte[] few = new byte[64];
            while (all.indexOf("[DONE]") < 0 && all.indexOf("rate_limit") < 0) {
                int n = in.read(few);
                assertThat(n).as("bytes before the end of %s", all).isPositive();
                all.append(new String(few, 0, n, StandardCharsets.UTF_8));
                if (random.nextInt(20) == 0) {
                    Thread.sleep(1);
                }
            }
        } catch (SocketException e) {
            throw new IOException("the server closed on a slow reader", e);
        }
    }

    private void nonsense(SplittableRandom random, String body) {
        String bad =
                switch (random.nextInt(6)) {
                    case 0 -> body; // without its end
                    case 1 -> "[" + body + "}]";
                    case 2 -> body + ",\"temperature\":\"hot\"}";
                    case 3 -> body + ",\"decoder\":\"oracle\"}";
                    case 4 -> "{\"model\":\"table\",\"prompt\":\"é\"}";
                    default ->
                            "{\"model\":\"table\",\"prompt\":\"%s\"}"
                                    .formatted("a".repeat(MAX_LENGTH + random.nextInt(100_000)));
                };
        Client.Answer answer = client.post(COMPLETIONS, bad);
        assertThat(answer.status()).as(bad).isEqualTo(400);
        assertThat(answer.json().at("/error/message").asString()).isNotBlank();
    }

    /// Everything that was asked has ended, and within seconds.
    private void settle() throws InterruptedException {
        await(() -> model.engine().requests() == 0);
        await(() -> model.stats().contexts() == 0 && model.stats().waiting() == 0);
        await(() -> server.metrics().runningNow() == 0);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
            Thread.sleep(5);
        }
    }

    private static long heap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(50);
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
