package org.cumae.serve;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

import org.cumae.engine.Terms;

import tools.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.UUID;
import java.util.regex.Pattern;

/// One request and its answer. Used by the connection's thread only.
final class Exchange {
    private static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");
    private static final HeaderName STRICT = HeaderNames.create("X-Cumae-Strict");
    private static final HeaderName RETRY_AFTER = HeaderNames.create("Retry-After");
    private static final HeaderName LIMIT = HeaderNames.create("X-RateLimit-Limit-Requests");
    private static final HeaderName LEFT = HeaderNames.create("X-RateLimit-Remaining-Requests");
    private static final HeaderName TIMEOUT = HeaderNames.create("X-Request-Timeout");
    private static final int MOST_SECONDS = 86_400;
    private static final Pattern SANE_ID = Pattern.compile("[\\x21-\\x7e]{1,200}");

    private final ServerRequest request;
    private final ServerResponse response;
    private final ServerOptions options;
    private final String id;
    private int promptTokens;
    private int completionTokens;

    Exchange(ServerRequest request, ServerResponse response, ServerOptions options) {
        this.request = request;
        this.response = response;
        this.options = options;
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
        return new Fields(Json.body(request, options.maxBodyBytes()));
    }

    /// Whether the client wants unknown fields to be refused.
    boolean isStrict() {
        return request.headers().first(STRICT).filter("1"::equals).isPresent();
    }

    /// How long the request may wait and take, by the server's limits and the request's head.
    ///
    /// @throws ApiError 400 if `X-Request-Timeout` is no number of seconds
    Terms terms() {
        Terms terms = options.patience().map(Terms.ORDINARY::withPatience).orElse(Terms.ORDINARY);
        return request.headers()
                .first(TIMEOUT)
                .map(Exchange::seconds)
                .map(terms::within)
                .orElse(terms);
    }

    private static Duration seconds(String words) {
        try {
            double seconds = Double.parseDouble(words.strip());
            if (seconds > 0 && seconds <= MOST_SECONDS) {
                return Duration.ofMillis(Math.max(1, (long) (1000 * seconds)));
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw ApiError.badRequest(
                "X-Request-Timeout is '%s'; it must be seconds, above 0 and at most %d",
                ApiError.shortened(RequestLog.clean(words)), MOST_SECONDS);
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
        error.retryAfter()
                .ifPresent(
                        after ->
                                response.header(
                                        RETRY_AFTER,
                                        Long.toString(Math.max(1, after.toSeconds()))));
        if (error.status() == 401) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        json(error.status(), error.body());
    }

    /// Tells how many requests the caller has left of those a minute brings.
    void remaining(int perMinute, int left) {
        response.header(LIMIT, Integer.toString(perMinute));
        response.header(LEFT, Integer.toString(left));
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
