package org.cumae.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.cumae.series.Cadence.Every;
import org.cumae.series.Cadence.Months;
import org.cumae.series.Forecaster;
import org.cumae.series.Observed;
import org.cumae.series.Regressor;
import org.cumae.series.Scores;
import org.cumae.series.Seasonal;
import org.cumae.series.Series;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

class SeriesFileTest {
    @TempDir private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("table.csv"), text);
    }

    private static List<Series> series(Path file) {
        return SeriesFile.read(file, Columns.AS_NAMED).stream().map(Observed::series).toList();
    }

    @Test
    void timesValuesAndGapsAreRead() throws IOException {
        Path file =
                file(
                        """
                        date,load,OT
                        2016-07-01 00:00,1,10
                        2016-07-01 01:00,2,NaN

                        2016-07-01 04:00:00,3,14.5
                        2016-07-01T03:00:00.000-02:00,4,
                        2016-07-01 06:00,5,16
                        """);
        List<Observed> all = SeriesFile.read(file, Columns.AS_NAMED.withValue("OT"));
        assertThat(all).hasSize(1);
        Series series = all.getFirst().series();
        assertThat(series.cadence()).isEqualTo(new Every(Duration.ofHours(1)));
        assertThat(series.start()).isEqualTo(LocalDateTime.of(2016, 7, 1, 0, 0));
        assertThat(series.values())
                .containsExactly(10, Double.NaN, Double.NaN, Double.NaN, 14.5, Double.NaN, 16);
    }

    @Test
    void aColumnMayTellSeriesApart() throws IOException {
        List<Series> all =
                series(
                        file(
                                """
                                ds,y,ID
                                2020-01-01,1,COAST
                                2020-01-01,5,EAST
                                2020-02-01,2,COAST
                                2020-02-01,6,EAST
                                2020-03-01,3,COAST
                                """));
        assertThat(all).extracting(Series::name).containsExactly("COAST", "EAST");
        assertThat(all.getFirst().cadence()).isEqualTo(new Months(1));
        assertThat(all.getFirst().values()).containsExactly(1, 2, 3);
        assertThat(all.getLast().values()).containsExactly(5, 6);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ds,y;2020-01-01,1;2020-01-02,abc | line 3: column y: 'abc' is no number",
                "ds,y;;;2020-01-01,1;;2020-01-02,abc | line 6: column y: 'abc' is no number",
                "ds,y;2020-01-01,1;2020-01-02,1e999 | line 3: column y: '1e999' is no number",
                "ds,y;2020-01-01,1;tomorrow,2 | line 3: column ds: 'tomorrow' is no time",
                "ds,y;2020-01-02,1;2020-01-01,2 | line 3: time 2020-01-01T00:00 comes after",
                "ds,y;2020-01-01,1;2020-01-01,2 | time 2020-01-01T00:00 twice, in line 2 as well",
                "ds,y;2020-01-01,1 | line 2: series y has one row",
                "ds,y | a header and no rows",
                "ds;2020-01-01 | its header has 1 columns",
                "ds,a,b;2020-01-01,1,2 | which column holds the values? There are [ds, a, b]",
                "ds,y;2020-01-01,1;2020-01-02 | line 3: it has 1 fields, and none for column y",
                "ds,y;2020-01-01 00:00,1;2020-01-01 01:00,2;2020-01-01 02:00,3;2020-01-01 03:07,4"
                        + " | line 5: time 2020-01-01T03:07 is no whole number of steps of 1 hour",
                "ds,ds;2020-01-01,1 | ds",
                "ds,y;0001-01-01T00:00:00,1;0001-01-01T00:00:01,1;0001-01-01T00:00:02,1;9999-01-01,2"
                        + " | at most 50,000,000 are read"
            })
    void whatIsWrongIsToldByLineAndColumn(String table, String message) throws IOException {
        Path file = file(table.replace(';', '\n') + "\n");
        assertThatThrownBy(() -> SeriesFile.read(file, Columns.AS_NAMED))
                .isInstanceOf(SeriesException.class)
                .hasMessageContaining("table.csv")
                .hasMessageContaining(message);
    }

    @Test
    void anUnknownColumnIsToldWithTheNearest() throws IOException {
        Path file = file("date,OT\n2020-01-01,1\n2020-01-02,2\n");
        assertThatThrownBy(() -> SeriesFile.read(file, Columns.AS_NAMED.withValue("Ot2")))
                .hasMessageContaining("did you mean 'OT'");
        assertThatThrownBy(() -> SeriesFile.read(folder.resolve("none.csv"), Columns.AS_NAMED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no file")
                .hasMessageContaining("none.csv");
        Path model =
                Files.write(folder.resolve("m.gguf"), new byte[] {'G', 1, 'G', ',', 'a', '\n', 3});
        assertThatThrownBy(() -> SeriesFile.read(model, Columns.AS_NAMED))
                .isInstanceOf(SeriesException.class)
                .hasMessageEndingWith("it is no text; a table of series is CSV");
        Path binary =
                Files.write(folder.resolve("b.csv"), new byte[] {(byte) 0xFF, 0, (byte) 0xFE});
        assertThatThrownBy(() -> SeriesFile.read(binary, Columns.AS_NAMED))
                .isInstanceOf(SeriesException.class);
    }

    /// Rows behind the last value go on with what is known ahead.
    @Test
    void whatIsKnownBesideIsReadAsFarAsItGoes() throws IOException {
        Path file =
                file(
                        """
                        ds,price,y,holiday
                        2020-01-01,1.5,10,0
                        2020-01-02,2,,1
                        2020-01-03,,12,0
                        2020-01-04,3,,0
                        2020-01-06,4,,1
                        """);
        Columns columns = Columns.AS_NAMED.withRegressors(List.of("price", "holiday"));
        Observed observed = SeriesFile.read(file, columns).getFirst();
        assertThat(observed.series().values()).containsExactly(10, Double.NaN, 12);
        assertThat(observed.regressors())
                .extracting(Regressor::name)
                .containsExactly("price", "holiday");
        Regressor price = observed.regressors().getFirst();
        assertThat(IntStream.range(0, 7).mapToDouble(price::value))
                .containsExactly(1.5, 2.0, Double.NaN, 3.0, Double.NaN, 4.0, Double.NaN);
        assertThatThrownBy(() -> SeriesFile.read(file, columns.withRegressors(List.of("prise"))))
                .hasMessageContaining("did you mean 'price'");
        Path bad = file("ds,y,x\n2020-01-01,1,cheap\n2020-01-02,2,1\n");
        assertThatThrownBy(
                        () -> SeriesFile.read(bad, Columns.AS_NAMED.withRegressors(List.of("x"))))
                .hasMessageContaining("line 2: column x: 'cheap' is no number");
        Path none = file("ds,y,x\n2020-01-01,,1\n2020-01-02,,1\n");
        assertThatThrownBy(
                        () -> SeriesFile.read(none, Columns.AS_NAMED.withRegressors(List.of("x"))))
                .hasMessageContaining("series y has no known value in column y");
    }

    private static Series passengers() {
        String data = System.getenv("CUMAE_DATA");
        assumeTrue(data != null, "needs data: set CUMAE_DATA to the folder of the real data sets");
        return series(Path.of(data).resolve("series/air_passengers.csv")).getFirst();
    }

    /// The last 18 months of the air passengers, as others have measured them.
    @Test
    void seasonalNaiveScoresAsItDoesElsewhere() {
        Series all = passengers();
        assertThat(all.length()).isEqualTo(144);
        Series known = all.part(0, 126);
        Series came = all.part(126, 144);
        Scores scores = Scores.of(new Seasonal(12).forecast(known, 18), came, known, 12);
        assertThat(scores.smape()).isCloseTo(16.032, within(5e-4));
        assertThat(scores.mase()).isCloseTo(2.387, within(5e-4));
    }

    /// A year's season and a line are told, so the lags need not find them: 538 where the seasonal
    /// naive has 1762 and lags alone more than that.
    @Test
    void whatTheCalendarTellsNeedNotBeFound() {
        Observed all = Observed.alone(passengers());
        ForecastModel lags = ForecastModel.named("least-squares");
        ForecastModel told = lags.explaining(Explaining.named("linear", List.of("auto")));
        Map<String, Scores> scores = new ForecastQuestion(told, 12).evaluated(all, 0.25);
        double mse = Objects.requireNonNull(scores.get("least-squares")).mse();
        assertThat(mse).isLessThan(Objects.requireNonNull(scores.get("seasonal")).mse() / 2);
        assertThatThrownBy(
                        () ->
                                new ForecastQuestion(
                                                lags.explaining(
                                                        Explaining.named("none", List.of("week"))),
                                                12)
                                        .of(all))
                .hasMessageContaining("season week is asked for")
                .hasMessageContaining("shows [year]");
        assertThatThrownBy(() -> Explaining.named("lineal", List.of()))
                .hasMessageContaining("did you mean 'linear'");
        assertThatThrownBy(() -> Explaining.named("none", List.of("weak")))
                .hasMessageContaining("did you mean 'week'");
    }

    @Test
    void autoregressionsFindTheSeason() {
        Series all = passengers();
        Series known = all.part(0, 126);
        Series came = all.part(126, 144);
        double seasonal = Scores.of(new Seasonal(12).forecast(known, 18), came, known, 12).mase();
        for (String name : List.of("ar-net", "least-squares")) {
            ForecastModel model = ForecastModel.named(name);
            assertThat(model.period(known)).isEqualTo(12);
            Forecaster fitted = model.fit(Observed.alone(known));
            Scores scores = Scores.of(fitted.forecast(known, 18), came, known, 12);
            assertThat(scores.mase()).as(name).isLessThan(seasonal / 2);
        }
        List<ForecastModel.Weight> weights =
                ForecastModel.weights(
                        ForecastModel.named("ar-net").fit(Observed.alone(known)), known, 0.01);
        assertThat(weights).hasSize(25);
        assertThat(weights.get(11).counts()).isTrue(); // a year ago
        assertThat(weights.stream().filter(ForecastModel.Weight::counts).count()).isLessThan(12);
    }
}
