package org.cumae.canvas;

import org.cumae.Check;

/// A range of ids `[from, to)`.
///
/// @param from the first id
/// @param to one past the last id
public record Span(int from, int to) {
    /// Checks the ends.
    ///
    /// @throws IllegalArgumentException if it is empty or begins below 0
    public Span {
        Check.argument(
                0 <= from && from < to,
                "the range [%d, %d) is empty or negative; ids begin at 0 and a range holds one or"
                        + " more",
                from,
                to);
    }

    /// So many ids from one on.
    public static Span of(int from, int size) {
        return new Span(from, from + size);
    }

    /// How many ids.
    public int size() {
        return to - from;
    }

    /// Whether an id is one of them.
    public boolean contains(int id) {
        return from <= id && id < to;
    }

    /// Whether two ranges share an id.
    public boolean overlaps(Span other) {
        return from < other.to && other.from < to;
    }

    @Override
    public String toString() {
        return "[%d, %d)".formatted(from, to);
    }
}
