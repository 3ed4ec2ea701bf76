package org.cumae.grammar;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// The bytes of all ids, so that those with a common beginning are looked at once.
///
/// Nodes lie in the order in which a walk from the root meets them. Immutable.
public final class TokenTrie {
    private final int size;
    private final byte[] octets; // [nodes]
    private final int[] depths; // [nodes], from 1
    private final int[] skips; // [nodes], the node after all that begin with this one
    private final int[] firstIds; // [nodes + 1], where those begin that end here
    private final int[] ids; // in the order of their bytes
    private final int deepest;

    /// A trie of a vocabulary.
    ///
    /// @param size how many ids there are
    /// @param bytes what an id adds to a text; ids without a byte are never allowed
    public TokenTrie(int size, IntFunction<byte[]> bytes) {
        this.size = size;
        byte[][] all = new byte[size][];
        Arrays.setAll(all, bytes);
        List<Integer> sorted =
                IntStream.range(0, size)
                        .boxed()
                        .filter(id -> all[id].length > 0)
                        .sorted(
                                Comparator.<Integer, byte[]>comparing(
                                        id -> all[id], Arrays::compareUnsigned))
                        .toList();
        int most = sorted.stream().mapToInt(id -> all[id].length).sum();
        byte[] octet = new byte[most];
        int[] depth = new int[most];
        int[] first = new int[most + 1];
        this.ids = sorted.stream().mapToInt(Integer::intValue).toArray();
        int nodes = 0;
        byte[] before = {};
        for (int i = 0; i < ids.length; i++) {
            byte[] token = all[ids[i]];
            int shared = Arrays.mismatch(before, token);
            for (int at = shared < 0 ? token.length : shared; at < token.length; at++) {
                octet[nodes] = token[at];
                depth[nodes] = at + 1;
                first[nodes++] = i;
            }
            before = token;
        }
        first[nodes] = ids.length;
        this.octets = Arrays.copyOf(octet, nodes);
        this.depths = Arrays.copyOf(depth, nodes);
        this.firstIds = Arrays.copyOf(first, nodes + 1);
        this.skips = skips(depths);
        this.deepest = Arrays.stream(depths).max().orElse(0);
    }

    private static int[] skips(int[] depths) {
        int[] skips = new int[depths.length];
        for (int node = depths.length - 1; node >= 0; node--) {
            int next = node + 1;
            while (next < depths.length && depths[next] > depths[node]) {
                next = skips[next];
            }
            skips[node] = next;
        }
        return skips;
    }

    /// How many ids there are.
    public int size() {
        return size;
    }

    /// The ids whose bytes go on from a position.
    BitSet continuing(Automaton.Position from) {
        BitSet found = new BitSet(size);
        Automaton.Position[] path = new Automaton.Position[deepest + 1];
        path[0] = from;
        int node = 0;
        while (node < octets.length) {
            Automaton.Position reached = path[depths[node] - 1].after(octets[node] & 0xFF);
            if (reached.isLost()) {
                node = skips[node];
                continue;
            }
            path[depths[node]] = reached;
            for (int i = firstIds[node]; i < firstIds[node + 1]; i++) {
                found.set(ids[i]);
            }
            node++;
        }
        return found;
    }
}
