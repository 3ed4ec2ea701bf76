package org.cumae.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The newest llama.cpp that a package manager gives a machine without a compiler:
/// `node-llama-cpp`, in a process of its own.
final class NodePeer implements DecodePeer {
    private static final String PACKAGE = "node-llama-cpp";
    private static final int LEAST_CONTEXT = 128;

    private final ScriptPeer script;

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
        script =
                new ScriptPeer(
                        "node",
                        "node-peer.mjs",
                        List.of(
                                modules.toString(),
                                load.model().toAbsolutePath().toString(),
                                Integer.toString(load.threads()),
                                Integer.toString(load.requests()),
                                Integer.toString(Math.max(LEAST_CONTEXT, load.contextTokens())),
                                Integer.toString(load.vocabulary()),
                                Integer.toString(load.tokens())),
                        "does this node load the model?");
    }

    @Override
    public double tokensPerSecond() {
        return script.figure();
    }

    @Override
    public void close() {
        script.close();
    }
}
