package org.cumae.grammar;

import org.cumae.Check;
import org.cumae.distribution.Constraint;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/// Holds what is written to a grammar, whatever the ids are that its bytes are cut into.
///
/// The ids that may come next are found by walking the grammar and the vocabulary's trie together,
/// and kept for positions that come again, as the inside of a string does. Safe for any thread;
/// requests may share one.
public final class GrammarConstraint implements Constraint {
    private static final long MASK_BYTES = 8L << 20; // kept

    private final Automaton automaton;
    private final TokenTrie trie;
    private final IntFunction<byte[]> bytes;
    private final Set<Integer> ends;
    private final Map<Automaton.Position, BitSet> masks;

    /// A constraint.
    ///
    /// @param grammar what a whole text looks like
    /// @param trie the vocabulary
    /// @param bytes what an id adds to a text, as the trie was made from
    /// @param ends ids that may come where the text may end
    /// @throws IllegalArgumentException if the grammar is too large, a rule is its own first part,
    ///   or no token begins a text of it
    public GrammarConstraint(
            Grammar grammar, TokenTrie trie, IntFunction<byte[]> bytes, Set<Integer> ends) {
        this.automaton = new Automaton(grammar);
        this.trie = trie;
        this.bytes = bytes;
        this.ends = Set.copyOf(ends);
        int most = Math.clamp(MASK_BYTES / (trie.size() / 8 + 64), 16, 65_536);
        this.masks =
                new LinkedHashMap<>(16, 0.75f, true) {
                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Automaton.Position, BitSet> one) {
                        return size() > most;
                    }
                };
        begin().next(); // says so now if nothing can begin
    }

    @Override
    public Place begin() {
        return new At(automaton.begin());
    }

    /// Whether a text is one of the grammar.
    public boolean accepts(String text) {
        Automaton.Position position = automaton.begin();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            position = position.after(octet & 0xFF);
        }
        return position.isWhole();
    }

    private BitSet mask(Automaton.Position position) {
        synchronized (masks) {
            BitSet known = masks.get(position);
            if (known != null) {
                return known;
            }
        }
        BitSet mask = trie.continuing(position);
        if (position.isWhole()) {
            ends.forEach(mask::set);
        }
        Check.argument(
                !mask.isEmpty() || position.isWhole(),
                "the grammar asks for bytes next that no token of this model's vocabulary writes;"
                        + " take a model whose vocabulary has every byte");
        synchronized (masks) {
            masks.put(position, mask);
        }
        return mask;
    }

    /// Where a line stands.
    private final class At implements Place {
        private final Automaton.Position position;

        At(Automaton.Position position) {
            this.position = position;
        }

        @Override
        public BitSet next() {
            return mask(position);
        }

        @Override
        public Place after(int id) {
            Automaton.Position reached = position;
            byte[] added = ends.contains(id) ? new byte[0] : bytes.apply(id);
            for (byte octet : added) {
                reached = reached.after(octet & 0xFF);
            }
            return added.length == 0 || reached.isLost() ? Nowhere.NOWHERE : new At(reached);
        }

        @Override
        public boolean isComplete() {
            return position.isWhole() && !position.goesOn();
        }
    }

    /// After an id that was not allowed, or one that ended the text.
    private enum Nowhere implements Place {
        NOWHERE;

        private static final BitSet NOTHING = new BitSet();

        @Override
        public BitSet next() {
            return NOTHING;
        }

        @Override
        public Place after(int id) {
            return this;
        }

        @Override
        public boolean isComplete() {
            return false;
        }
    }
}
