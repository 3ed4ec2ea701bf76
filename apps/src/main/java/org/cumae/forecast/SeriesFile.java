package org.cumae.forecast;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.cumae.Check;
import org.cumae.naming.Known;
import org.cumae.series.Cadence;
import org.cumae.series.Series;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads series from a CSV file with a header: a column of times, one of values, perhaps one that
/// says which series a row belongs to.
///
/// Times must rise and lie a whole number of steps apart; steps without a row, and values that are
/// empty or `NA`, `NaN` or `null`, are unknown.
public final class SeriesFile {
    private static final Set<String> UNKNOWN = Set.of("", "na", "nan", "null", "none");
    private static final int MOST_STEPS = 50_000_000;
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder()
                    .append(DateTimeFormatter.ISO_LOCAL_DATE)
                    .appendPattern("[ ]['T']")
                    .append(DateTimeFormatter.ISO_LOCAL_TIME)
                    .appendPattern("[XXX][X]")
                    .toFormatter(Locale.ROOT);

    private SeriesFile() {}

    /// Reads all series, in the order of their first rows.
    ///
    /// @throws IllegalArgumentException if there is no such file
    /// @throws SeriesException if the table is not as said above, naming the line and column
    public static List<Series> read(Path file, Columns columns) {
        Check.argument(Files.isRegularFile(file), "there is no file %s", file);
        CSVFormat format =
                CSVFormat.DEFAULT
                        .builder()
                        .setHeader()
                        .setSkipHeaderRecord(true)
                        .setIgnoreSurroundingSpaces(true)
                        .setIgnoreEmptyLines(true)
                        .get();
        try (CSVParser parser = CSVParser.parse(file, StandardCharsets.UTF_8, format)) {
            return new Reading(file, parser, columns).series();
        } catch (IllegalArgumentException e) { // of its header
            throw SeriesException.of(file, "%s", String.valueOf(e.getMessage()));
        } catch (UncheckedIOException | IOException e) {
            throw SeriesException.of(file, "cannot be read as CSV in UTF-8: %s", e);
        }
    }

    private static boolean isNoText(String field) {
        return field.chars().anyMatch(Character::isISOControl);
    }

    private record Row(long line, LocalDateTime time, double value) {}

    private static final class Reading {
        private final Path file;
        private final CSVParser parser;
        private final String time;
        private final String value;
        private final Optional<String> name;
        private long line; // of the row that is being read

        Reading(Path file, CSVParser parser, Columns columns) {
            this.file = file;
            this.parser = parser;
            List<String> header = parser.getHeaderNames();
            if (header.stream().anyMatch(SeriesFile::isNoText)) {
                throw SeriesException.of(file, "it is no text; a table of series is CSV");
            }
            if (header.size() < 2) {
                throw SeriesException.of(
                        file,
                        "its header has %d columns, %s; a table of series has times and values",
                        header.size(),
                        header);
            }
            time = there(header, columns.time(header));
            name = columns.series(header).map(column -> there(header, column));
            value =
                    columns.value(header, time, name)
                            .map(column -> there(header, column))
                            .orElseThrow(
                                    () ->
                                            SeriesException.of(
                                                    file,
                                                    "which column holds the values? There are %s;"
                                                            + " name one with --target",
                                                    header));
        }

        private String there(List<String> header, String column) {
            if (!header.contains(column)) {
                throw SeriesException.of(file, "%s", Known.of("column", header).words(column));
            }
            return column;
        }

        List<Series> series() {
            Map<String, List<Row>> rows = new LinkedHashMap<>();
            for (CSVRecord record : parser) {
                line = parser.getCurrentLineNumber();
                String of = name.map(column -> field(record, column)).orElse(value);
                rows.computeIfAbsent(of, _ -> new ArrayList<>()).add(row(record));
            }
            if (rows.isEmpty()) {
                throw SeriesException.of(file, "it has a header and no rows");
            }
            return rows.entrySet().stream()
                    .map(entry -> series(entry.getKey(), entry.getValue()))
                    .toList();
        }

        private String field(CSVRecord record, String column) {
            if (!record.isSet(column)) {
                throw SeriesException.at(
                        file,
                        line,
                        "it has %d fields, and none for column %s",
                        record.size(),
                        column);
            }
            return record.get(column);
        }

        private Row row(CSVRecord record) {
            return new Row(line, time(record), value(record));
        }

        private LocalDateTime time(CSVRecord record) {
            String text = field(record, time);
            try {
                return parsed(text);
            } catch (DateTimeParseException e) {
                throw SeriesException.at(
                        file,
                        line,
                        "column %s: '%s' is no time; write 2024-01-31, 2024-01-31 13:00 or"
                                + " 2024-01-31T13:00:00Z",
                        time,
                        text);
            }
        }

        private static LocalDateTime parsed(String text) {
            if (text.length() <= 10) {
                return LocalDate.parse(text).atStartOfDay();
            }
            return switch (TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from)) {
                case OffsetDateTime there ->
                        there.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
                case LocalDateTime local -> local;
                case TemporalAccessor other -> LocalDateTime.from(other);
            };
        }

        private double value(CSVRecord record) {
            String text = field(record, value);
            if (UNKNOWN.contains(text.toLowerCase(Locale.ROOT))) {
                return Double.NaN;
            }
            try {
                double number = Double.parseDouble(text);
                if (Double.isInfinite(number)) {
                    throw new NumberFormatException();
                }
                return number;
            } catch (NumberFormatException e) {
                throw SeriesException.at(
                        file,
                        line,
                        "column %s: '%s' is no number; leave it empty where a value is not known",
                        value,
                        text);
            }
        }

        private Series series(String of, List<Row> rows) {
            if (rows.size() < 2) {
                throw SeriesException.at(
                        file,
                        rows.getFirst().line(),
                        "series %s has one row; two or more say how far times are apart",
                        of);
            }
            for (int i = 1; i < rows.size(); i++) {
                ordered(of, rows.get(i - 1), rows.get(i));
            }
            Cadence cadence = cadence(rows);
            Row first = rows.getFirst();
            long last = steps(cadence, first, rows.getLast());
            if (last >= MOST_STEPS) {
                throw SeriesException.at(
                        file,
                        rows.getLast().line(),
                        "series %s would have %,d values every %s; at most %,d are read",
                        of,
                        last + 1,
                        cadence.words(),
                        MOST_STEPS);
            }
            double[] values = new double[(int) last + 1];
            Arrays.fill(values, Double.NaN);
            for (Row row : rows) {
                values[(int) steps(cadence, first, row)] = row.value();
            }
            return new Series(of, first.time(), cadence, values);
        }

        private void ordered(String of, Row before, Row row) {
            if (row.time().equals(before.time())) {
                throw SeriesException.at(
                        file,
                        row.line(),
                        "series %s has time %s twice, in line %d as well; keep one of them, or name"
                                + " the column that tells series apart with --id",
                        of,
                        row.time(),
                        before.line());
            }
            if (row.time().isBefore(before.time())) {
                throw SeriesException.at(
                        file,
                        row.line(),
                        "time %s comes after %s of line %d; sort the rows by time",
                        row.time(),
                        before.time(),
                        before.line());
            }
        }

        /// The distance that most neighbours have.
        private static Cadence cadence(List<Row> rows) {
            Map<Cadence, Long> counts = new LinkedHashMap<>();
            for (int i = 1; i < rows.size(); i++) {
                counts.merge(
                        Cadence.between(rows.get(i - 1).time(), rows.get(i).time()), 1L, Long::sum);
            }
            return counts.entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .orElseThrow()
                    .getKey();
        }

        private long steps(Cadence cadence, Row first, Row row) {
            long steps = cadence.steps(first.time(), row.time());
            if (steps < 0) {
                throw SeriesException.at(
                        file,
                        row.line(),
                        "time %s is no whole number of steps of %s after %s of line %d, as most rows"
                                + " are apart; bring the times to one grid first",
                        row.time(),
                        cadence.words(),
                        first.time(),
                        first.line());
            }
            return steps;
        }
    }
}
