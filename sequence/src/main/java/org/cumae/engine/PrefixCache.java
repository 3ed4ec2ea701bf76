package org.cumae.engine;

import org.cumae.model.State;
import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;

/// Rows that requests have in common, so that each is fed once: a radix tree over token ids.
///
/// What lies at a node holds the rows of the ids on the way to it: the state of a request that has
/// ended, which the cache owns, or the slot of one that runs, which it does not. Where the model
/// can cut anywhere, whatever lies below a point serves the point too; then a state is kept only if
/// no longer one goes through it. Kept states are given up in the order in which they were last of
/// use.
///
/// Paths share nothing across salts. The engine's thread only.
final class PrefixCache {
    /// Fewer rows are fed as fast as they are copied.
    static final int LEAST = 16;

    private final boolean cuts;
    private final Memory memory;
    private final Map<String, Node> roots = new HashMap<>();
    private final LinkedHashSet<Node> kept = new LinkedHashSet<>(); // least recently used first
    private final Map<Slot, Node> running = new HashMap<>();
    private long bytes;

    /// @param cuts whether the model's states can be cut anywhere
    /// @param memory where the bytes are accounted for
    PrefixCache(boolean cuts, Memory memory) {
        this.cuts = cuts;
        this.memory = memory;
    }

    /// How many rows of a line are there; they will stay for a while.
    ///
    /// @param ids the line
    /// @param most how many of them may be taken over
    int held(String salt, int[] ids, int most) {
        Optional<Found> found = find(salt, ids, most);
        found.ifPresent(source -> use(source.node));
        return found.map(Found::rows).orElse(0);
    }

    /// A copy of the longest beginning of a line that is there. The caller owns it.
    Optional<State> take(String salt, int[] ids, int most) {
        Optional<Found> found = find(salt, ids, most);
        return found.map(
                source -> {
                    use(source.node);
                    return source.node.source().fork(source.rows);
                });
    }

    private void use(Node node) {
        if (kept.remove(node)) {
            kept.add(node);
        }
    }

    private record Found(Node node, int rows) {}

    private Optional<Found> find(String salt, int[] ids, int most) {
        Node node = roots.get(salt);
        if (node == null || most < LEAST) {
            return Optional.empty();
        }
        int rows = 0;
        Found exact = null;
        while (true) {
            if (node.isSource() && node.depth == rows) {
                exact = new Found(node, rows);
            }
            Node child = rows < most ? node.children.get(ids[rows]) : null;
            if (child == null) {
                break;
            }
            int common = common(child.edge, ids, rows, most);
            rows += common;
            node = child;
            if (common < child.edge.length) {
                break;
            }
        }
        if (!cuts) {
            return Optional.ofNullable(exact).filter(found -> found.rows >= LEAST);
        }
        int matched = rows;
        Node source = rows < LEAST ? null : node.anySource();
        return Optional.ofNullable(source).map(any -> new Found(any, matched));
    }

    private static int common(int[] edge, int[] ids, int from, int most) {
        int length = Math.min(edge.length, most - from);
        int differs = Arrays.mismatch(edge, 0, length, ids, from, from + length);
        return differs < 0 ? length : differs;
    }

    /// A running slot holds these rows, until [#forget].
    void lend(String salt, int[] ids, Slot slot) {
        if (!cuts || ids.length < LEAST || running.containsKey(slot)) {
            return;
        }
        Node node = insert(salt, ids);
        if (!node.isSource()) {
            node.slot = slot;
            running.put(slot, node);
        }
    }

    /// A slot holds its rows no longer, or not for long.
    void forget(Slot slot) {
        Node node = running.remove(slot);
        if (node != null) {
            node.slot = null;
            prune(node);
        }
    }

    /// A slot keeps only its first rows.
    void cut(Slot slot, int length) {
        Node node = running.get(slot);
        if (node != null && node.depth > length) {
            forget(slot);
        }
    }

    /// Takes over the state of a request that has ended.
    ///
    /// @param ids of its rows, as many as it holds
    void give(String salt, int[] ids, State state) {
        if (ids.length < LEAST) {
            state.close();
            return;
        }
        Node node = insert(salt, ids);
        if (node.state != null || (cuts && node.hasKeptBelow())) {
            state.close();
            use(node);
            prune(node);
            return;
        }
        if (node.slot != null) {
            running.remove(node.slot);
            node.slot = null;
        }
        node.state = state;
        node.bytes = state.bytes() + 4L * ids.length;
        bytes += node.bytes;
        memory.add(node.bytes);
        kept.add(node);
        if (cuts) {
            dropAbove(node);
        }
    }

    /// What is a beginning of another state's rows serves nobody that the other does not.
    private void dropAbove(Node longer) {
        for (Node node = longer.parent; node != null; ) {
            Node above = node.parent; // dropping may merge nodes
            if (node.state != null) {
                drop(node);
            }
            node = above;
        }
    }

    /// Gives up what was used longest ago.
    ///
    /// @return whether there was anything
    boolean evict() {
        if (kept.isEmpty()) {
            return false;
        }
        drop(kept.getFirst());
        return true;
    }

    private void drop(Node node) {
        kept.remove(node);
        bytes -= node.bytes;
        memory.add(-node.bytes);
        State state = node.state;
        node.state = null;
        prune(node);
        if (state != null) {
            state.close();
        }
    }

    /// How many bytes the kept states own.
    long bytes() {
        return bytes;
    }

    int size() {
        return kept.size();
    }

    /// Gives everything up.
    void clear() {
        while (evict()) {}
        running.clear();
        roots.clear();
    }

    private Node insert(String salt, int[] ids) {
        Node node = roots.computeIfAbsent(salt, key -> new Node(null, key, new int[0]));
        int rows = 0;
        while (rows < ids.length) {
            Node child = node.children.get(ids[rows]);
            if (child == null) {
                Node leaf = new Node(node, salt, Arrays.copyOfRange(ids, rows, ids.length));
                node.children.put(ids[rows], leaf);
                return leaf;
            }
            int common = common(child.edge, ids, rows, ids.length);
            rows += common;
            node = common < child.edge.length ? split(child, common) : child;
        }
        return node;
    }

    /// Puts a node into the edge above another one.
    private static Node split(Node child, int length) {
        Node parent = child.above();
        Node middle = new Node(parent, child.salt, Arrays.copyOf(child.edge, length));
        parent.children.put(middle.edge[0], middle);
        child.edge = Arrays.copyOfRange(child.edge, length, child.edge.length);
        child.parent = middle;
        middle.children.put(child.edge[0], child);
        return middle;
    }

    /// Removes nodes that lead nowhere, and joins edges between which nothing branches.
    private void prune(Node from) {
        Node node = from;
        while (node.parent != null && !node.isSource() && node.children.size() < 2) {
            Node parent = node.above();
            if (node.children.isEmpty()) {
                parent.children.remove(node.edge[0]);
            } else {
                Node only = node.children.values().iterator().next();
                int[] joined = Arrays.copyOf(node.edge, node.edge.length + only.edge.length);
                System.arraycopy(only.edge, 0, joined, node.edge.length, only.edge.length);
                only.edge = joined;
                only.parent = parent;
                parent.children.put(joined[0], only);
            }
            node = parent;
        }
        if (node.parent == null && node.children.isEmpty()) {
            roots.remove(node.salt);
        }
    }

    /// The ids from the root to a node are one beginning that somebody holds, or that several
    /// share.
    private static final class Node {
        final String salt;
        final int depth; // ids from the root
        final Map<Integer, Node> children = new HashMap<>(2);
        @Nullable Node parent;
        int[] edge; // ids after the parent
        @Nullable State state;
        @Nullable Slot slot;
        long bytes;

        Node(@Nullable Node parent, String salt, int[] edge) {
            this.parent = parent;
            this.salt = salt;
            this.edge = edge;
            this.depth = (parent == null ? 0 : parent.depth) + edge.length;
        }

        Node above() {
            if (parent == null) {
                throw new IllegalStateException("the root has nothing above it");
            }
            return parent;
        }

        boolean isSource() {
            return state != null || slot != null;
        }

        /// The rows that lie here; perhaps more than belong to the path.
        State source() {
            if (state != null) {
                return state;
            }
            if (slot == null) {
                throw new IllegalStateException("nothing lies here");
            }
            return slot.state();
        }

        /// This node or any below it at which something lies; leaves always have something.
        @Nullable Node anySource() {
            Node node = this;
            while (!node.isSource()) {
                if (node.children.isEmpty()) {
                    return null;
                }
                node = node.children.values().iterator().next();
            }
            return node;
        }

        boolean hasKeptBelow() {
            Deque<Node> open = new ArrayDeque<>(children.values());
            while (!open.isEmpty()) {
                Node node = open.pop();
                if (node.state != null) {
                    return true;
                }
                open.addAll(node.children.values());
            }
            return false;
        }
    }
}
