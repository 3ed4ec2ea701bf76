package org.cumae.serve;

import org.cumae.Check;

import java.time.Duration;
import java.util.List;

/// Where the server listens and how much it takes.
///
/// @param host address or name to bind; loopback unless told
/// @param port port to bind; 0 takes a free one
/// @param maxBodyBytes longest request body
/// @param drain how long running requests may go on after a stop is asked for
/// @param names further names under which clients reach the server, for the `Host` check
public record ServerOptions(
        String host, int port, long maxBodyBytes, Duration drain, List<String> names) {
    /// Loopback, port 8080, bodies of 8 MiB, 30 seconds to drain.
    public static final ServerOptions DEFAULT =
            new ServerOptions("127.0.0.1", 8080, 8L << 20, Duration.ofSeconds(30), List.of());

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if one is out of range
    public ServerOptions {
        Check.argument(!host.isBlank(), "host is empty; give an address, as in --host 127.0.0.1");
        Check.argument(
                port >= 0 && port <= 65_535,
                "port is %d; it must lie in [0, 65535], and 0 takes a free one",
                port);
        Check.argument(maxBodyBytes > 0, "maxBodyBytes is %d; it must be 1 or more", maxBodyBytes);
        Check.argument(!drain.isNegative(), "drain is %s; it must be zero or more", drain);
        names = List.copyOf(names);
    }

    /// The same on another port.
    public ServerOptions withPort(int port) {
        return new ServerOptions(host, port, maxBodyBytes, drain, names);
    }

    /// The same on another address.
    public ServerOptions withHost(String host) {
        return new ServerOptions(host, port, maxBodyBytes, drain, names);
    }

    /// The same with another time to drain.
    public ServerOptions withDrain(Duration drain) {
        return new ServerOptions(host, port, maxBodyBytes, drain, names);
    }
}
