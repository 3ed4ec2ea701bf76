package org.cumae.reproduce.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.cumae.data.DataFolder;
import org.cumae.train.series.Channels;
import org.cumae.train.series.Repeating;
import org.cumae.train.series.RolledLinear;
import org.cumae.train.series.RollingScores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;

/// ETTh1 is cut, scaled and judged as published tables do it: naive forecasts have the errors that
/// others have found.
class LongHorizonsTest {
    @BeforeEach
    void needsData() {
        assumeTrue(
                Files.exists(DataFolder.standard().root().resolve("series/ETTh1.csv")),
                "needs data: series/ETTh1.csv");
    }

    @Test
    void naiveForecastsHaveTheirPublishedErrors() {
        try (Channels channels = SegmentTokens.channels()) {
            assertThat(
                            channels.count(
                                    Channels.Windows.within(
                                            SegmentTokens.FROM, SegmentTokens.TO, 96, 1)))
                    .isEqualTo(7 * 2785);
            check(score(channels, 1, 96), 1.2944, 0.7132);
            assertThat(channels.count(Channels.Windows.within(0, SegmentTokens.KNOWN, 768, 1)))
                    .isEqualTo(7 * 7873);
            check(score(channels, 1, 192), 1.3249, 0.7331);
            check(score(channels, 1, 336), 1.3299, 0.7460);
            check(score(channels, 1, 720), 1.3351, 0.7550);
            check(score(channels, 24, 96), 0.5122, 0.4333);
            try (RolledLinear linear = RolledLinear.fit(channels, SegmentTokens.KNOWN, 672, 96)) {
                RollingScores scores =
                        RollingScores.of(
                                linear, channels, SegmentTokens.FROM, SegmentTokens.TO, 1, 96);
                assertThat(scores.mse()).isCloseTo(0.3712, within(1e-3));
            }
        }
    }

    private static RollingScores score(Channels channels, int period, int horizon) {
        return RollingScores.of(
                new Repeating(period), channels, SegmentTokens.FROM, SegmentTokens.TO, 1, horizon);
    }

    private static void check(RollingScores scores, double mse, double mae) {
        assertThat(scores.mse()).isCloseTo(mse, within(1e-4));
        assertThat(scores.mae()).isCloseTo(mae, within(1e-4));
    }
}
