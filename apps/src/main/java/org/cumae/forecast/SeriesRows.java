package org.cumae.forecast;

import org.cumae.forecast.SeriesTable.Source;
import org.cumae.series.Observed;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Reads series from rows in JSON, an object each: `{"ds": "2024-01-31", "y": 3.5}`, as a table of
/// them is written by most libraries.
public final class SeriesRows {
    private static final int LOOKED_AT = 100; // for names of columns

    private SeriesRows() {}

    /// Reads all series, in the order of their first rows. The rules are those of [SeriesFile];
    /// `null` is unknown.
    ///
    /// @param rows an array of objects
    /// @param name what messages call it; they count its rows from 0
    /// @throws SeriesException if no series can be read from them, naming the row and column
    public static List<Observed> read(JsonNode rows, String name, Columns columns) {
        Source source = new Source(name, "row");
        if (!rows.isArray() || rows.isEmpty()) {
            throw source.of(
                    "send a list of objects such as {\"ds\": \"2024-01-31\", \"y\": 3.5}, one or more");
        }
        for (int row = 0; row < rows.size(); row++) {
            if (!rows.get(row).isObject()) {
                throw source.at(row, "it is %s and no object", rows.get(row).getNodeType());
            }
        }
        Set<String> header = new LinkedHashSet<>();
        for (int row = 0; row < Math.min(LOOKED_AT, rows.size()); row++) {
            header.addAll(rows.get(row).propertyNames());
        }
        SeriesTable table = new SeriesTable(source, new ArrayList<>(header), columns);
        for (int row = 0; row < rows.size(); row++) {
            int number = row;
            JsonNode object = rows.get(row);
            table.add(row, column -> field(source, number, object, column));
        }
        return table.series();
    }

    private static String field(Source source, int row, JsonNode object, String column) {
        JsonNode value = object.get(column);
        if (value == null) {
            throw source.at(row, "it has no field %s; null says that a value is not known", column);
        }
        if (value.isContainer()) {
            throw source.at(row, "field %s is %s; send a text or a number", column, value);
        }
        return value.isNull() ? "" : value.asString();
    }
}
