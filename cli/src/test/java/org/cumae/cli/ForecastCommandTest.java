package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;

import javax.imageio.ImageIO;

class ForecastCommandTest {
    @TempDir private Path folder;
    private Path table;

    /// A week that comes again, with something on top that the lags must tell.
    @BeforeEach
    void write() throws IOException {
        StringBuilder text = new StringBuilder("ds,y\n");
        LocalDate day = LocalDate.of(2020, 1, 1);
        for (int i = 0; i < 300; i++) {
            double value = 10 + i % 7 + 0.3 * Math.sin(1.7 * i);
            text.append(day.plusDays(i)).append(',').append(value).append('\n');
        }
        table = Files.writeString(folder.resolve("days.csv"), text);
    }

    @Test
    void aForecastHasTimesBandsWeightsAndPictures() throws IOException {
        Path plot = folder.resolve("forecast.png");
        Path weights = folder.resolve("weights.png");
        Ran ran =
                Ran.of(
                        "forecast",
                        table.toString(),
                        "--horizon",
                        "14",
                        "--model",
                        "ar-net",
                        "--plot",
                        plot.toString(),
                        "--weights",
                        weights.toString(),
                        "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode series = ran.json().at("/series/0");
        assertThat(series.get("period").asInt()).isEqualTo(7);
        assertThat(series.get("forecast")).hasSize(14);
        for (int step = 0; step < 14; step++) {
            JsonNode one = series.get("forecast").get(step);
            assertThat(one.get("time").asString())
                    .startsWith(LocalDate.of(2020, 1, 1).plusDays(300L + step).toString());
            double expected = 10 + (300 + step) % 7;
            assertThat(one.get("mean").asDouble()).isBetween(expected - 1.5, expected + 1.5);
            assertThat(one.get("lower").asDouble()).isLessThan(one.get("mean").asDouble());
            assertThat(one.get("upper").asDouble()).isGreaterThan(one.get("mean").asDouble());
        }
        assertThat(series.get("weights").get(6).get("counts").asBoolean()).isTrue();
        assertThat(ImageIO.read(plot.toFile()).getWidth()).isEqualTo(960);
        assertThat(ImageIO.read(weights.toFile()).getWidth()).isEqualTo(960);
    }

    @Test
    void anEvaluationStandsBesideTheSeasonalNaive() {
        Ran ran =
                Ran.of(
                        "forecast",
                        table.toString(),
                        "--model",
                        "least-squares",
                        "--horizon",
                        "7",
                        "--evaluate",
                        "0.2",
                        "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode rows = ran.json().at("/series/0/evaluation");
        assertThat(rows.valueStream().map(row -> row.get("model").asString()))
                .containsExactly("least-squares", "seasonal", "naive");
        assertThat(rows.get(0).get("mase").asDouble())
                .isLessThan(rows.get(1).get("mase").asDouble());
    }

    @Test
    void wrongUseAndWrongTablesAreTold() throws IOException {
        assertThat(Ran.of("forecast", table.toString(), "--model", "arnet").err())
                .contains("did you mean 'ar-net'");
        assertThat(Ran.of("forecast", table.toString(), "--sparsity", "0").status()).isEqualTo(2);
        assertThat(Ran.of("forecast", table.toString(), "--horizon", "0").status()).isEqualTo(2);
        Path broken = Files.writeString(folder.resolve("b.csv"), "ds,y\n2020-01-01,x\n");
        Ran ran = Ran.of("forecast", broken.toString());
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.err()).contains("line 2: column y: 'x' is no number");
    }
}
