package org.cumae.serve;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/// Request bodies in, answers out: one JSON document, with limits on everything a client sends.
final class Json {
    private static final Duration BODY_SILENCE = Duration.ofSeconds(30);
    private static final int MAX_DEPTH = 200;
    private static final int MAX_NUMBER = 100;
    private static final int MAX_NAME = 1_000;
    private static final int MAX_TOKENS = 1_000_000;

    private static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxNumberLength(MAX_NUMBER)
                                                    .maxNameLength(MAX_NAME)
                                                    .maxTokenCount(MAX_TOKENS)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /// How much of a body is read beyond what is taken, in bytes.
    static final long MOST_DISCARDED = 64L << 20;

    private Json() {}

    /// The body of a request, which must be one JSON object in UTF-8.
    ///
    /// @throws ApiError 400, 413 or 415 if it is not
    static ObjectNode body(ServerRequest request, long maxBytes) {
        String type =
                request.headers()
                        .first(HeaderNames.CONTENT_TYPE)
                        .orElse("application/json")
                        .toLowerCase(Locale.ROOT);
        if (!type.startsWith("application/json")) {
            throw ApiError.other(
                    415,
                    "invalid_request_error",
                    "unsupported_media_type",
                    "the body is '%s'; send application/json".formatted(ApiError.shortened(type)));
        }
        String encoding = request.headers().first(HeaderNames.CONTENT_ENCODING).orElse("identity");
        if (!encoding.equalsIgnoreCase("identity")) {
            throw ApiError.other(
                    415,
                    "invalid_request_error",
                    "unsupported_encoding",
                    "the body is encoded as '%s'; send it as it is"
                            .formatted(ApiError.shortened(encoding)));
        }
        return parse(text(bytes(request, maxBytes)));
    }

    private static byte[] bytes(ServerRequest request, long maxBytes) {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        Wire.patience(BODY_SILENCE);
        try (InputStream in = request.content().inputStream()) {
            byte[] bytes = in.readNBytes((int) Math.min(maxBytes + 1, Integer.MAX_VALUE - 8));
            if (bytes.length > maxBytes) {
                discard(in);
                throw tooLarge(maxBytes);
            }
            return bytes;
        } catch (IOException | UncheckedIOException e) {
            throw slow(e);
        } finally {
            Wire.patience(Duration.ZERO);
        }
    }

    /// Lets a client finish: one that still sends when its connection ends never hears why.
    private static void discard(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long left = MOST_DISCARDED;
        int read = 0;
        while (left > 0 && read >= 0) {
            read = in.read(buffer);
            left -= Math.max(read, 0);
        }
    }

    private static RuntimeException slow(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return ApiError.other(
                        408,
                        "invalid_request_error",
                        "request_timeout",
                        "no byte of the body came for %d seconds"
                                .formatted(BODY_SILENCE.toSeconds()));
            }
        }
        return new ClientGone();
    }

    static ApiError tooLarge(long maxBytes) {
        return ApiError.other(
                413,
                "invalid_request_error",
                "request_too_large",
                "the body is longer than %d bytes".formatted(maxBytes));
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw ApiError.badRequest("the body is not UTF-8");
        }
    }

    /// Parses one object.
    static ObjectNode parse(String text) {
        if (text.isBlank()) {
            throw ApiError.badRequest("the body is empty; send a JSON object");
        }
        JsonNode tree;
        try {
            tree = MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw ApiError.badRequest("the body is not valid JSON: %s", firstLine(e));
        }
        if (!(tree instanceof ObjectNode object)) {
            throw ApiError.badRequest(
                    "the body is a JSON %s; it must be an object",
                    tree.getNodeType().toString().toLowerCase(Locale.ROOT));
        }
        return object;
    }

    private static String firstLine(JacksonException e) {
        String line = e.getOriginalMessage().lines().findFirst().orElse("");
        String place =
                e.getLocation() == null
                        ? ""
                        : " (line %d, column %d)"
                                .formatted(
                                        e.getLocation().getLineNr(), e.getLocation().getColumnNr());
        return ApiError.shortened(line.replaceAll("\\p{Cntrl}", "?")) + place;
    }

    /// The bytes of an answer.
    static byte[] bytes(JsonNode node) {
        return MAPPER.writeValueAsBytes(node);
    }

    /// An answer's node for any plain value: numbers, strings, booleans.
    static JsonNode node(Object value) {
        return MAPPER.valueToTree(value);
    }
}
