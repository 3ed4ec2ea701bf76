package org.cumae.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.cumae.naming.ModelShelf;
import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

class PictureBenchTest {
    @Test
    void requestsAtOnceAreHeldAgainstTheSameOneByOne() {
        Path rings = ModelShelf.standard().find("digits-rings");
        List<String> told = new ArrayList<>();
        BenchReport report = new PictureBench(Map.of("rings", rings), 2, 1, true, told::add).run();
        assertThat(report.rows()).hasSize(1);
        BenchRow row = report.rows().getFirst();
        assertThat(row.subject()).isEqualTo("rings, 2 requests of 13 steps");
        assertThat(row.value()).isPositive();
        assertThat(row.ratio()).isPositive();
        assertThat(told).contains("rings, one after the other", "rings, 2 at once");
    }

    @Test
    void nothingToMeasureIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PictureBench(Map.of(), 2, 1, true, _ -> {}))
                .withMessageContaining("no model");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PictureBench(Map.of("x", Path.of("x")), 0, 1, true, _ -> {}))
                .withMessageContaining("0 requests");
    }
}
