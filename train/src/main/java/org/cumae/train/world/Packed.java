package org.cumae.train.world;

import org.cumae.Check;
import org.cumae.canvas.Element;

import java.util.List;

/// Sequences of one length, in each rows that do not see each other.
///
/// @param sequences `[sequence][row][patch]`
/// @param length tokens of a sequence; what is left over is empty
public record Packed(List<List<List<Element>>> sequences, int length) {
    /// Copies the lists.
    ///
    /// @throws IllegalArgumentException if the rows of a sequence are longer than it is
    public Packed {
        sequences =
                sequences.stream().map(rows -> rows.stream().map(List::copyOf).toList()).toList();
        for (List<List<Element>> rows : sequences) {
            int tokens = rows.stream().mapToInt(Packed::tokens).sum();
            Check.argument(
                    tokens <= length,
                    "rows of %d tokens in all are packed into a sequence of %d",
                    tokens,
                    length);
        }
    }

    static int tokens(List<Element> row) {
        return row.stream().mapToInt(each -> each.codes().size() + 1).sum();
    }
}
