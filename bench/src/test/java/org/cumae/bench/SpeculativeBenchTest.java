package org.cumae.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.cumae.weights.RandomModel;
import org.cumae.weights.TensorType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/// The bench on a model so small that its figures mean nothing.
class SpeculativeBenchTest {
    @TempDir private Path folder;

    private SpeculativeBench bench(double acceptance) {
        Path file = folder.resolve("tiny.gguf");
        new RandomModel(64, 2, 2, 2, 96, 300, TensorType.F32, 3).write(file);
        return new SpeculativeBench(file, "tiny", 1, "auto", acceptance, true, _ -> {});
    }

    @Test
    void everyLengthStandsBesideNoDraftAndUnderWhatItsPassesPromise() {
        List<BenchRow> rows = bench(0.8).run().rows();
        assertThat(rows).hasSize(9 + 5);
        double plain = rows.getFirst().value();
        for (BenchRow choice : rows.subList(9, rows.size())) {
            assertThat(choice.subject()).startsWith("choice among 4, vocabulary ");
            assertThat(choice.peer()).isEqualTo("a pass of 5 rows");
            assertThat(choice.value()).isPositive();
        }
        for (int length = 0; length < 9; length++) {
            BenchRow row = rows.get(length);
            assertThat(row.subject()).contains("tiny, drafts of %d".formatted(length));
            assertThat(row.value()).isPositive();
            assertThat(row.limit()).isNotNull().isPositive();
            if (length == 0) {
                assertThat(row.peer()).isNull();
            } else {
                assertThat(row.peerValue()).isEqualTo(plain);
                assertThat(row.ratio()).isCloseTo(row.value() / plain, within(1e-9));
            }
        }
    }

    @Test
    void anAcceptanceThatIsNoneIsRefused() {
        assertThatThrownBy(() -> bench(1.5)).hasMessageContaining("acceptance is 1.5");
    }
}
