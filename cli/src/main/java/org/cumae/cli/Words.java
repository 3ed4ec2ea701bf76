package org.cumae.cli;

import java.util.List;
import java.util.Locale;

/// Numbers and tables as people read them.
final class Words {
    private static final List<String> UNITS = List.of("bytes", "kB", "MB", "GB", "TB");

    private Words() {}

    /// `1.1 MB`; powers of 1000, as disks count.
    static String bytes(long count) {
        double value = count;
        int unit = 0;
        while (value >= 1000 && unit < UNITS.size() - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(
                Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS.get(unit));
    }

    /// `1 picture`, `3 pictures`, `2 passes`.
    static String count(long count, String noun) {
        String ending = count == 1 ? "" : noun.endsWith("s") ? "es" : "s";
        return count + " " + noun + ending;
    }

    /// Rows under each other, each column as wide as its widest cell.
    ///
    /// @param rows equally long; the first is the head
    static String table(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                line.append(pad(row.get(column), width(rows, column))).append("  ");
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString().stripTrailing();
    }

    private static int width(List<List<String>> rows, int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String pad(String cell, int width) {
        return cell + " ".repeat(width - cell.length());
    }
}
