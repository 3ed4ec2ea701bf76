package org.cumae.serve;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import java.time.Duration;
import java.util.Optional;

/// A refusal or a fault, in the shape that OpenAI's clients read.
///
/// The message names the value, the limit and the remedy. It never holds a path, a key or a stack.
final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String type;
    private final Optional<String> param;
    private final Optional<String> code;
    private final Optional<Duration> retryAfter;

    private ApiError(
            int status,
            String type,
            Optional<String> param,
            Optional<String> code,
            String message) {
        this(status, type, param, code, message, Optional.empty());
    }

    private ApiError(
            int status,
            String type,
            Optional<String> param,
            Optional<String> code,
            String message,
            Optional<Duration> retryAfter) {
        super(message, null, false, false);
        this.retryAfter = retryAfter;
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
    }

    /// 400: the request as a whole cannot be served.
    static ApiError badRequest(String message, Object... parts) {
        return new ApiError(
                400,
                "invalid_request_error",
                Optional.empty(),
                Optional.empty(),
                message.formatted(parts));
    }

    /// 400: one field is to blame.
    ///
    /// @param param its JSON path, as in `messages[2].content`
    static ApiError badField(String param, String message, Object... parts) {
        return new ApiError(
                400,
                "invalid_request_error",
                Optional.of(param),
                Optional.of("invalid_value"),
                message.formatted(parts));
    }

    /// 400: the prompt, or prompt and answer together, are longer than the model holds.
    static ApiError tooLong(String param, String message, Object... parts) {
        return new ApiError(
                400,
                "invalid_request_error",
                Optional.of(param),
                Optional.of("context_length_exceeded"),
                message.formatted(parts));
    }

    /// 400: what is asked for is not there. Not 501, which clients would try again.
    static ApiError unsupported(String param, String message, Object... parts) {
        return new ApiError(
                400,
                "invalid_request_error",
                Optional.of(param),
                Optional.of("unsupported_parameter"),
                message.formatted(parts));
    }

    /// 403: another site's page or name stands behind the request.
    static ApiError forbidden(String message, Object... parts) {
        return other(403, "invalid_request_error", "forbidden", message.formatted(parts));
    }

    /// 404 for a model.
    static ApiError noModel(String asked, String known) {
        return new ApiError(
                404,
                "invalid_request_error",
                Optional.of("model"),
                Optional.of("model_not_found"),
                "model '%s' is not loaded; loaded: %s".formatted(shortened(asked), known));
    }

    /// Any other status.
    static ApiError other(int status, String type, String code, String message) {
        return new ApiError(status, type, Optional.empty(), Optional.of(code), message);
    }

    /// 503: not now.
    static ApiError notNow(String message) {
        return new ApiError(
                503,
                "unavailable_error",
                Optional.empty(),
                Optional.of("unavailable"),
                message,
                Optional.of(Duration.ofSeconds(1)));
    }

    /// 429: more than is taken on.
    ///
    /// @param retryAfter when to come again
    static ApiError tooMany(String message, Duration retryAfter) {
        return new ApiError(
                429,
                "rate_limit_error",
                Optional.empty(),
                Optional.of("rate_limit_exceeded"),
                message,
                Optional.of(retryAfter));
    }

    /// 408: it waited for too long.
    static ApiError late(String message) {
        return other(408, "timeout_error", "request_timeout", message);
    }

    /// 401: no key, or a wrong one. Which is not said.
    static ApiError noKey() {
        return other(
                401,
                "authentication_error",
                "invalid_api_key",
                "this server needs a key it knows; send it as 'Authorization: Bearer KEY'");
    }

    /// 500: a fault of ours; the log has the rest under the same id.
    static ApiError ours(String requestId) {
        return other(
                500,
                "server_error",
                "internal_error",
                "the server failed at this request; the server's log says more under " + requestId);
    }

    /// A value of the client's as it may stand in a message: no longer than a line.
    static String shortened(String value) {
        return value.length() <= 80 ? value : value.substring(0, 77) + "...";
    }

    int status() {
        return status;
    }

    /// When to come again, where that may help.
    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    Optional<String> param() {
        return param;
    }

    /// The body: `{"error": {"message", "type", "param", "code"}}`.
    ObjectNode body() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode error = body.putObject("error");
        error.put("message", getMessage());
        error.put("type", type);
        error.put("param", param.orElse(null));
        error.put("code", code.orElse(null));
        return body;
    }
}
