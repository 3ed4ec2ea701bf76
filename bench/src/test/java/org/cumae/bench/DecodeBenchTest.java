package org.cumae.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.cumae.weights.RandomModel;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// The bench on a model so small that its figures mean nothing.
class DecodeBenchTest {
    private static final int VOCABULARY = 300;

    private static RandomModel model(TensorType type) {
        return new RandomModel(64, 2, 2, 2, 96, VOCABULARY, type, 3);
    }

    @Test
    void everyLoadHasARowForEachPeer(@TempDir Path folder) {
        Path file = folder.resolve("tiny.gguf");
        model(TensorType.F32).write(file);
        List<String> told = new ArrayList<>();
        // Without the peer that may lie in the user's home.
        String home = System.setProperty("user.home", folder.toString());
        BenchReport report;
        try {
            report = new DecodeBench(file, "tiny", 1, "auto", true, told::add).run();
        } finally {
            System.setProperty("user.home", home);
        }
        assertThat(report.rows()).hasSize(1 + 2 * DecodePeer.known().size());
        assertThat(report.rows().getFirst().unit()).isEqualTo("GB/s");
        for (BenchRow row : report.rows().subList(1, report.rows().size())) {
            assertThat(row.value()).isPositive();
            assertThat(row.subject()).contains("tiny").contains("request");
            if (row.peerValue() == null) {
                assertThat(row.note()).isNotBlank();
                assertThat(row.ratio()).isNull();
            } else {
                assertThat(row.ratio()).isCloseTo(row.value() / row.peerValue(), within(1e-9));
            }
            boolean alone = row.subject().contains(" 1 request");
            assertThat(row.limit() != null).isEqualTo(alone);
        }
        assertThat(told).anyMatch(line -> line.startsWith("Cumae, 16 requests"));
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "Q8_0"})
    void theBindingOfLlamaReadsRandomModels(TensorType type, @TempDir Path folder)
            throws PeerMissingException {
        assumeTrue(
                System.getProperty("os.name").equals("Linux"),
                "the binding has natives for some machines only");
        Path file = folder.resolve("tiny.gguf");
        model(type).write(file);
        DecodeLoad load = new DecodeLoad(file, VOCABULARY, 1, 3, 5);
        try (DecodePeer peer = DecodePeer.known().getFirst().opening().open(load)) {
            assertThat(peer.tokensPerSecond()).isPositive();
        }
    }

    @Test
    void aPeerThatCannotReadADirectorySaysSo(@TempDir Path folder) {
        DecodeLoad load = new DecodeLoad(folder, VOCABULARY, 1, 1, 1);
        for (DecodePeer.Kind kind : DecodePeer.known()) {
            assertThatThrownBy(() -> kind.opening().open(load))
                    .isInstanceOf(PeerMissingException.class)
                    .hasMessageContaining("GGUF");
        }
    }

    @Test
    void aTokenReadsOneRowOfAnEmbeddingThatIsNoHead(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("tiny.gguf");
        RandomModel model = model(TensorType.F32);
        model.write(file);
        assertThat(DecodeBench.tokenBytes(file))
                .isEqualTo(4 * (model.parameters() - 64L * (VOCABULARY - 1)));
        assertThat(Files.size(file)).isGreaterThan(DecodeBench.tokenBytes(file));
    }

    private static List<Double> medians(int runs, Double... values) {
        return new Timing(Duration.ofNanos(1), runs, Duration.ofMinutes(1))
                .medians(List.of(List.of(values).iterator()::next));
    }

    @Test
    void theFirstRunWarmsUpAndTheMedianIsOfTheOthers() {
        assertThat(medians(3, 100., 7., 1., 3.)).containsExactly(3.);
        assertThat(medians(4, 100., 7., 1., 3., 4.)).containsExactly(3.5);
    }

    @Test
    void measurementsTakeTurns() {
        Iterator<Double> values = List.of(100., 200., 7., 1., 5., 3.).iterator();
        Timing timing = new Timing(Duration.ofNanos(1), 2, Duration.ofMinutes(1));
        assertThat(timing.medians(List.of(values::next, values::next))).containsExactly(6., 2.);
    }

    @Test
    void nothingCountsWhileItWarmsUp() {
        long begin = System.nanoTime();
        Timing timing = new Timing(Duration.ofMillis(20), 1, Duration.ofMinutes(1));
        double elapsed = timing.medians(List.of(() -> System.nanoTime() - begin)).getFirst();
        assertThat(elapsed).isGreaterThan(20e6);
    }

    @Test
    void whereTimeIsOutTheLastOfTheWarmUpCounts() {
        Iterator<Double> values = List.of(100., 7.).iterator();
        Timing timing = new Timing(Duration.ZERO, 3, Duration.ZERO);
        assertThat(timing.medians(List.of(values::next))).containsExactly(100.);
        assertThat(values).hasNext();
    }
}
