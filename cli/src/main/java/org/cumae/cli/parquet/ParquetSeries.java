package org.cumae.cli.parquet;

import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.cumae.forecast.Columns;
import org.cumae.forecast.SeriesException;
import org.cumae.forecast.SeriesTable;
import org.cumae.forecast.SeriesTable.Source;
import org.cumae.series.Observed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Reads series from a Parquet file by the rules of [org.cumae.forecast.SeriesFile]: null is
/// unknown, and a column that is asked for by nobody is not read.
///
/// Numbers of any width and decimals are values, booleans are 1 and 0, dates and timestamps are
/// times (those of an instant in UTC), texts are what they would be in CSV. Messages count rows
/// from 0, as those who write such files do.
public final class ParquetSeries {
    private static final String SUFFIX = ".parquet";
    private static final int MOST_SHOWN = 160; // characters of what is wrong

    private ParquetSeries() {}

    /// Whether a file is one of Parquet, by its name or its first bytes.
    public static boolean isOne(Path file) {
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(SUFFIX)) {
            return true;
        }
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream bytes = Files.newInputStream(file)) {
            byte[] first = bytes.readNBytes(ParquetFile.MAGIC.length());
            return ParquetFile.MAGIC.equals(new String(first, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return false; // whoever reads it as something else says why
        }
    }

    /// Reads all series, in the order of their first rows.
    ///
    /// @throws IllegalArgumentException if there is no such file
    /// @throws SeriesException if it is damaged, or its table is not as said above, naming the row
    ///   and column where there is one
    public static List<Observed> read(Path file, Columns columns) {
        Source source = new Source(file.toString(), "row");
        if (Files.isDirectory(file)) {
            throw source.of("it is a folder; give one of the files in it");
        }
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("there is no file " + file);
        }
        try (ParquetFile parquet = ParquetFile.open(file, source)) {
            return read(parquet, source, columns);
        } catch (SeriesException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // of seventeen kinds, if bits are turned
            throw source.of(
                    "cannot be read as Parquet (%s); it may be cut or damaged: copy or write it"
                            + " again",
                    reason(e));
        } catch (OutOfMemoryError e) {
            throw source.of(
                    "it needs more than the %,d MB that this JVM may have; if it is whole, give"
                            + " more with CUMAE_JAVA_OPTS=-Xmx8g",
                    Runtime.getRuntime().maxMemory() >> 20);
        }
    }

    /// The first line of what libraries say; some go on with all that they know.
    private static String reason(Exception e) {
        String message = e instanceof ParquetDecodingException ? e.getMessage() : e.toString();
        String line = message == null ? "" : message.lines().findFirst().orElse("");
        return line.length() <= MOST_SHOWN ? line : line.substring(0, MOST_SHOWN) + "...";
    }

    private static List<Observed> read(ParquetFile file, Source source, Columns columns)
            throws IOException {
        SeriesTable table = new SeriesTable(source, header(file.fields()), columns);
        List<Field.Flat> chosen = new ArrayList<>();
        Map<String, Integer> places = new HashMap<>();
        for (String column : table.columns()) {
            places.put(column, chosen.size());
            chosen.add(flat(file, source, column));
        }
        MessageType schema =
                new MessageType("rows", chosen.stream().map(Field.Flat::type).toArray(Type[]::new));
        List<Text> texts = chosen.stream().map(Field.Flat::text).toList();
        long number = 0;
        for (RowGroup group : file.groups()) {
            ColumnReadStoreImpl store =
                    new ColumnReadStoreImpl(
                            file.pages(group), new Unheard(), schema, file.writer());
            List<ColumnReader> readers =
                    schema.getColumns().stream().map(store::getColumnReader).toList();
            for (long row = 0; row < group.getNum_rows(); row++) {
                String[] fields = new String[readers.size()];
                Arrays.setAll(fields, i -> next(readers.get(i), texts.get(i)));
                table.add(number++, column -> fields[places.getOrDefault(column, 0)]);
            }
        }
        return table.series();
    }

    /// Names of columns. Times come first: where no name says so, the first column is that of
    /// times.
    private static List<String> header(List<Field> fields) {
        List<String> header = new ArrayList<>();
        fields.stream().filter(Field::isTime).map(Field::name).forEach(header::add);
        fields.stream().filter(field -> !field.isTime()).map(Field::name).forEach(header::add);
        return header;
    }

    private static Field.Flat flat(ParquetFile file, Source source, String column) {
        Optional<Field> field =
                file.fields().stream().filter(each -> each.name().equals(column)).findFirst();
        return switch (field.orElseThrow()) {
            case Field.Flat flat -> flat;
            case Field.Nested _ ->
                    throw source.of(
                            "column %s is nested; a table of series has one value a row in a"
                                    + " column: write it flat, or name another column",
                            column);
            case Field.Raw raw ->
                    throw source.of(
                            "column %s holds %s, which is neither a number nor a time nor a text;"
                                    + " name another column",
                            column, raw.kind());
        };
    }

    private static String next(ColumnReader reader, Text text) {
        boolean known =
                reader.getCurrentDefinitionLevel()
                        == reader.getDescriptor().getMaxDefinitionLevel();
        String next = known ? text.read(reader) : "";
        reader.consume();
        return next;
    }
}
