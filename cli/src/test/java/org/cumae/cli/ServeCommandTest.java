package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.cumae.engine.EngineLimits;
import org.cumae.engine.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// `cumae serve`: its flags, and how it ends.
class ServeCommandTest {
    private static EngineLimits limits(String... words) {
        EngineOptions options = new EngineOptions();
        new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(options)).parseArgs(words);
        return options.limits(1);
    }

    @Test
    void theNamesOfTheKnownServersReachTheEngine() {
        assertThat(limits("--max-num-seqs", "3").maxRunning()).isEqualTo(3);
        assertThat(limits("--max-running-requests", "3").maxRunning()).isEqualTo(3);
        assertThat(limits("-np", "3").maxRunning()).isEqualTo(3);
        assertThat(limits("--max-num-batched-tokens", "64").maxRows()).isEqualTo(64);
        assertThat(limits("--chunked-prefill-size", "64").maxRows()).isEqualTo(64);
        assertThat(limits("--max-model-len", "99").maxLength()).isEqualTo(99);
        assertThat(limits("-c", "99").maxLength()).isEqualTo(99);
        assertThat(limits("--max-queued-requests", "7").maxWaiting()).isEqualTo(7);
        assertThat(limits("--kv-cache-bytes", "3M").maxBytes()).isEqualTo(3L << 20);
        assertThat(limits().reuse()).isTrue();
        assertThat(limits("--enable-prefix-caching").reuse()).isTrue();
        assertThat(limits("--no-enable-prefix-caching").reuse()).isFalse();
        assertThat(limits("--scheduling-policy", "priority").policy())
                .isInstanceOf(Policy.ByPriority.class);
        assertThat(limits("--schedule-policy", "lpm").policy())
                .isInstanceOf(Policy.LongestPrefix.class);
        assertThatThrownBy(() -> limits("--scheduling-policy", "lottery"))
                .hasMessageContainingAll("lottery", "fcfs", "priority", "shortest", "lpm");
    }

    @ParameterizedTest
    @CsvSource({
        "4096, 4096",
        "2k, 2048",
        "512M, 536870912",
        "8GiB, 8589934592",
        "1tb, 1099511627776"
    })
    void sizesAreReadAsPeopleWriteThem(String words, long bytes) {
        assertThat(EngineOptions.size(words)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"''", "G", "lots", "1.5G", "99999999T"})
    void whatIsNoSizeIsRefused(String words) {
        assertThatThrownBy(() -> EngineOptions.size(words)).hasMessageContaining("as in 8G");
    }

    private static String serve(int status, String... words) {
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine().setErr(new PrintWriter(err, true));
        List<String> all = new ArrayList<>(List.of("serve"));
        all.addAll(List.of(words));
        assertThat(line.execute(all.toArray(String[]::new))).isEqualTo(status);
        return err.toString();
    }

    @Test
    void anOpenDoorIsRefusedBeforeAnyModelIsOpened() {
        assertThat(serve(2, "no-such-model", "--host", "0.0.0.0"))
                .contains("0.0.0.0", "--api-key", "--insecure");
    }

    @Test
    void tlsNeedsBothOfItsFiles() {
        assertThat(serve(2, "no-such-model", "--ssl-certfile", "server.crt"))
                .contains("--ssl-cert-file and --ssl-key-file");
        assertThat(serve(1, "no-such-model", "--ssl-cert-file", "a.crt", "--ssl-key-file", "a.key"))
                .contains("a.crt");
    }

    @Test
    void aMemoryInWhichNoContextFitsIsRefusedAtTheStart() {
        assertThat(serve(2, story().toString(), "--dry-run", "--kv-cache-bytes", "1M"))
                .contains("2,048 tokens", "2.5 MiB", "1.0 MiB", "--max-model-len");
    }

    private static Path story() {
        String data = System.getenv("CUMAE_DATA");
        assumeTrue(data != null, "needs data: set CUMAE_DATA to the folder of the real data sets");
        return Path.of(data).resolve("models/stories260K.gguf");
    }

    @Test
    @Timeout(180)
    void aSignalLetsTwentyStreamsEndAndThenTheProcess() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.cumae.cli.Main",
                                "serve",
                                story().toString(),
                                "--port",
                                "0",
                                "--shutdown-timeout",
                                "100",
                                "--api-key",
                                "oak")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String url = url(out);
            HttpClient client = HttpClient.newHttpClient();
            List<CompletableFuture<HttpResponse<String>>> streams = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                streams.add(client.sendAsync(ask(url, 400), HttpResponse.BodyHandlers.ofString()));
            }
            while (running(client, url) < 20) {
                Thread.sleep(5);
            }
            process.destroy(); // SIGTERM
            int whole = 0;
            for (CompletableFuture<HttpResponse<String>> stream : streams) {
                assertThat(stream.get().body()).contains("finish_reason").contains("data: [DONE]");
                whole++;
            }
            assertThat(whole).isEqualTo(20);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String url(BufferedReader out) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("serving at ")) {
                return line.substring("serving at ".length());
            }
        }
        throw new IOException("the server ended before it served");
    }

    private static HttpRequest ask(String url, int tokens) {
        return HttpRequest.newBuilder(URI.create(url + "/v1/completions"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer oak")
                .POST(
                        HttpRequest.BodyPublishers.ofString(
                                "{\"prompt\":\"Once\",\"stream\":true,\"ignore_eos\":true,"
                                        + "\"max_tokens\":%d}".formatted(tokens)))
                .build();
    }

    private static int running(HttpClient client, String url) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "/metrics"))
                        .header("Authorization", "Bearer oak")
                        .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("vllm:num_requests_running{"))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.indexOf('}') + 1)))
                .sum();
    }
}
