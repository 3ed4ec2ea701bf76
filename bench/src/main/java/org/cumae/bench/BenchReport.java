package org.cumae.bench;

import java.util.List;

/// What one run of a bench found.
///
/// @param name the bench
/// @param machine processor, cores, and how many threads were used
/// @param rows the figures
public record BenchReport(String name, String machine, List<BenchRow> rows) {
    /// Copies the list.
    public BenchReport {
        rows = List.copyOf(rows);
    }
}
