package org.cumae.recipe;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.cumae.train.TrainingException;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The texts of one column of a CSV file with a header.
///
/// @param file the table
/// @param name of the column
record TextColumn(Path file, String name) {
    private static final CSVFormat FORMAT =
            CSVFormat.DEFAULT
                    .builder()
                    .setHeader()
                    .setSkipHeaderRecord(true)
                    .setAllowMissingColumnNames(true)
                    .get();

    /// The texts in their order; empty fields are left out.
    ///
    /// @throws TrainingException if the file cannot be read as such a table, has no such column, or
    ///   a row is too short for it
    List<String> read() {
        if (!Files.isRegularFile(file)) {
            throw new TrainingException(
                    "there is no table at %s; give another with --data".formatted(file));
        }
        List<String> texts = new ArrayList<>();
        try (Reader text = new InputStreamReader(Files.newInputStream(file), decoder());
                CSVParser parser = CSVParser.parse(text, FORMAT)) {
            if (!parser.getHeaderNames().contains(name)) {
                throw new TrainingException(
                        "%s has no column %s; its columns are %s"
                                .formatted(file, name, parser.getHeaderNames()));
            }
            for (CSVRecord row : parser) {
                if (!row.isSet(name)) {
                    throw new TrainingException(
                            "%s, line %d has %d fields, and none for column %s"
                                    .formatted(
                                            file, parser.getCurrentLineNumber(), row.size(), name));
                }
                if (!row.get(name).isBlank()) {
                    texts.add(row.get(name));
                }
            }
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw new TrainingException(
                    "%s cannot be read as CSV in UTF-8: %s".formatted(file, e.getMessage()), e);
        }
        return texts;
    }

    private static CharsetDecoder decoder() {
        return StandardCharsets.UTF_8.newDecoder();
    }
}
