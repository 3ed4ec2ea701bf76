package org.cumae.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.completions.CompletionCreateParams;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// The server over TLS, for clients that trust its certificate.
class TlsTest {
    @TempDir static Path folder;
    private static CumaeServer server;
    private static TableText model;
    private static SSLContext trusting;
    private static X509TrustManager trust;

    @BeforeAll
    static void start() throws Exception {
        make("rsa", "RSA");
        make("ec", "EC");
        make("ed", "Ed25519");
        ServerCertificate certificate = read("rsa", "rsa");
        server = CumaeServer.start(ServerOptions.DEFAULT.withPort(0).withCertificate(certificate));
        model = TableText.small();
        server.add(model);
        trust(certificate.chain().getFirst());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /// The JDK's own tool makes what an authority would give: here everybody vouches for himself.
    private static void make(String name, String algorithm) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Process tool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                algorithm,
                                "-alias",
                                "server",
                                "-dname",
                                "CN=" + name,
                                "-ext",
                                "san=dns:localhost,ip:127.0.0.1",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                "changeit",
                                "-keystore",
                                store.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(name + ".log").toFile())
                        .start();
        assertThat(tool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        pem(name + ".crt", "CERTIFICATE", keys.getCertificate("server").getEncoded());
        pem(
                name + ".key",
                "PRIVATE KEY",
                keys.getKey("server", "changeit".toCharArray()).getEncoded());
    }

    private static void pem(String file, String label, byte[] bytes) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        Files.writeString(
                folder.resolve(file),
                "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, text, label));
    }

    private static ServerCertificate read(String certificate, String key) {
        return ServerCertificate.read(
                folder.resolve(certificate + ".crt"), folder.resolve(key + ".key"));
    }

    private static void trust(X509Certificate certificate) throws Exception {
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        known.setCertificateEntry("server", certificate);
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(known);
        trust = (X509TrustManager) managers.getTrustManagers()[0];
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, managers.getTrustManagers(), null);
    }

    private static HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path)).build();
    }

    @Test
    void aClientThatTrustsTheCertificateIsServed() throws Exception {
        assertThat(server.url()).startsWith("https://localhost:");
        try (HttpClient http = HttpClient.newBuilder().sslContext(trusting).build()) {
            HttpResponse<String> answer =
                    http.send(request("/v1/models"), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"oak\"");
            assertThat(answer.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void aClientThatDoesNotTrustItTurnsAway() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThatThrownBy(
                            () ->
                                    http.send(
                                            request("/v1/models"),
                                            HttpResponse.BodyHandlers.ofString()))
                    .isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void theOfficialClientStreamsOverIt() {
        OpenAIClient client =
                OpenAIOkHttpClient.builder()
                        .baseUrl(server.url() + "/v1")
                        .apiKey("none")
                        .sslSocketFactory(trusting.getSocketFactory())
                        .trustManager(trust)
                        .maxRetries(0)
                        .build();
        CompletionCreateParams params =
                CompletionCreateParams.builder()
                        .model("oak")
                        .prompt("the oak")
                        .maxTokens(20)
                        .seed(7)
                        .build();
        try (var stream = client.completions().createStreaming(params)) {
            String text =
                    stream.stream()
                            .map(chunk -> chunk.choices().getFirst().text())
                            .collect(java.util.stream.Collectors.joining());
            assertThat(text)
                    .isEqualTo(client.completions().create(params).choices().getFirst().text());
        } finally {
            client.close();
        }
    }

    @Test
    void aClientThatHangsUpIsNoticed() throws Exception {
        model.pauseMillis = 50;
        try (SSLSocket socket =
                (SSLSocket) trusting.getSocketFactory().createSocket("localhost", server.port())) {
            String body = "{\"model\":\"oak\",\"prompt\":\"a\",\"max_tokens\":500}";
            socket.getOutputStream()
                    .write(
                            ("POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n"
                                            + "Content-Type: application/json\r\nContent-Length: "
                                            + body.length()
                                            + "\r\n\r\n"
                                            + body)
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            await(() -> model.writing.get() == 1);
        }
        await(() -> server.metrics().text().contains("finished_reason=\"abort\""));
        model.pauseMillis = 0;
    }

    private static void await(BooleanSupplier happened) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!happened.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Thread.sleep(5);
        }
    }

    @Test
    void plainWordsOnTheTlsPortAreNoRequest() throws IOException {
        try (Socket socket = new Socket("localhost", server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(
                            "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(answer).doesNotContain("HTTP/1.1 200", "oak");
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset"); // which is an answer, too
        }
    }

    @ParameterizedTest
    @CsvSource({"rsa", "ec", "ed"})
    void keysOfEveryKindAreRead(String name) {
        assertThat(read(name, name).chain()).hasSize(1);
        assertThat(read(name, name).toString()).isEqualTo("certificate for CN=" + name);
    }

    @ParameterizedTest
    @CsvSource({"rsa, ec", "ec, rsa", "ed, ec"})
    void aKeyOfAnotherCertificateIsRefused(String certificate, String key) {
        assertThatThrownBy(() -> read(certificate, key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not that of the certificate for CN=" + certificate);
    }

    @Test
    void filesThatAreNoneAreNamed() throws IOException {
        Path key = folder.resolve("rsa.key");
        Path certificate = folder.resolve("rsa.crt");
        Path old = folder.resolve("old.key");
        Files.writeString(old, Files.readString(key).replace("PRIVATE KEY", "RSA PRIVATE KEY"));
        Path cut = folder.resolve("cut.key");
        Files.writeString(
                cut,
                Files.readString(key).replaceFirst("(?s)(KEY-----.{500}).*(-----END)", "$1$2"));
        refused(key, key, "rsa.key");
        refused(certificate, certificate, "rsa.crt holds no private key");
        refused(certificate, old, "openssl pkcs8 -topk8 -nocrypt");
        refused(certificate, cut, "cut.key holds a private key that is neither");
        assertThatThrownBy(() -> ServerCertificate.read(folder.resolve("no.crt"), key))
                .hasMessageContaining("no.crt");
    }

    private static void refused(Path certificate, Path key, String words) {
        assertThatThrownBy(() -> ServerCertificate.read(certificate, key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(words);
    }
}
