package org.cumae.serve;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Server-sent events: one JSON document a `data:` line, flushed event by event.
final class EventStream implements AutoCloseable {
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);

    private final OutputStream out;

    /// Sends the head of the answer.
    EventStream(ServerResponse response) {
        response.status(Status.OK_200);
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        response.header(HeaderNames.CACHE_CONTROL, "no-cache");
        response.header(HeaderNames.create("X-Accel-Buffering"), "no");
        this.out = response.outputStream();
    }

    /// An event without a name, as OpenAI's clients read them.
    void data(JsonNode data) {
        write(DATA, Json.bytes(data), END);
    }

    /// An event with a name.
    void event(String name, JsonNode data) {
        byte[] head = ("event: " + name + "\n").getBytes(StandardCharsets.US_ASCII);
        write(head, DATA, Json.bytes(data), END);
    }

    /// A comment: says to those between that the connection lives.
    void ping() {
        write(": ping\n\n".getBytes(StandardCharsets.US_ASCII));
    }

    /// The end, as OpenAI's clients read it.
    void done() {
        write("data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII));
    }

    private void write(byte[]... parts) {
        try {
            for (byte[] part : parts) {
                out.write(part);
            }
            out.flush();
        } catch (IOException | UncheckedIOException | IllegalStateException e) {
            throw new ClientGone();
        } catch (RuntimeException e) {
            if (e.getClass().getName().startsWith("io.helidon")) {
                throw new ClientGone(); // the server's own words for a broken connection
            }
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException | RuntimeException e) {
            throw new ClientGone();
        }
    }
}
