package org.cumae.train.world;

import org.cumae.Check;

import java.util.List;
import java.util.Set;

/// Sequences of one length, in each rows that do not see each other.
///
/// @param sequences `[sequence][row]`
/// @param length tokens of a sequence; what is left over is empty
public record Packed(List<List<Row>> sequences, int length) {
    /// The same rows without what they are told of some types.
    public Packed untold(Set<String> types) {
        return new Packed(
                sequences.stream()
                        .map(rows -> rows.stream().map(row -> row.untold(types)).toList())
                        .toList(),
                length);
    }

    /// Copies the lists.
    ///
    /// @throws IllegalArgumentException if the rows of a sequence are longer than it is
    public Packed {
        sequences = sequences.stream().map(List::copyOf).toList();
        for (List<Row> rows : sequences) {
            int tokens = rows.stream().mapToInt(Row::tokens).sum();
            Check.argument(
                    tokens <= length,
                    "rows of %d tokens in all are packed into a sequence of %d",
                    tokens,
                    length);
        }
    }
}
