package org.cumae.bench;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/// The newest llama.cpp that a package manager gives a machine without a compiler:
/// `node-llama-cpp`, in a process of its own.
final class NodePeer implements DecodePeer {
    private static final String PACKAGE = "node-llama-cpp";

    private final Process process;
    private final BufferedReader out;
    private final BufferedWriter in;

    NodePeer(Path file, int threads, int concurrent, int contextTokens)
            throws PeerMissingException {
        Path home = Path.of(System.getProperty("user.home"), ".cache", "cumae", "node");
        Path modules = home.resolve("node_modules");
        if (!Files.isDirectory(modules.resolve(PACKAGE))) {
            throw new PeerMissingException(
                    "peer %s is not installed; to compare with it: npm install --ignore-scripts --prefix %s %s"
                            .formatted(PACKAGE, home, PACKAGE));
        }
        try {
            process =
                    new ProcessBuilder(
                                    "node",
                                    script().toString(),
                                    modules.toString(),
                                    file.toAbsolutePath().toString(),
                                    Integer.toString(threads),
                                    Integer.toString(concurrent),
                                    Integer.toString(Math.max(128, contextTokens)))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            out = process.inputReader();
            in = process.outputWriter();
        } catch (IOException e) {
            throw new PeerMissingException("peer %s: %s".formatted(PACKAGE, e.getMessage()));
        }
        if (!"ready".equals(line())) {
            close();
            throw new PeerMissingException("peer %s did not load %s".formatted(PACKAGE, file));
        }
    }

    @Override
    public String name() {
        return "llama.cpp (node-llama-cpp)";
    }

    @Override
    public double tokensPerSecond(int concurrent, int tokens) {
        try {
            in.write(tokens + "\n");
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the peer went away", e);
        }
        String answer = line();
        if (answer == null) {
            throw new IllegalStateException("the peer ended without an answer");
        }
        return Double.parseDouble(answer);
    }

    @Override
    public void close() {
        process.destroy();
    }

    private @Nullable String line() {
        try {
            return out.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException("the peer went away", e);
        }
    }

    private static Path script() throws IOException {
        Path copy = Files.createTempFile("node-peer", ".mjs");
        copy.toFile().deleteOnExit();
        try (InputStream script =
                Objects.requireNonNull(NodePeer.class.getResourceAsStream("node-peer.mjs"))) {
            Files.copy(script, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        return copy;
    }
}
