package org.cumae.model;

import org.cumae.Check;

import java.util.Arrays;
import java.util.PrimitiveIterator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A line of token ids. Immutable.
public final class Tokens {
    /// The empty line.
    public static final Tokens NONE = new Tokens();

    private final int[] ids;

    private Tokens(int... ids) {
        this.ids = ids;
    }

    /// Copies the ids.
    public static Tokens of(int... ids) {
        return ids.length == 0 ? NONE : new Tokens(ids.clone());
    }

    /// How many there are.
    public int size() {
        return ids.length;
    }

    /// Whether there are none.
    public boolean isEmpty() {
        return ids.length == 0;
    }

    /// The id at a position in `[0, size)`.
    public int get(int position) {
        return ids[position];
    }

    /// The last id.
    ///
    /// @throws IllegalStateException if the line is empty
    public int last() {
        Check.state(ids.length > 0, "an empty line has no last token");
        return ids[ids.length - 1];
    }

    /// The ids at positions `[from, to)`.
    public Tokens slice(int from, int to) {
        return of(Arrays.copyOfRange(ids, from, to));
    }

    /// This line with more ids behind it.
    public Tokens plus(int... more) {
        int[] joined = Arrays.copyOf(ids, ids.length + more.length);
        System.arraycopy(more, 0, joined, ids.length, more.length);
        return of(joined);
    }

    /// A copy of the ids.
    public int[] toArray() {
        return ids.clone();
    }

    /// The ids in order.
    public IntStream stream() {
        return Arrays.stream(ids);
    }

    /// An iterator over the ids.
    public PrimitiveIterator.OfInt iterator() {
        return stream().iterator();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tokens tokens && Arrays.equals(ids, tokens.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return stream().mapToObj(Integer::toString).collect(Collectors.joining(" ", "[", "]"));
    }
}
