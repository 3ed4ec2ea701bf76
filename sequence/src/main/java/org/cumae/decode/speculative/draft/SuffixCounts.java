package org.cumae.decode.speculative.draft;

import org.cumae.Check;
import org.cumae.model.Tokens;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// How often every short run of tokens occurred in the texts read: a tree of all runs of up to
/// [#order] tokens, with counts.
///
/// Reading a token costs as many steps as the order. Safe for any thread, so that requests can
/// learn from each other; what one wrote then shows in the drafts of others, and in their timing,
/// but never in what they write.
public final class SuffixCounts implements Continuations<SuffixCounts.Place> {
    /// The longest runs that can be counted.
    public static final int MOST_ORDER = 64;

    private static final int ROOT = 0;

    private final int order;
    private int size = 1; // nodes
    private int[] tokens = new int[256]; // [node]
    private int[] parents = new int[256];
    private int[] counts = new int[256];
    private int[] firstChild = new int[256]; // 0 for none: the root is nobody's child
    private int[] nextSibling = new int[256];
    private int[] table = new int[512]; // nodes by (parent, token), 0 where free

    /// Nothing was read yet.
    ///
    /// @param order the longest runs that are counted; a token is guessed from one fewer
    /// @throws IllegalArgumentException if it is below 2 or above [#MOST_ORDER]
    public SuffixCounts(int order) {
        Check.argument(
                order >= 2 && order <= MOST_ORDER,
                "order is %d; it must lie in [2, %d]",
                order,
                MOST_ORDER);
        this.order = order;
    }

    /// The counts of texts.
    ///
    /// @param order the longest runs that are counted
    /// @param texts each by itself: no run goes from one to the next
    public static SuffixCounts of(int order, List<Tokens> texts) {
        SuffixCounts counts = new SuffixCounts(order);
        for (Tokens text : texts) {
            Place place = counts.begin();
            for (int i = 0; i < text.size(); i++) {
                place = counts.learn(place, text.get(i));
            }
        }
        return counts;
    }

    /// The longest runs that are counted.
    public int order() {
        return order;
    }

    /// How many different runs were seen.
    public synchronized int runs() {
        return size - 1;
    }

    /// Where a text stands: for each length the node of the run that ends here, as far as known.
    ///
    /// @param nodes `[lengths]`, from the empty run on
    public record Place(List<Integer> nodes) {
        /// Copies the list.
        public Place {
            nodes = List.copyOf(nodes);
        }
    }

    /// Before the first token of a text.
    public Place begin() {
        return new Place(List.of(ROOT));
    }

    /// Counts one token more.
    ///
    /// @param place where the text stands
    /// @param token what comes next
    /// @return where it stands then
    public synchronized Place learn(Place place, int token) {
        List<Integer> nodes = new ArrayList<>();
        nodes.add(ROOT);
        for (int node : place.nodes().subList(0, Math.min(order, place.nodes().size()))) {
            int child = child(node, token);
            child = child == ROOT ? add(node, token) : child;
            counts[child]++;
            nodes.add(child);
        }
        return new Place(nodes);
    }

    @Override
    public synchronized Place after(Place place, int token) {
        List<Integer> nodes = new ArrayList<>();
        nodes.add(ROOT);
        for (int node : place.nodes().subList(0, Math.min(order, place.nodes().size()))) {
            int child = child(node, token);
            if (child == ROOT) {
                break; // a longer run is unknown where a shorter one is
            }
            nodes.add(child);
        }
        return new Place(nodes);
    }

    /// The tokens after the longest run that was seen to go on; their shares of what followed it.
    /// The empty run does not count.
    @Override
    public synchronized List<Guess> next(Place place, int most) {
        for (int length = place.nodes().size() - 1; length > 0; length--) {
            int node = place.nodes().get(length);
            if (firstChild[node] != ROOT) {
                return children(node, most);
            }
        }
        return List.of();
    }

    private List<Guess> children(int node, int most) {
        double total = 0;
        List<Integer> children = new ArrayList<>();
        for (int child = firstChild[node]; child != ROOT; child = nextSibling[child]) {
            total += counts[child];
            children.add(child);
        }
        double all = total;
        Comparator<Integer> order = Comparator.comparingInt(child -> -counts[child]);
        if (most == 1) { // of equals the one that was first seen last
            children = List.of(Collections.min(children, order));
        } else {
            children.sort(order);
        }
        return children.stream()
                .limit(most)
                .map(child -> new Guess(tokens[child], counts[child] / all))
                .toList();
    }

    private int child(int parent, int token) {
        int mask = table.length - 1;
        for (int slot = slot(parent, token) & mask; ; slot = (slot + 1) & mask) {
            int node = table[slot];
            if (node == ROOT || (parents[node] == parent && tokens[node] == token)) {
                return node;
            }
        }
    }

    private int add(int parent, int token) {
        if (size == tokens.length) {
            grow();
        }
        int node = size++;
        tokens[node] = token;
        parents[node] = parent;
        nextSibling[node] = firstChild[parent];
        firstChild[parent] = node;
        enter(node);
        return node;
    }

    private void enter(int node) {
        int mask = table.length - 1;
        int slot = slot(parents[node], tokens[node]) & mask;
        while (table[slot] != ROOT) {
            slot = (slot + 1) & mask;
        }
        table[slot] = node;
    }

    private void grow() {
        int longer = Math.multiplyExact(2, size);
        tokens = Arrays.copyOf(tokens, longer);
        parents = Arrays.copyOf(parents, longer);
        counts = Arrays.copyOf(counts, longer);
        firstChild = Arrays.copyOf(firstChild, longer);
        nextSibling = Arrays.copyOf(nextSibling, longer);
        table = new int[2 * longer];
        IntStream.range(1, size).forEach(this::enter);
    }

    private static int slot(int parent, int token) {
        long mixed = (parent * 0x9E3779B97F4A7C15L) ^ (token * 0xD1342543DE82EF95L);
        return (int) ((mixed ^ (mixed >>> 29)) * 0xBF58476D1CE4E5B9L >>> 33);
    }
}
