package org.cumae.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.cumae.cli.parquet.WrittenParquet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.databind.JsonNode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;

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

    /// The same table in another kind of file has the same forecast, and the same refusals.
    @Test
    void aTableInParquetIsForecastAsInCsv() throws IOException {
        WrittenParquet how =
                WrittenParquet.plain("message t { required int32 ds (DATE); optional double y; }");
        Path file =
                how.to(
                        folder.resolve("days.parquet"),
                        300,
                        (row, i) ->
                                row.append("ds", (int) LocalDate.of(2020, 1, 1).toEpochDay() + i)
                                        .append("y", 10 + i % 7 + 0.3 * Math.sin(1.7 * i)));
        Ran fromCsv = Ran.of("forecast", table.toString(), "--horizon", "14", "--json");
        Ran fromParquet = Ran.of("forecast", file.toString(), "--horizon", "14", "--json");
        assertThat(fromParquet.status()).as(fromParquet.err()).isZero();
        assertThat(fromParquet.json()).isEqualTo(fromCsv.json());
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        Ran cut = Ran.of("forecast", file.toString());
        assertThat(cut.status()).isEqualTo(1);
        assertThat(cut.err()).contains("days.parquet: it is cut").doesNotContain("\tat ");
        Ran none = Ran.of("forecast", folder.resolve("no.parquet").toString());
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err()).contains("there is no file");
    }

    /// A third column that is known ahead, and a week.
    @Test
    void whatIsKnownBesideAndTheCalendarExplain() throws IOException {
        StringBuilder text = new StringBuilder("ds,y,price\n");
        LocalDate day = LocalDate.of(2020, 1, 1);
        for (int i = 0; i < 220; i++) {
            double price = 5 + 2 * Math.sin(i * i);
            double value = 10 + i % 7 - 1.5 * price + 0.1 * Math.sin(3.1 * i);
            text.append(day.plusDays(i)).append(',').append(i < 210 ? value : "");
            text.append(',').append(price).append('\n');
        }
        Path prices = Files.writeString(folder.resolve("prices.csv"), text);
        Path parts = folder.resolve("parts.png");
        String[] words = {
            "forecast",
            prices.toString(),
            "--season",
            "week",
            "--trend",
            "linear",
            "--regressor",
            "price",
            "--horizon",
            "10",
            "--parts",
            parts.toString(),
            "--json"
        };
        Ran ran = Ran.of(words);
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode series = ran.json().at("/series/0");
        assertThat(series.at("/effects/0/name").asString()).isEqualTo("price");
        assertThat(series.at("/effects/0/per_unit").asDouble()).isBetween(-1.52, -1.48);
        for (int step = 0; step < 10; step++) {
            int i = 210 + step;
            double expected = 10 + i % 7 - 1.5 * (5 + 2 * Math.sin(i * i));
            JsonNode one = series.get("forecast").get(step);
            assertThat(one.get("mean").asDouble()).isBetween(expected - 0.5, expected + 0.5);
            assertThat(one.get("parts").propertyNames()).containsExactly("trend", "week", "price");
        }
        assertThat(ImageIO.read(parts.toFile()).getWidth()).isEqualTo(960);
        words[9] = "11";
        Ran far = Ran.of(words);
        assertThat(far.status()).isNotZero();
        assertThat(far.err() + far.out()).contains("price is not known at 2020-08-08");
        Ran nothing =
                Ran.of("forecast", table.toString(), "--parts", parts.toString(), "--horizon", "2");
        assertThat(nothing.status()).isNotZero();
        assertThat(nothing.err()).contains("nothing is explained");
    }

    @Test
    void olderSegmentsMayBeReadBeforeTheLastOne() {
        Ran ran =
                Ran.of(
                        "forecast",
                        table.toString(),
                        "--model",
                        "autotimes",
                        "--prompts",
                        "28",
                        "--horizon",
                        "7",
                        "--json");
        assertThat(ran.status()).as(ran.err()).isZero();
        JsonNode series = ran.json().at("/series/0");
        assertThat(series.get("forecast")).hasSize(7);
        assertThat(ran.json().toString()).contains("prompted by values [28]");
        Ran none = Ran.of("forecast", table.toString(), "--prompts", "28");
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err()).contains("model least-squares reads none; take autotimes");
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
