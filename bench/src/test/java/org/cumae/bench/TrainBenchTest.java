package org.cumae.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The bench on a model so small that its figures mean nothing.
class TrainBenchTest {
    private static final TrainLoad TINY = new TrainLoad(1, 16, 2, 8, 2, 20, 2);

    private static BenchRow only(BenchReport report) {
        assertThat(report.rows()).hasSize(1);
        return report.rows().getFirst();
    }

    @Test
    void withoutThePeerARowSaysWhatWouldHelp() {
        BenchRow row = only(new TrainBench(TINY, "no-such-python", 1, 2, line -> {}).run());
        assertThat(row.value()).isPositive();
        assertThat(row.limit()).isPositive();
        assertThat(row.peerValue()).isNull();
        assertThat(row.note()).contains("no-such-python does not start").contains("pip install");
    }

    /// A peer that needs 0.25 s a step, whatever it is told.
    @Test
    void thePeerTakesTurns(@TempDir Path folder) throws IOException {
        Path peer = folder.resolve("python");
        Files.writeString(peer, "#!/bin/sh\necho ready 1.5\nwhile read line; do echo 0.25; done\n");
        assertThat(peer.toFile().setExecutable(true)).isTrue();
        List<String> told = new ArrayList<>();
        BenchRow row = only(new TrainBench(TINY, peer.toString(), 1, 2, told::add).run());
        assertThat(row.peer()).isEqualTo("PyTorch 1.5");
        assertThat(row.peerValue()).isEqualTo(TINY.tokensPerStep() / 0.25);
        assertThat(row.ratio()).isCloseTo(row.value() / (64.0), within(1e-9));
        assertThat(told)
                .containsSubsequence(
                        "training here",
                        "training in PyTorch",
                        "training here",
                        "training in PyTorch");
    }

    @Test
    void aPeerThatEndsIsToldFromOneThatAnswers() throws PeerMissingException {
        try (ScriptPeer peer = new ScriptPeer("sh", "peer.sh", List.of(), "")) {
            assertThat(peer.greeting()).isEqualTo("1.5");
            assertThat(peer.figure()).isEqualTo(0.25);
        }
        assertThatThrownBy(() -> new ScriptPeer("true", "peer.sh", List.of(), "install it"))
                .isInstanceOf(PeerMissingException.class)
                .hasMessageContaining("install it");
    }
}
