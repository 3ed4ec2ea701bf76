package org.cumae.bench;

import java.util.List;

/// Something else that decodes the same file.
interface DecodePeer extends AutoCloseable {
    /// Runs the load once.
    ///
    /// @return new tokens of all requests a second, prompts included in the time
    double tokensPerSecond();

    @Override
    void close();

    /// The peers that a user of the JVM would weigh.
    static List<Kind> known() {
        // Lambdas: the first names classes that need not be there.
        return List.of(
                new Kind(
                        "llama.cpp (de.kherud:llama 4.2.0)",
                        load -> {
                            try {
                                return new LlamaPeer(load);
                            } catch (LinkageError e) {
                                throw new PeerMissingException(
                                        "de.kherud:llama:4.2.0 is not on the class path, or has no native library for this machine: "
                                                + e);
                            }
                        }),
                new Kind("llama.cpp (node-llama-cpp)", NodePeer::new));
    }

    /// A peer that may be here.
    ///
    /// @param name what the table calls it
    /// @param opening how it is opened
    record Kind(String name, Opening opening) {}

    /// Opens a peer.
    interface Opening {
        /// Opens the peer for a load.
        ///
        /// @throws PeerMissingException if it is not on this machine, or cannot read the model
        DecodePeer open(DecodeLoad load) throws PeerMissingException;
    }
}
