package org.cumae.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Passes are timed and fitted, and the scheduler is simulated on what comes of it.
class ScaleBenchTest {
    private static final PassProfile MACHINE =
            new PassProfile("a machine", 8e6, 2e6, 1e3, 40_000, 0);

    private static List<ProfileBench.Point> plane(double once, double row, double held) {
        List<ProfileBench.Point> points = new ArrayList<>();
        for (double rows : new double[] {1, 4, 16, 64}) {
            for (double before : new double[] {0, 100, 4000}) {
                points.add(new ProfileBench.Point(rows, before, once + row * rows + held * before));
            }
        }
        return points;
    }

    @Test
    void thePlaneThroughPassesIsFound() {
        PassProfile found = ProfileBench.through(plane(5e6, 3e5, 700), "x", 10);
        assertThat(found.once()).isCloseTo(5e6, within(1.0));
        assertThat(found.row()).isCloseTo(3e5, within(1.0));
        assertThat(found.held()).isCloseTo(700, within(0.01));
        assertThat(found.error()).isLessThan(1e-9);
    }

    @Test
    void nothingTakesLessThanNoTime() {
        PassProfile found = ProfileBench.through(plane(5e6, 3e5, -50), "x", 10);
        assertThat(found.held()).isZero();
        assertThat(found.once()).isPositive();
        assertThat(found.error()).isPositive();
        assertThatThrownBy(() -> new PassProfile("x", -1, 1, 1, 1, 0)).hasMessageContaining("-1.0");
    }

    @Test
    void aRealModelIsTimed() {
        PassProfile found =
                new ProfileBench(
                                Path.of("../models/shakespeare-draft"),
                                "draft",
                                1,
                                "float32",
                                true,
                                _ -> {})
                        .run();
        assertThat(found.nanos(64, 0)).isGreaterThan(found.nanos(1, 0));
        assertThat(found.nanos(1, 0)).isBetween(1e3, 1e9);
        assertThat(found.rowBytes()).isEqualTo(2 * 2 * 24 * 4 + 4); // one layer, keys and values
    }

    @Test
    void loadIsServedUpToTheCapacityAndTheQueueGrowsBeyondIt(@TempDir Path folder)
            throws Exception {
        List<ScaleRow> rows = new ScaleBench(MACHINE, 110e6, true, _ -> {}).run();
        assertThat(rows.stream().map(ScaleRow::machine).distinct()).hasSize(4);
        var lines = rows.stream().collect(Collectors.groupingBy(r -> r.machine() + r.policy()));
        for (List<ScaleRow> line : lines.values()) {
            ScaleRow low = line.getFirst();
            ScaleRow high = line.getLast();
            assertThat(low.load()).isEqualTo(0.5);
            assertThat(low.goodShare()).as(low.toString()).isGreaterThan(0.5);
            assertThat(high.first95()).as(high.toString()).isGreaterThan(2 * low.first95());
            assertThat(line).allMatch(row -> row.goodput() <= row.requestsPerSecond());
        }
        assertThat(rows.stream().mapToDouble(ScaleRow::requestsPerSecond).max().orElseThrow())
                .as("thousands of requests a second")
                .isGreaterThan(1000);
        Path picture = folder.resolve("scale.png");
        ScaleBench.draw(rows, picture);
        assertThat(Files.size(picture)).isGreaterThan(5_000);
    }
}
