package org.cumae.bench;

import java.util.List;

/// What ways of writing made of the same prompts.
///
/// @param machine processor, cores
/// @param prompts how many
/// @param tokens the most of a text
/// @param ways how many requests ran side by side
/// @param rows the ways, in their order
public record DecoderReport(
        String machine, int prompts, int tokens, int ways, List<DecoderRow> rows) {
    /// Copies the list.
    public DecoderReport {
        rows = List.copyOf(rows);
    }
}
