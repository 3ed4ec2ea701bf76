package org.cumae.serve;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;

/// Answers to what never became a request: bad first lines, long headers, bodies over the limit.
final class ProtocolFaults implements DirectHandler {
    private ProtocolFaults() {}

    static DirectHandlers handlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        ProtocolFaults answer = new ProtocolFaults();
        for (EventType type : EventType.values()) {
            handlers.addHandler(type, answer);
        }
        return handlers.build();
    }

    @Override
    public TransportResponse handle(
            TransportRequest request,
            EventType type,
            Status status,
            ServerResponseHeaders headers,
            String message) {
        String words =
                switch (status.code()) {
                    case 413 -> "the body is longer than this server takes";
                    case 414 -> "the first line of the request is too long";
                    case 431 -> "the headers of the request are too long";
                    case 500 -> "the server failed at this request";
                    default -> "the request is not valid HTTP";
                };
        ApiError error =
                ApiError.other(
                        status.code(),
                        status.code() >= 500 ? "server_error" : "invalid_request_error",
                        "bad_request",
                        words);
        return TransportResponse.builder()
                .status(status)
                .headers(headers)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .entity(Json.bytes(error.body()))
                .keepAlive(false)
                .build();
    }
}
