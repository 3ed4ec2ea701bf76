package org.cumae.serve;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

import tools.jackson.databind.JsonNode;

import java.util.UUID;
import java.util.regex.Pattern;

/// One request and its answer. Used by the connection's thread only.
final class Exchange {
    private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
    private static final HeaderName STRICT = HeaderNames.create("X-Cumae-Strict");
    private static final HeaderName RETRY_AFTER = HeaderNames.create("Retry-After");
    private static final Pattern SANE_ID = Pattern.compile("[\\x21-\\x7e]{1,200}");

    private final ServerRequest request;
    private final ServerResponse response;
    private final long maxBodyBytes;
    private final String id;
    private int promptTokens;
    private int completionTokens;

    Exchange(ServerRequest request, ServerResponse response, long maxBodyBytes) {
        this.request = request;
        this.response = response;
        this.maxBodyBytes = maxBodyBytes;
        this.id =
                request.headers()
                        .first(REQUEST_ID)
                        .filter(given -> SANE_ID.matcher(given).matches())
                        .orElseGet(() -> UUID.randomUUID().toString());
        response.header(REQUEST_ID, id);
    }

    /// Names the request in its answer and in the log.
    String id() {
        return id;
    }

    String method() {
        return request.prologue().method().text();
    }

    String path() {
        return request.path().path();
    }

    ServerRequest request() {
        return request;
    }

    ServerResponse response() {
        return response;
    }

    /// The body's fields.
    Fields fields() {
        return new Fields(Json.body(request, maxBodyBytes));
    }

    /// Whether the client wants unknown fields to be refused.
    boolean isStrict() {
        return request.headers().first(STRICT).filter("1"::equals).isPresent();
    }

    /// Answers with JSON.
    void json(int status, JsonNode body) {
        response.status(Status.create(status));
        response.header(HeaderNames.CONTENT_TYPE, "application/json");
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.send(Json.bytes(body));
    }

    /// Answers with text.
    void text(int status, String type, String body) {
        response.status(Status.create(status));
        response.header(HeaderNames.CONTENT_TYPE, type);
        response.send(body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /// Answers with a refusal.
    void refuse(ApiError error) {
        if (error.status() == 503 || error.status() == 429) {
            response.header(RETRY_AFTER, "1");
        }
        json(error.status(), error.body());
    }

    /// Adds to what the log line tells.
    void count(int promptTokens, int completionTokens) {
        this.promptTokens += promptTokens;
        this.completionTokens += completionTokens;
    }

    int promptTokens() {
        return promptTokens;
    }

    int completionTokens() {
        return completionTokens;
    }
}
