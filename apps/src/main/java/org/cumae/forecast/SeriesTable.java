package org.cumae.forecast;

import org.cumae.naming.Known;
import org.cumae.series.Cadence;
import org.cumae.series.Observed;
import org.cumae.series.Regressor;
import org.cumae.series.Series;

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
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// Makes series of the rows of a table, which come one by one: a column of times, one of values,
/// perhaps one that says which series a row belongs to, and some of what is known beside it.
///
/// Whoever reads a kind of file hands its rows over here, as texts; so all kinds have the same
/// rules and are refused in the same words.
public final class SeriesTable {
    private static final Set<String> UNKNOWN = Set.of("", "na", "nan", "null", "none");
    private static final int MOST_STEPS = 50_000_000;
    private static final int MOST_SHOWN = 80; // characters of a field, in a message
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder()
                    .append(DateTimeFormatter.ISO_LOCAL_DATE)
                    .appendPattern("[ ]['T']")
                    .append(DateTimeFormatter.ISO_LOCAL_TIME)
                    .appendPattern("[XXX][X]")
                    .toFormatter(Locale.ROOT);

    private final Source source;
    private final String time;
    private final String value;
    private final Optional<String> name;
    private final List<String> regressors;
    private final Map<String, List<Row>> rows = new LinkedHashMap<>();
    private int count;

    /// Where a table comes from, for messages.
    ///
    /// @param name the file's, or of the part of a request
    /// @param unit what a row is called there: a line, a row
    public record Source(String name, String unit) {
        /// In a row of the table.
        public SeriesException at(long row, String message, Object... parts) {
            return new SeriesException(
                    "%s, %s %d: %s".formatted(name, unit, row, message.formatted(parts)));
        }

        /// Of the table as a whole.
        public SeriesException of(String message, Object... parts) {
            return new SeriesException("%s: %s".formatted(name, message.formatted(parts)));
        }
    }

    /// @param beside a value of each regressor
    private record Row(long number, LocalDateTime time, double value, List<Double> beside) {}

    /// A table without rows.
    ///
    /// @param header names of its columns, in their order
    /// @throws SeriesException if it lacks a column that is asked for, or does not say which one
    ///   holds the values
    public SeriesTable(Source source, List<String> header, Columns columns) {
        this.source = source;
        if (header.size() < 2) {
            throw source.of(
                    "its header has %d columns, %s; a table of series has times and values",
                    header.size(), header);
        }
        time = there(header, columns.time(header));
        name = columns.series(header).map(column -> there(header, column));
        regressors = columns.regressors().stream().map(column -> there(header, column)).toList();
        value =
                columns.value(header, time, name)
                        .map(column -> there(header, column))
                        .orElseThrow(
                                () ->
                                        source.of(
                                                "which column holds the values? There are %s; name"
                                                        + " one as the target (--target)",
                                                header));
    }

    private String there(List<String> header, String column) {
        if (!header.contains(column)) {
            throw source.of("%s", Known.of("column", header).words(column));
        }
        return column;
    }

    /// The columns that are read, each once.
    public List<String> columns() {
        Stream<String> all =
                Stream.of(Stream.of(time, value), name.stream(), regressors.stream())
                        .flatMap(Function.identity());
        return all.distinct().toList();
    }

    /// Takes a row.
    ///
    /// @param number which it is, as messages count
    /// @param fields what stands in a column; empty or `NA`, `NaN`, `null` where it is not known
    /// @throws SeriesException if its time or a value is none, or the time does not come after that
    ///   of the row before it of the same series
    public void add(long number, Function<String, String> fields) {
        if (count == MOST_STEPS) {
            throw source.at(number, "at most %,d rows are read", MOST_STEPS);
        }
        count++;
        String of = name.map(fields).orElse(value);
        List<Double> beside =
                regressors.stream().map(column -> value(number, column, fields)).toList();
        Row row =
                new Row(
                        number,
                        time(number, fields.apply(time)),
                        value(number, value, fields),
                        beside);
        List<Row> before = rows.computeIfAbsent(of, _ -> new ArrayList<>());
        if (!before.isEmpty()) {
            ordered(of, before.getLast(), row);
        }
        before.add(row);
    }

    /// All series, in the order of their first rows.
    ///
    /// @throws SeriesException if there are none, or the times of one lie on no common grid
    public List<Observed> series() {
        if (rows.isEmpty()) {
            throw source.of("it has a header and no rows");
        }
        return rows.entrySet().stream()
                .map(entry -> series(entry.getKey(), entry.getValue()))
                .toList();
    }

    private LocalDateTime time(long number, String text) {
        try {
            return parsed(text);
        } catch (DateTimeParseException e) {
            throw source.at(
                    number,
                    "column %s: '%s' is no time; write 2024-01-31, 2024-01-31 13:00 or"
                            + " 2024-01-31T13:00:00Z",
                    time,
                    shown(text));
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

    private double value(long number, String column, Function<String, String> fields) {
        String text = fields.apply(column);
        if (UNKNOWN.contains(text.toLowerCase(Locale.ROOT))) {
            return Double.NaN;
        }
        try {
            double read = Double.parseDouble(text);
            if (Double.isInfinite(read)) {
                throw new NumberFormatException();
            }
            return read;
        } catch (NumberFormatException e) {
            throw source.at(
                    number,
                    "column %s: '%s' is no number; leave it empty where a value is not known",
                    column,
                    shown(text));
        }
    }

    private static String shown(String text) {
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    }

    private Observed series(String of, List<Row> rows) {
        if (rows.size() < 2) {
            throw source.at(
                    rows.getFirst().number(),
                    "series %s has one row; two or more say how far times are apart",
                    of);
        }
        Cadence cadence = cadence(rows);
        Row first = rows.getFirst();
        long last = steps(cadence, first, rows.getLast());
        if (last >= MOST_STEPS) {
            throw source.at(
                    rows.getLast().number(),
                    "series %s would have %,d values every %s; at most %,d are read",
                    of,
                    last + 1,
                    cadence.words(),
                    MOST_STEPS);
        }
        int length = (int) last + 1;
        double[] values = line(length, cadence, rows, Row::value);
        List<Regressor> beside = new ArrayList<>();
        for (int i = 0; i < regressors.size(); i++) {
            int which = i;
            double[] known = line(length, cadence, rows, row -> row.beside().get(which));
            beside.add(new Regressor(regressors.get(i), known));
        }
        int end = regressors.isEmpty() ? length : known(values);
        if (end == 0) {
            throw source.of("series %s has no known value in column %s", of, value);
        }
        Series series = new Series(of, first.time(), cadence, Arrays.copyOf(values, end));
        return new Observed(series, beside);
    }

    private double[] line(int length, Cadence cadence, List<Row> rows, ToDoubleFunction<Row> what) {
        double[] line = new double[length];
        Arrays.fill(line, Double.NaN);
        for (Row row : rows) {
            line[(int) steps(cadence, rows.getFirst(), row)] = what.applyAsDouble(row);
        }
        return line;
    }

    /// How many values there are up to the last known one: behind it stands what is known ahead.
    private static int known(double... values) {
        int end = values.length;
        while (end > 0 && Double.isNaN(values[end - 1])) {
            end--;
        }
        return end;
    }

    private void ordered(String of, Row before, Row row) {
        if (row.time().equals(before.time())) {
            throw source.at(
                    row.number(),
                    "series %s has time %s twice, in %s %d as well; keep one of them, or name"
                            + " the column that tells series apart with --id",
                    of,
                    row.time(),
                    source.unit(),
                    before.number());
        }
        if (row.time().isBefore(before.time())) {
            throw source.at(
                    row.number(),
                    "time %s comes after %s of %s %d; sort the rows by time",
                    row.time(),
                    before.time(),
                    source.unit(),
                    before.number());
        }
    }

    /// The distance that most neighbours have.
    private static Cadence cadence(List<Row> rows) {
        Map<Cadence, Long> counts = new LinkedHashMap<>();
        for (int i = 1; i < rows.size(); i++) {
            counts.merge(
                    Cadence.between(rows.get(i - 1).time(), rows.get(i).time()), 1L, Long::sum);
        }
        return counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    }

    private long steps(Cadence cadence, Row first, Row row) {
        long steps = cadence.steps(first.time(), row.time());
        if (steps < 0) {
            throw source.at(
                    row.number(),
                    "time %s is no whole number of steps of %s after %s of %s %d, as most rows"
                            + " are apart; bring the times to one grid first",
                    row.time(),
                    cadence.words(),
                    first.time(),
                    source.unit(),
                    first.number());
        }
        return steps;
    }
}
