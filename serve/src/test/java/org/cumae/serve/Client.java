package org.cumae.serve;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A plain HTTP client for the tests.
final class Client {
    static final ObjectMapper JSON = JsonMapper.shared();
    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;

    Client(CumaeServer server) {
        this.port = server.port();
    }

    record Answer(int status, java.net.http.HttpHeaders headers, String text) {
        JsonNode json() {
            return JSON.readTree(text);
        }

        String message() {
            return json().at("/error/message").asString();
        }

        String param() {
            return json().at("/error/param").isNull() ? null : json().at("/error/param").asString();
        }

        /// The data of every event, `[DONE]` not among them.
        List<JsonNode> events() {
            List<JsonNode> events = new ArrayList<>();
            for (String block : text.split("\n\n")) {
                for (String line : block.split("\n")) {
                    if (line.startsWith("data: ") && !line.equals("data: [DONE]")) {
                        events.add(JSON.readTree(line.substring(6)));
                    }
                }
            }
            return events;
        }
    }

    Answer get(String path, String... headers) {
        return send(request(path, headers).GET().build());
    }

    Answer post(String path, String body, String... headers) {
        return post(path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    Answer post(String path, byte[] body, String... headers) {
        HttpRequest.Builder request = request(path, headers);
        if (headers.length == 0 || !List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        return send(request.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build());
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response =
                    http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(
                    response.statusCode(),
                    response.headers(),
                    new String(response.body(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A connection on which a test writes bytes of its own.
    Socket socket() throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(120_000);
        return socket;
    }

    /// A socket on which a request has been sent.
    Socket sent(String path, String body) throws IOException {
        Socket socket = socket();
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        socket.getOutputStream()
                .write(
                        ("POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                        + "Content-Length: %d\r\n\r\n")
                                .formatted(path, bytes.length)
                                .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return socket;
    }

    /// The first line of what a server says to raw bytes; empty when it only closes.
    String firstLine(byte[] bytes) throws IOException {
        try (Socket socket = socket()) {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            var in =
                    new java.io.BufferedReader(
                            new java.io.InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.ISO_8859_1));
            String line = in.readLine();
            return line == null ? "" : line;
        } catch (java.net.SocketException e) {
            return "";
        }
    }
}
