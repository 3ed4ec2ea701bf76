package org.cumae.bench;

import java.util.List;
import java.util.stream.Stream;

/// PyTorch, training the same model.
final class TorchPeer implements AutoCloseable {
    private final ScriptPeer script;

    /// @param python the command of a Python that has it
    TorchPeer(String python, TrainLoad load, int threads) throws PeerMissingException {
        List<String> shape =
                Stream.of(
                                threads,
                                load.layers(),
                                load.width(),
                                load.heads(),
                                load.length(),
                                load.rows(),
                                load.vocabulary(),
                                load.steps())
                        .map(String::valueOf)
                        .toList();
        script =
                new ScriptPeer(
                        python,
                        "torch-peer.py",
                        shape,
                        "to compare with it: pip install torch, or set CUMAE_PYTHON to a Python that has it");
    }

    /// What the peer calls itself.
    String name() {
        return "PyTorch " + script.greeting();
    }

    /// Trains some steps.
    ///
    /// @return how long one took
    double secondsPerStep() {
        return script.figure();
    }

    @Override
    public void close() {
        script.close();
    }
}
