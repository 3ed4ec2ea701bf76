package org.cumae.forecast;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.cumae.Check;
import org.cumae.forecast.SeriesTable.Source;
import org.cumae.series.Observed;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Reads series from CSV with a header: a column of times, one of values, perhaps one that says
/// which series a row belongs to, and some of what is known beside it.
///
/// Times must rise and lie a whole number of steps apart; steps without a row, and values that are
/// empty or `NA`, `NaN` or `null`, are unknown.
public final class SeriesFile {
    private static final String LINE = "line"; // the header is line 1
    private static final CSVFormat FORMAT =
            CSVFormat.DEFAULT
                    .builder()
                    .setHeader()
                    .setSkipHeaderRecord(true)
                    .setIgnoreSurroundingSpaces(true)
                    .setIgnoreEmptyLines(true)
                    .get();

    private SeriesFile() {}

    /// Reads all series, in the order of their first rows.
    ///
    /// @throws IllegalArgumentException if there is no such file
    /// @throws SeriesException if the table is not as said above, naming the line and column
    public static List<Observed> read(Path file, Columns columns) {
        Check.argument(Files.isRegularFile(file), "there is no file %s", file);
        Source source = new Source(file.toString(), LINE);
        try {
            // not Files.newBufferedReader, which would refuse a table for one bad letter in a name
            InputStream bytes = Files.newInputStream(file);
            return read(new InputStreamReader(bytes, StandardCharsets.UTF_8), source, columns);
        } catch (IOException e) {
            throw source.of("cannot be read: %s", e);
        }
    }

    /// Reads all series out of a text.
    ///
    /// @param name what messages call it
    /// @throws SeriesException as [#read]
    public static List<Observed> parse(String csv, String name, Columns columns) {
        return read(new StringReader(csv), new Source(name, LINE), columns);
    }

    private static List<Observed> read(Reader text, Source source, Columns columns) {
        try (CSVParser parser = CSVParser.parse(text, FORMAT)) {
            List<String> header = parser.getHeaderNames();
            if (header.stream().anyMatch(SeriesFile::isNoText)) {
                throw source.of("it is no text; a table of series is CSV");
            }
            SeriesTable table = new SeriesTable(source, header, columns);
            for (CSVRecord record : parser) {
                long line = parser.getCurrentLineNumber();
                table.add(line, column -> field(source, line, record, column));
            }
            return table.series();
        } catch (SeriesException e) {
            throw e;
        } catch (IllegalArgumentException e) { // of its header
            throw source.of("%s", String.valueOf(e.getMessage()));
        } catch (UncheckedIOException | IOException e) {
            throw source.of("cannot be read as CSV in UTF-8: %s", e);
        }
    }

    private static boolean isNoText(String field) {
        return field.chars().anyMatch(Character::isISOControl);
    }

    private static String field(Source source, long line, CSVRecord record, String column) {
        if (!record.isSet(column)) {
            throw source.at(
                    line, "it has %d fields, and none for column %s", record.size(), column);
        }
        return record.get(column);
    }
}
