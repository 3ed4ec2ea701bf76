package org.cumae.serve;

import io.helidon.http.HeaderNames;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// The studio's files, from the jar: a fixed set, read once.
final class StudioFiles implements Route {
    private static final Pattern NAME = Pattern.compile("(?:js/)?[a-z]+\\.(?:html|css|js|svg)");
    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "svg", "image/svg+xml");

    private final Map<String, Optional<byte[]>> files = new ConcurrentHashMap<>();

    @Override
    public void handle(Exchange exchange) {
        String path = exchange.path();
        String name = path.equals("/") ? "index.html" : path.substring(1);
        byte[] file =
                (NAME.matcher(name).matches()
                                ? files.computeIfAbsent(name, StudioFiles::read)
                                : Optional.<byte[]>empty())
                        .orElseThrow(() -> noRoute(path));
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        exchange.response().header(HeaderNames.CONTENT_TYPE, type);
        exchange.response().header(HeaderNames.CACHE_CONTROL, "no-cache");
        exchange.response().send(file);
    }

    static ApiError noRoute(String path) {
        return ApiError.other(
                404,
                "invalid_request_error",
                "not_found",
                "there is nothing at %s; GET /v1/models lists the models"
                        .formatted(ApiError.shortened(RequestLog.clean(path))));
    }

    private static Optional<byte[]> read(String name) {
        try (InputStream in = StudioFiles.class.getResourceAsStream("/studio/" + name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
