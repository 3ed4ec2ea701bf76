package org.cumae.cli;

import org.cumae.bench.BenchReport;
import org.cumae.bench.BenchRow;
import org.jspecify.annotations.Nullable;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a bench found, as one JSON object and as a table.
final class BenchTable {
    private BenchTable() {}

    static ObjectNode object(BenchReport report) {
        ObjectNode object = Json.MAPPER.createObjectNode();
        object.put("name", report.name()).put("machine", report.machine());
        ArrayNode rows = object.putArray("rows");
        for (BenchRow row : report.rows()) {
            ObjectNode each =
                    rows.addObject()
                            .put("name", row.name())
                            .put("subject", row.subject())
                            .put("value", row.value())
                            .put("unit", row.unit())
                            .put("peer", row.peer())
                            .put("peer_value", row.peerValue())
                            .put("ratio", row.ratio())
                            .put("limit", row.limit())
                            .put("share_of_limit", row.shareOfLimit());
            if (row.note() != null) {
                each.put("note", row.note());
            }
        }
        return object;
    }

    static String words(BenchReport report) {
        List<List<String>> table = new ArrayList<>();
        table.add(List.of("what", "on", "value", "unit", "peer", "its value", "ratio", "of limit"));
        for (BenchRow row : report.rows()) {
            table.add(
                    List.of(
                            row.name(),
                            row.subject(),
                            number(row.value()),
                            row.unit(),
                            row.peer() == null ? "" : row.peer(),
                            row.note() != null ? "missing" : number(row.peerValue()),
                            number(row.ratio()),
                            row.shareOfLimit() == null
                                    ? ""
                                    : String.format(
                                            Locale.ROOT, "%.0f %%", 100 * row.shareOfLimit())));
        }
        StringBuilder text = new StringBuilder(report.machine());
        text.append('\n').append(Words.table(table));
        report.rows().stream()
                .filter(row -> row.note() != null)
                .map(row -> "\n%s: %s".formatted(row.peer(), row.note()))
                .distinct()
                .forEach(text::append);
        return text.toString();
    }

    private static String number(@Nullable Double value) {
        return value == null ? "" : String.format(Locale.ROOT, "%.4g", value);
    }
}
