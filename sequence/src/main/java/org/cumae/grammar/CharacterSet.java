package org.cumae.grammar;

import org.cumae.Check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// A set of Unicode characters, surrogates left out.
///
/// @param ranges ascending, apart, not empty
public record CharacterSet(List<Range> ranges) {
    /// Every character.
    public static final CharacterSet ALL =
            new CharacterSet(List.of(new Range(0, 0xD7FF), new Range(0xE000, 0x10FFFF)));

    /// No character.
    public static final CharacterSet NONE = new CharacterSet(List.of());

    /// Characters `from` to `to`, both in it.
    public record Range(int from, int to) {}

    /// Copies.
    public CharacterSet {
        ranges = List.copyOf(ranges);
    }

    /// Characters in a range.
    ///
    /// @throws IllegalArgumentException if the range runs backwards
    public static CharacterSet of(int from, int to) {
        Check.argument(
                from <= to,
                "the range of characters from %d to %d runs backwards; swap its ends",
                from,
                to);
        return new CharacterSet(List.of(new Range(from, to))).and(ALL);
    }

    /// The characters of a text.
    public static CharacterSet of(String characters) {
        CharacterSet set = NONE;
        for (int character : characters.codePoints().toArray()) {
            set = set.or(of(character, character));
        }
        return set;
    }

    /// What is in one of the two.
    public CharacterSet or(CharacterSet other) {
        List<Range> all = new ArrayList<>(ranges);
        all.addAll(other.ranges);
        all.sort(Comparator.comparingInt(Range::from));
        List<Range> joined = new ArrayList<>();
        for (Range range : all) {
            if (!joined.isEmpty() && range.from <= joined.getLast().to + 1) {
                Range before = joined.removeLast();
                joined.add(new Range(before.from, Math.max(before.to, range.to)));
            } else {
                joined.add(range);
            }
        }
        return new CharacterSet(joined);
    }

    /// What is in both.
    public CharacterSet and(CharacterSet other) {
        List<Range> both = new ArrayList<>();
        for (Range a : ranges) {
            for (Range b : other.ranges) {
                if (Math.max(a.from, b.from) <= Math.min(a.to, b.to)) {
                    both.add(new Range(Math.max(a.from, b.from), Math.min(a.to, b.to)));
                }
            }
        }
        both.sort(Comparator.comparingInt(Range::from));
        return new CharacterSet(both);
    }

    /// All that is not in it.
    public CharacterSet not() {
        List<Range> gaps = new ArrayList<>();
        int from = 0;
        for (Range range : ranges) {
            if (range.from > from) {
                gaps.add(new Range(from, range.from - 1));
            }
            from = range.to + 1;
        }
        if (from <= 0x10FFFF) {
            gaps.add(new Range(from, 0x10FFFF));
        }
        return new CharacterSet(gaps).and(ALL);
    }

    /// What is in this and not in the other.
    public CharacterSet minus(CharacterSet other) {
        return and(other.not());
    }

    /// Whether it has no character.
    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /// The sequences of byte ranges that UTF-8 writes it with: a text of the set matches exactly
    /// one of them. Each is `[bytes][2]`, the first and last byte at each place.
    List<int[][]> utf8() {
        List<int[][]> sequences = new ArrayList<>();
        int[] longest = {0x7F, 0x7FF, 0xFFFF, 0x10FFFF}; // the last character of 1 to 4 bytes
        int first = 0;
        for (int bytes = 1; bytes <= longest.length; bytes++) {
            int last = longest[bytes - 1];
            for (Range range : ranges) {
                int from = Math.max(range.from, first);
                int to = Math.min(range.to, last);
                if (from <= to) {
                    split(from, to, bytes, sequences);
                }
            }
            first = last + 1;
        }
        return sequences;
    }

    /// Cuts a range of equally long characters where bytes after the first that differ do not run
    /// over all of their 64 values.
    private static void split(int from, int to, int bytes, List<int[][]> into) {
        for (int place = 1; place < bytes; place++) {
            int mask = (1 << 6 * place) - 1;
            if ((from & ~mask) != (to & ~mask)) {
                if ((from & mask) != 0) {
                    split(from, from | mask, bytes, into);
                    split((from | mask) + 1, to, bytes, into);
                    return;
                }
                if ((to & mask) != mask) {
                    split(from, (to & ~mask) - 1, bytes, into);
                    split(to & ~mask, to, bytes, into);
                    return;
                }
            }
        }
        int[][] sequence = new int[bytes][];
        for (int place = 0; place < bytes; place++) {
            sequence[place] = new int[] {octet(from, place, bytes), octet(to, place, bytes)};
        }
        into.add(sequence);
    }

    private static int octet(int character, int place, int bytes) {
        if (bytes == 1) {
            return character;
        }
        int bits = character >> 6 * (bytes - 1 - place);
        int lead = 0xF00 >> bytes & 0xFF; // 110..., 1110..., 11110...
        return place == 0 ? lead | bits : 0x80 | bits & 0x3F;
    }
}
