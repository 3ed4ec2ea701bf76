package org.cumae.serve;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PlainSocket;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.lang.reflect.Field;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;

/// The client's end of the connection that the current thread serves.
///
/// Knows whether the client is still there, also while nothing is written to it: a connection has
/// one thread, which tells [#listener] of itself at each request's first line.
final class Wire {
    private static final Logger LOG = LoggerFactory.getLogger(Wire.class);
    private static final ThreadLocal<ConnectionContext> CONNECTION = new ThreadLocal<>();
    private static final int SILENCE_MILLIS = 3_600_000;

    private final Optional<HelidonSocket> socket;

    private Wire(Optional<HelidonSocket> socket) {
        this.socket = socket;
    }

    /// To be given to the server, so that requests can find their connection.
    static Http1ConnectionListener listener() {
        return new Http1ConnectionListener() {
            @Override
            public void prologue(ConnectionContext context, HttpPrologue prologue) {
                CONNECTION.set(context);
            }
        };
    }

    /// From now on a read of the calling thread's connection waits no longer than this.
    static void patience(Duration patience) {
        Optional.ofNullable(CONNECTION.get())
                .map(ConnectionContext::serverSocket)
                .ifPresent(socket -> patience(socket, (int) patience.toMillis()));
    }

    /// Begins to watch the connection of the calling thread. The request's body must have been
    /// read.
    static Wire watch() {
        Optional<HelidonSocket> socket =
                Optional.ofNullable(CONNECTION.get())
                        .map(ConnectionContext::serverSocket)
                        .filter(inside -> patience(inside, SILENCE_MILLIS));
        socket.ifPresent(HelidonSocket::idle);
        return new Wire(socket);
    }

    /// Helidon's watch takes a connection for closed when nothing has come for its socket's read
    /// timeout, and servers' sockets have none, which it reads as a tenth of a second. The timeout
    /// can be set only on the socket inside.
    ///
    /// @return whether it could; if not, a client that hangs up is noticed at the next write
    private static boolean patience(HelidonSocket socket, int millis) {
        try {
            Field inside = PlainSocket.class.getDeclaredField("delegate");
            inside.setAccessible(true);
            ((Socket) inside.get(socket)).setSoTimeout(millis);
            return true;
        } catch (ReflectiveOperationException | IOException | RuntimeException e) {
            LOG.debug("clients that hang up are noticed late", e);
            return false;
        }
    }

    /// Whether the client is still there.
    boolean isOpen() {
        return socket.map(HelidonSocket::isConnected).orElse(true);
    }
}
