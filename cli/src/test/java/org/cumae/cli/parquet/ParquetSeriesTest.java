package org.cumae.cli.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.cumae.forecast.Columns;
import org.cumae.forecast.SeriesException;
import org.cumae.series.Cadence.Every;
import org.cumae.series.Observed;
import org.cumae.series.Regressor;
import org.cumae.series.Series;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

class ParquetSeriesTest {
    private static final int SECONDS = 1_577_836_800; // 2020-01-01 in Greenwich
    private static final int DAYS = SECONDS / 86_400;
    private static final String HOURS =
            """
            message table {
              required int64 ds (TIMESTAMP(MILLIS,true));
              optional double y;
              required binary id (STRING);
            }""";
    private static final String DAYS_AND_VALUES =
            "message table { required int32 ds (DATE); required double y; }";

    @TempDir private Path folder;

    private Path file() {
        return folder.resolve("table.parquet");
    }

    private static List<Series> series(Path file) {
        return ParquetSeries.read(file, Columns.AS_NAMED).stream().map(Observed::series).toList();
    }

    /// Two series hour by hour, whose values repeat; of one each seventh is not known.
    private static void hour(Group row, int number) {
        int hour = number / 2;
        row.add("ds", 1_000L * (SECONDS + 3_600 * hour));
        row.add("id", number % 2 == 0 ? "COAST" : "EAST");
        if (number % 2 == 0 || hour % 7 != 3) {
            row.add("y", number % 2 == 0 ? hour % 24 + 0.1 : -hour);
        }
    }

    private static double[] coast(int hours) {
        return IntStream.range(0, hours).mapToDouble(hour -> hour % 24 + 0.1).toArray();
    }

    private static double[] east(int hours) {
        return IntStream.range(0, hours)
                .mapToDouble(hour -> hour % 7 == 3 ? Double.NaN : -hour)
                .toArray();
    }

    @ParameterizedTest
    @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"})
    void howeverAFileIsPackedItsSeriesAreTheSame(CompressionCodecName codec) throws IOException {
        for (WriterVersion version : WriterVersion.values()) {
            for (boolean dictionary : new boolean[] {true, false}) {
                WrittenParquet how =
                        new WrittenParquet(HOURS, codec, version, 70, dictionary, dictionary);
                List<Series> all = series(how.to(file(), 400, ParquetSeriesTest::hour));
                assertThat(all).extracting(Series::name).containsExactly("COAST", "EAST");
                assertThat(all.getFirst().cadence()).isEqualTo(new Every(Duration.ofHours(1)));
                assertThat(all.getFirst().start()).isEqualTo(LocalDateTime.of(2020, 1, 1, 0, 0));
                assertThat(all.getFirst().values()).containsExactly(coast(200));
                assertThat(all.getLast().values()).containsExactly(east(200));
            }
        }
    }

    /// Each way of storing a number says 1.5 or 2, and no more than its width can.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int32 | 2",
                "int64 | 2",
                "int32 y (INTEGER(8,true)) | 2",
                "int32 y (INTEGER(32,false)) | 4294967295",
                "int64 y (INTEGER(64,false)) | 18446744073709551615",
                "float | 1.5",
                "double | 1.5",
                "boolean | 1",
                "int32 y (DECIMAL(5,1)) | 1.5",
                "int64 y (DECIMAL(10,3)) | 0.015",
                "binary y (DECIMAL(30,1)) | 1.5",
                "fixed_len_byte_array(9) y (DECIMAL(20,1)) | 1.5",
                "fixed_len_byte_array(2) y (FLOAT16) | 1.5",
                "binary y (STRING) | 1.5",
                "binary | 1.5",
            })
    void numbersOfEveryKindAreValues(String kind, double expected) throws IOException {
        String field = kind.contains(" y ") ? kind : kind + " y";
        String schema = "message t { required int32 ds (DATE); optional %s; }".formatted(field);
        Path file =
                WrittenParquet.plain(schema)
                        .to(
                                file(),
                                3,
                                (row, number) -> {
                                    row.add("ds", DAYS + number);
                                    if (number != 1) {
                                        value(row, kind);
                                    }
                                });
        assertThat(series(file).getFirst().values())
                .containsExactly(expected, Double.NaN, expected);
    }

    private static void value(Group row, String kind) {
        boolean decimal = kind.contains("DECIMAL");
        switch (kind.split(" ")[0]) {
            case "int32" -> row.add("y", kind.contains("32,f") ? -1 : decimal ? 15 : 2);
            case "int64" -> row.add("y", kind.contains("64,f") ? -1L : decimal ? 15L : 2L);
            case "float" -> row.add("y", 1.5f);
            case "double" -> row.add("y", 1.5);
            case "boolean" -> row.add("y", true);
            case "binary" ->
                    row.add("y", decimal ? Binary.fromConstantByteArray(new byte[] {15}) : text());
            case "fixed_len_byte_array(9)" ->
                    row.add(
                            "y",
                            Binary.fromConstantByteArray(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 15}));
            case "fixed_len_byte_array(2)" ->
                    row.add("y", Binary.fromConstantByteArray(new byte[] {0, 0x3e}));
            default -> throw new IllegalArgumentException(kind);
        }
    }

    private static Binary text() {
        return Binary.fromString("1.5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int32 t (DATE)",
                "int64 t (TIMESTAMP(MILLIS,true))",
                "int64 t (TIMESTAMP(MICROS,false))",
                "int64 t (TIMESTAMP(NANOS,true))",
                "int64 t (TIMESTAMP_MICROS)",
                "int96 t",
                "binary t (STRING)"
            })
    void timesOfEveryKindAreTimes(String kind) throws IOException {
        // no name says which column is that of times, and it stands last
        String schema =
                "message t { required double load; required %s; }"
                        .formatted(kind.startsWith("binary") ? kind.replace(" t ", " ds ") : kind);
        Path file =
                WrittenParquet.plain(schema)
                        .to(
                                file(),
                                2,
                                (row, number) -> {
                                    row.add("load", 1.0 * number);
                                    time(row, kind, DAYS + number);
                                });
        Series series = series(file).getFirst();
        assertThat(series.name()).isEqualTo("load");
        assertThat(series.start()).isEqualTo(LocalDateTime.of(2020, 1, 1, 0, 0));
        assertThat(series.cadence()).isEqualTo(new Every(Duration.ofDays(1)));
        assertThat(series.values()).containsExactly(0, 1);
    }

    private static void time(Group row, String kind, long day) {
        if (kind.startsWith("int32")) {
            row.add("t", (int) day);
        } else if (kind.startsWith("int64")) {
            long units =
                    kind.contains("MILLIS")
                            ? 1_000
                            : kind.contains("MICROS") ? 1_000_000 : 1_000_000_000;
            row.add("t", day * 86_400 * units);
        } else if (kind.startsWith("int96")) {
            ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(0).putInt((int) day + 2_440_588); // 1970 by Julian count
            row.add("t", Binary.fromConstantByteArray(bytes.array()));
        } else {
            row.add("ds", LocalDate.ofEpochDay(day).toString());
        }
    }

    /// Rows behind the last value go on with what is known ahead; a nested column is in nobody's
    /// way.
    @Test
    void whatIsKnownBesideIsReadAndOtherColumnsAreLeft() throws IOException {
        Path file =
                WrittenParquet.plain(
                                """
                                message t {
                                  optional group readings (LIST) {
                                    repeated group list { optional int32 element; }
                                  }
                                  required int32 date (DATE);
                                  optional double sold;
                                  optional int32 price;
                                  optional fixed_len_byte_array(12) span (INTERVAL);
                                }""")
                        .to(
                                file(),
                                4,
                                (row, number) -> {
                                    row.addGroup("readings").addGroup("list").add("element", 7);
                                    row.add("date", DAYS + number);
                                    row.add("price", 3 * number);
                                    if (number < 2) {
                                        row.add("sold", 10.0 + number);
                                    }
                                });
        Columns columns = Columns.AS_NAMED.withValue("sold").withRegressors(List.of("price"));
        Observed observed = ParquetSeries.read(file, columns).getFirst();
        assertThat(observed.series().values()).containsExactly(10, 11);
        Regressor price = observed.regressors().getFirst();
        assertThat(IntStream.range(0, 4).mapToDouble(price::value))
                .containsExactly(0.0, 3.0, 6.0, 9.0);
        refused(file, Columns.AS_NAMED.withValue("readings"), "column readings is nested");
        refused(file, Columns.AS_NAMED.withValue("span"), "column span holds INTERVAL");
        refused(file, Columns.AS_NAMED.withValue("sole"), "did you mean 'sold'");
        refused(file, Columns.AS_NAMED, "which column holds the values? There are [date, readings");
    }

    private static void refused(Path file, Columns columns, String message) {
        assertThatThrownBy(() -> ParquetSeries.read(file, columns))
                .isInstanceOf(SeriesException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2020-01-01 1,2020-01-02 abc | row 1: column y: 'abc' is no number",
                "2020-01-01 1,2020-01-02 Infinity | row 1: column y: 'Infinity' is no number",
                "2020-01-01 1,soon 2 | row 1: column ds: 'soon' is no time",
                "2020-01-02 1,2020-01-01 2 | row 1: time 2020-01-01T00:00 comes after",
                "2020-01-01 1,2020-01-01 2 | has time 2020-01-01T00:00 twice, in row 0 as well",
                "2020-01-01 1 | row 0: series y has one row",
                "2020-01-01 1,2020-01-02 2,2020-01-03 3,2020-01-03T07:07 4 | row 3: time 2020-01-03T07:07 is no whole number of steps of 1 day",
                " | a header and no rows",
            })
    void whatIsWrongIsToldAsInCsvButByRow(String rows, String message) throws IOException {
        String[] each = rows == null ? new String[0] : rows.split(",");
        Path file =
                WrittenParquet.plain(
                                "message t { required binary ds (STRING); required binary y"
                                        + " (STRING); }")
                        .inGroupsOf(2)
                        .to(
                                file(),
                                each.length,
                                (row, number) -> {
                                    row.add("ds", each[number].split(" ")[0]);
                                    row.add("y", each[number].split(" ")[1]);
                                });
        refused(file, Columns.AS_NAMED, message);
    }

    @Test
    void anUnknownTimeIsNone() throws IOException {
        Path file =
                WrittenParquet.plain(
                                "message t { optional int64 ds (TIMESTAMP(MILLIS,true)); required"
                                        + " int32 y; }")
                        .to(file(), 2, (row, _) -> row.append("y", 1));
        refused(file, Columns.AS_NAMED, "row 0: column ds: '' is no time");
    }

    @Test
    void whatIsNoParquetFileIsToldApart() throws IOException {
        refused(Files.writeString(file(), "ds,y\n2020-01-01,1\n"), Columns.AS_NAMED, "no Parquet");
        refused(Files.write(file(), new byte[0]), Columns.AS_NAMED, "it is no Parquet file");
        refused(Files.writeString(file(), "PAR1"), Columns.AS_NAMED, "it is cut");
        refused(Files.writeString(file(), "PAR1aaaaPAR1"), Columns.AS_NAMED, "its metadata would");
        refused(Files.writeString(file(), "PAR1..PARE"), Columns.AS_NAMED, "it is encrypted");
        refused(folder, Columns.AS_NAMED, "it is a folder");
        assertThatThrownBy(
                        () -> ParquetSeries.read(folder.resolve("none.parquet"), Columns.AS_NAMED))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no file");
        Path other =
                WrittenParquet.plain(DAYS_AND_VALUES)
                        .packed(CompressionCodecName.BROTLI)
                        .to(file(), 3, (row, i) -> row.append("ds", DAYS + i).append("y", 1.0));
        refused(other, Columns.AS_NAMED, "column ds is packed with BROTLI; write it with snappy");
    }

    @Test
    void aFileIsKnownByItsNameOrItsBeginning() throws IOException {
        assertThat(ParquetSeries.isOne(folder.resolve("LOAD.PARQUET"))).isTrue();
        Path file =
                WrittenParquet.plain(DAYS_AND_VALUES)
                        .to(
                                folder.resolve("load"),
                                3,
                                (row, i) -> row.append("ds", DAYS + i).append("y", 1.0));
        assertThat(ParquetSeries.isOne(file)).isTrue();
        assertThat(ParquetSeries.isOne(Files.writeString(folder.resolve("a.csv"), "ds,y\n")))
                .isFalse();
        assertThat(ParquetSeries.isOne(folder.resolve("none.csv"))).isFalse();
    }

    /// Cut behind any byte, a file is refused: what would say where its rows are stands at its end.
    @Test
    void aFileThatIsCutAnywhereIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(damageable(CompressionCodecName.SNAPPY, true));
        for (int length = 0; length < whole.length; length++) {
            Path cut = Files.write(file(), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> ParquetSeries.read(cut, Columns.AS_NAMED))
                    .as("cut behind %d of %d bytes", length, whole.length)
                    .isInstanceOf(SeriesException.class);
        }
    }

    private Path damageable(CompressionCodecName codec, boolean sums) throws IOException {
        WrittenParquet how = WrittenParquet.plain(HOURS).packed(codec).inGroupsOf(14);
        return (sums ? how : how.withoutSums()).to(file(), 28, ParquetSeriesTest::hour);
    }

    /// A bit that is turned is found or harmless: no other exception leaves the reading. With
    /// checksums no value of a page is other than it was.
    @ParameterizedTest
    @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"})
    void aTurnedBitIsFoundOrHarmless(CompressionCodecName codec) throws IOException {
        for (boolean sums : new boolean[] {true, false}) {
            byte[] whole = Files.readAllBytes(damageable(codec, sums));
            int pages =
                    whole.length
                            - 8
                            - ByteBuffer.wrap(whole, whole.length - 8, 4)
                                    .order(ByteOrder.LITTLE_ENDIAN)
                                    .getInt();
            int found = 0;
            for (int bit = 0; bit < 8 * whole.length; bit += 29) {
                byte[] turned = whole.clone();
                turned[bit / 8] ^= (byte) (1 << bit % 8);
                Path file = Files.write(file(), turned);
                Optional<List<Series>> read = unlessRefused(file);
                found += read.isEmpty() ? 1 : 0;
                if (sums && bit / 8 < pages && read.isPresent()) {
                    assertThat(read.get().getFirst().values()).containsExactly(coast(14));
                    assertThat(read.get().getLast().values()).containsExactly(east(14));
                }
            }
            assertThat(found).isGreaterThan(whole.length / 50);
        }
    }

    private static Optional<List<Series>> unlessRefused(Path file) {
        try {
            return Optional.of(series(file));
        } catch (SeriesException e) {
            assertThat(e).hasMessageContaining(file.toString());
            return Optional.empty();
        }
    }

    /// A page that says another size than it has is refused, and never more memory taken than said.
    @ParameterizedTest
    @EnumSource(Codec.class)
    void aPageHasTheSizeThatItSays(Codec codec) throws IOException {
        byte[] bytes = "cumae ".repeat(50).getBytes(StandardCharsets.US_ASCII);
        byte[] packed = WrittenParquet.packed(WrittenParquet.name(codec), bytes);
        assertThat(codec.unpacked(packed, bytes.length)).isEqualTo(bytes);
        for (int size : new int[] {bytes.length - 1, bytes.length + 1}) {
            assertThatThrownBy(() -> codec.unpacked(packed, size))
                    .as("%d", size)
                    .isInstanceOfAny(RuntimeException.class, IOException.class);
        }
    }
}
