package org.cumae.bench;

import java.nio.file.Path;
import java.util.List;

/// Something else that decodes the same file.
interface DecodePeer extends AutoCloseable {
    /// What the table calls it.
    String name();

    /// Runs many requests at once, greedily, and counts.
    ///
    /// @param concurrent how many requests
    /// @param tokens how many new tokens each makes
    /// @return new tokens of all requests a second, prompts included in the time
    double tokensPerSecond(int concurrent, int tokens);

    @Override
    void close();

    /// The peers that a user of the JVM would weigh.
    static List<Opening> known() {
        return List.of(LlamaPeer::new, NodePeer::new);
    }

    /// Opens a peer.
    interface Opening {
        /// Opens the peer on a file.
        ///
        /// @param contextTokens room for each request
        /// @throws PeerMissingException if it is not on this machine
        DecodePeer open(Path file, int threads, int concurrent, int contextTokens)
                throws PeerMissingException;
    }
}
