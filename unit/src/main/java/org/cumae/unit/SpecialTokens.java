package org.cumae.unit;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.OptionalInt;
import java.util.SequencedSet;
import java.util.SortedSet;
import java.util.TreeSet;

/// The ids that steer a model rather than stand for text.
///
/// @param begin put before a text
/// @param ends each of them ends a text or a turn; the first is the end of text proper
/// @param unknown stands for text that no other id covers
/// @param padding fills up short rows
/// @param all every special id, those above among them
public record SpecialTokens(
        OptionalInt begin,
        SequencedSet<Integer> ends,
        OptionalInt unknown,
        OptionalInt padding,
        SortedSet<Integer> all) {
    /// No special ids.
    public static final SpecialTokens NONE =
            new SpecialTokens(
                    OptionalInt.empty(),
                    new LinkedHashSet<>(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    new TreeSet<>());

    /// Copies the sets.
    public SpecialTokens {
        TreeSet<Integer> every = new TreeSet<>(all);
        begin.ifPresent(every::add);
        every.addAll(ends);
        unknown.ifPresent(every::add);
        padding.ifPresent(every::add);
        ends = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(ends));
        all = Collections.unmodifiableSortedSet(every);
    }

    /// Whether an id is special.
    public boolean contains(int id) {
        return all.contains(id);
    }

    /// The same with other ends.
    public SpecialTokens withEnds(SequencedSet<Integer> ends) {
        return new SpecialTokens(begin, ends, unknown, padding, all);
    }

    /// The same with another begin.
    public SpecialTokens withBegin(OptionalInt begin) {
        return new SpecialTokens(begin, ends, unknown, padding, all);
    }

    /// The same with another padding.
    public SpecialTokens withPadding(OptionalInt padding) {
        return new SpecialTokens(begin, ends, unknown, padding, all);
    }
}
