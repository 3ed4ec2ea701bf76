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
    private static final int LEAST_CONTEXT = 128;

    private final Process process;
    private final Path script;
    private final BufferedReader out;
    private final BufferedWriter in;

    NodePeer(DecodeLoad load) throws PeerMissingException {
        if (Files.isDirectory(load.model())) {
            throw new PeerMissingException("it reads GGUF files only");
        }
        Path home = Path.of(System.getProperty("user.home"), ".cache", "cumae", "node");
        Path modules = home.resolve("node_modules");
        if (!Files.isDirectory(modules.resolve(PACKAGE))) {
            throw new PeerMissingException(
                    "it is not installed; to compare with it: npm install --ignore-scripts --prefix %s %s"
                            .formatted(home, PACKAGE));
        }
        try {
            script = script();
            process =
                    new ProcessBuilder(
                                    "node",
                                    script.toString(),
                                    modules.toString(),
                                    load.model().toAbsolutePath().toString(),
                                    Integer.toString(load.threads()),
                                    Integer.toString(load.requests()),
                                    Integer.toString(Math.max(LEAST_CONTEXT, load.contextTokens())),
                                    Integer.toString(load.vocabulary()),
                                    Integer.toString(load.tokens()))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
        } catch (IOException e) {
            throw new PeerMissingException("node does not start: " + e.getMessage());
        }
        out = process.inputReader();
        in = process.outputWriter();
        if (!"ready".equals(line())) {
            close();
            throw new PeerMissingException("it does not load the model");
        }
    }

    @Override
    public double tokensPerSecond() {
        try {
            in.write("run\n");
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
        try {
            Files.deleteIfExists(script);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + script, e);
        }
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
        try (InputStream script =
                Objects.requireNonNull(NodePeer.class.getResourceAsStream("node-peer.mjs"))) {
            Files.copy(script, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        return copy;
    }
}
