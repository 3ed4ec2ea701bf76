package org.cumae.text;

import org.cumae.distribution.Constraint;
import org.cumae.grammar.Grammar;
import org.cumae.grammar.GrammarConstraint;
import org.cumae.grammar.TokenTrie;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/// The grammars that one vocabulary was held to lately, ready to be used again: a service asks for
/// the same few schemas all day. Safe for any thread.
final class Grammars {
    private static final int KEPT = 16; // each up to some 20 MB

    private final int vocabulary;
    private final IntFunction<byte[]> bytes;
    private final Map<Key, GrammarConstraint> known = new LinkedHashMap<>(16, 0.75f, true);
    private @Nullable TokenTrie trie; // made when first asked for

    private record Key(Grammar grammar, Set<Integer> ends) {}

    /// Grammars over a vocabulary.
    ///
    /// @param vocabulary how many ids there are
    /// @param bytes what an id adds to a text
    Grammars(int vocabulary, IntFunction<byte[]> bytes) {
        this.vocabulary = vocabulary;
        this.bytes = bytes;
    }

    /// What holds a text to a grammar.
    ///
    /// @param ends ids that may end it where it is whole
    Constraint constraint(Grammar grammar, Set<Integer> ends) {
        Key key = new Key(grammar, ends);
        synchronized (known) {
            GrammarConstraint found = known.get(key);
            if (found != null) {
                return found;
            }
        }
        // Made outside the lock: a large one shall hold up nobody else.
        GrammarConstraint made = new GrammarConstraint(grammar, trie(), bytes, ends);
        synchronized (known) {
            known.put(key, made);
            if (known.size() > KEPT) {
                known.remove(known.keySet().iterator().next());
            }
        }
        return made;
    }

    private TokenTrie trie() {
        synchronized (known) {
            TokenTrie made = trie;
            if (made == null) {
                made = new TokenTrie(vocabulary, bytes);
                trie = made;
            }
            return made;
        }
    }
}
