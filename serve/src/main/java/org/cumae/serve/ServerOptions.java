package org.cumae.serve;

import org.cumae.Check;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Where the server listens, whom it lets in, and how much it takes.
///
/// @param host address or name to bind; loopback unless told
/// @param port port to bind; 0 takes a free one
/// @param maxBodyBytes longest request body
/// @param drain how long running requests may go on after a stop is asked for
/// @param names further names under which clients reach the server, for the `Host` check
/// @param keys of which each request but those for health must bring one; none lets anybody in
/// @param insecure whether strangers may come in from other machines without a key
/// @param patience how long a request may wait for its turn before it is refused with 408
/// @param perMinute how many requests one key, or one address, may send in a minute
/// @param certificate with which it speaks TLS; without one it speaks plain HTTP
public record ServerOptions(
        String host,
        int port,
        long maxBodyBytes,
        Duration drain,
        List<String> names,
        List<String> keys,
        boolean insecure,
        Optional<Duration> patience,
        OptionalInt perMinute,
        Optional<ServerCertificate> certificate) {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "::1", "[::1]");

    /// Loopback, port 8080, bodies of 8 MiB, 30 seconds to drain, nobody kept out.
    public static final ServerOptions DEFAULT =
            new ServerOptions(
                    "127.0.0.1",
                    8080,
                    8L << 20,
                    Duration.ofSeconds(30),
                    List.of(),
                    List.of(),
                    false,
                    Optional.empty(),
                    OptionalInt.empty(),
                    Optional.empty());

    /// Checks the ranges, and that a server that others can reach has a key.
    ///
    /// @throws IllegalArgumentException if one is out of range, or the door would stand open
    public ServerOptions {
        names = List.copyOf(names);
        keys = List.copyOf(keys);
        Check.argument(!host.isBlank(), "host is empty; give an address, as in --host 127.0.0.1");
        Check.argument(
                port >= 0 && port <= 65_535,
                "port is %d; it must lie in [0, 65535], and 0 takes a free one",
                port);
        Check.argument(maxBodyBytes > 0, "maxBodyBytes is %d; it must be 1 or more", maxBodyBytes);
        Check.argument(!drain.isNegative(), "drain is %s; it must be zero or more", drain);
        Check.argument(
                keys.stream().noneMatch(String::isBlank), "a key is empty; give it some letters");
        Check.argument(
                insecure || !keys.isEmpty() || LOOPBACK.contains(host),
                "host %s can be reached from other machines and no key is asked for; give --api-key,"
                        + " or --insecure if everybody there may come in",
                host);
        patience.ifPresent(
                wait ->
                        Check.argument(
                                !wait.isNegative(), "patience is %s; it must be 0 or more", wait));
        perMinute.ifPresent(
                rate -> Check.argument(rate > 0, "perMinute is %d; it must be 1 or more", rate));
    }

    /// The same on another port.
    public ServerOptions withPort(int port) {
        return new ServerOptions(
                host,
                port,
                maxBodyBytes,
                drain,
                names,
                keys,
                insecure,
                patience,
                perMinute,
                certificate);
    }

    /// The same on another address, which needs a key unless it is loopback.
    public ServerOptions withHost(String host) {
        return new ServerOptions(
                host,
                port,
                maxBodyBytes,
                drain,
                names,
                keys,
                insecure,
                patience,
                perMinute,
                certificate);
    }

    /// The same with another longest body.
    public ServerOptions withMaxBodyBytes(long maxBodyBytes) {
        return new ServerOptions(
                host,
                port,
                maxBodyBytes,
                drain,
                names,
                keys,
                insecure,
                patience,
                perMinute,
                certificate);
    }

    /// The same with another time to drain.
    public ServerOptions withDrain(Duration drain) {
        return new ServerOptions(
                host,
                port,
                maxBodyBytes,
                drain,
                names,
                keys,
                insecure,
                patience,
                perMinute,
                certificate);
    }

    /// The same under further names.
    public ServerOptions withNames(List<String> names) {
        return new ServerOptions(
                host,
                port,
                maxBodyBytes,
                drain,
                names,
                keys,
                insecure,
                patience,
                perMinute,
                certificate);
    }

    /// The same asking for one of these keys.
    public ServerOptions withKeys(List<String> keys) {
        return new ServerOptions(
                host,
                port,
                maxBodyBytes,
                drain,
                names,
                keys,
                insecure,
                patience,
                perMinute,
                certificate);
    }

    /// The same letting strangers in, or not.
    public ServerOptions withInsecure(boolean insecure) {
        return new ServerOptions(
                host,
                port,
                maxBodyBytes,
                drain,
                names,
                keys,
                insecure,
                patience,
                perMinute,
                certificate);
    }

    /// The same, refusing what has waited so long.
    public ServerOptions withPatience(Duration patience) {
        return new ServerOptions(
                host,
                port,
                maxBodyBytes,
                drain,
                names,
                keys,
                insecure,
                Optional.of(patience),
                perMinute,
                certificate);
    }

    /// The same with so many requests a minute for each key.
    public ServerOptions withPerMinute(int perMinute) {
        return new ServerOptions(
                host,
                port,
                maxBodyBytes,
                drain,
                names,
                keys,
                insecure,
                patience,
                OptionalInt.of(perMinute),
                certificate);
    }

    /// The same over TLS.
    public ServerOptions withCertificate(ServerCertificate certificate) {
        return new ServerOptions(
                host,
                port,
                maxBodyBytes,
                drain,
                names,
                keys,
                insecure,
                patience,
                perMinute,
                Optional.of(certificate));
    }
}
