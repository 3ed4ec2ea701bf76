package org.cumae.serve;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Who may come in, and what every answer says to browsers.
///
/// A page of another site must not reach a server that listens on loopback: its `Origin` is
/// refused, and so is a `Host` that is not ours, which is how a rebound name shows.
final class Doors {
    private final Set<String> names = new HashSet<>();
    private final boolean anyAddress;

    Doors(ServerOptions options) {
        names.add("localhost");
        names.add("127.0.0.1");
        names.add("[::1]");
        names.add(options.host().toLowerCase(Locale.ROOT));
        options.names().forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
        anyAddress = options.host().equals("0.0.0.0") || options.host().equals("::");
    }

    /// Refuses a request from elsewhere.
    ///
    /// @throws ApiError 403
    void check(ServerRequest request) {
        request.headers()
                .first(HeaderNames.HOST)
                .map(Doors::withoutPort)
                .filter(host -> !isOurs(host))
                .ifPresent(
                        host -> {
                            throw ApiError.forbidden(
                                    "host '%s' is not served here; use localhost, or name it with"
                                            + " --allowed-host",
                                    ApiError.shortened(RequestLog.clean(host)));
                        });
        request.headers()
                .first(HeaderNames.ORIGIN)
                .filter(origin -> !isOurs(hostOf(origin)))
                .ifPresent(
                        origin -> {
                            throw ApiError.forbidden(
                                    "pages of '%s' may not ask this server",
                                    ApiError.shortened(RequestLog.clean(origin)));
                        });
    }

    private boolean isOurs(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return names.contains(name) || (anyAddress && isAddress(name));
    }

    private static boolean isAddress(String name) {
        return name.matches("[0-9.]+") || name.startsWith("[");
    }

    private static String withoutPort(String host) {
        return host.replaceFirst(":[0-9]*$", "");
    }

    private static String hostOf(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host == null ? origin : host;
        } catch (IllegalArgumentException e) {
            return origin;
        }
    }

    /// The headers of every answer.
    static void label(ServerResponse response) {
        response.header(
                HeaderNames.create("Content-Security-Policy"),
                "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
        response.header(HeaderNames.create("X-Content-Type-Options"), "nosniff");
        response.header(HeaderNames.create("Referrer-Policy"), "no-referrer");
    }
}
