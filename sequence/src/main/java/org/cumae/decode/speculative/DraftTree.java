package org.cumae.decode.speculative;

import org.cumae.Check;
import org.cumae.distribution.Categorical;
import org.cumae.model.Tokens;
import org.cumae.model.Visibility;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Drafted tokens that share their beginnings: what may follow the last written token, the root.
/// Immutable.
///
/// Nodes are `[0, size)`, parents before children; [#ROOT] is the written token, which is no node.
/// Equal continuations of one node are one node. How often and in which order they were drawn is
/// kept beside it, because laws that compare candidates one after the other go by the draws.
public final class DraftTree {
    /// Stands for the last written token.
    public static final int ROOT = -1;

    /// Nothing was proposed.
    public static final DraftTree EMPTY = grow(Manner.CHOSEN).build();

    private final Manner manner;
    private final List<Integer> tokens;
    private final List<Integer> parents;
    private final List<Integer> depths;
    private final List<List<Integer>> draws; // [1 + node], children in the order drawn
    private final List<Optional<Categorical>> laws; // [1 + node]

    private DraftTree(Builder from) {
        this.manner = from.manner;
        this.tokens = List.copyOf(from.tokens);
        this.parents = List.copyOf(from.parents);
        this.depths = List.copyOf(from.depths);
        this.draws = from.draws.stream().map(List::copyOf).toList();
        this.laws = from.laws.stream().map(Optional::ofNullable).toList();
    }

    /// A tree to be grown.
    ///
    /// @param manner how its tokens come about
    public static Builder grow(Manner manner) {
        return new Builder(manner);
    }

    /// A single chain of tokens that were chosen without chance.
    public static DraftTree chain(int... tokens) {
        Builder tree = grow(Manner.CHOSEN);
        int node = ROOT;
        for (int token : tokens) {
            node = tree.add(node, token);
        }
        return tree.build();
    }

    /// How its tokens came about.
    public Manner manner() {
        return manner;
    }

    /// How many nodes it has.
    public int size() {
        return tokens.size();
    }

    /// Whether nothing was proposed.
    public boolean isEmpty() {
        return tokens.isEmpty();
    }

    /// Whether no node has two children.
    public boolean isChain() {
        return IntStream.range(0, size()).allMatch(node -> parent(node) == node - 1);
    }

    /// How deep the deepest node lies; 0 for an empty tree.
    public int depth() {
        return depths.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /// The token of a node.
    public int token(int node) {
        return tokens.get(node);
    }

    /// The node that a node follows, or [#ROOT].
    public int parent(int node) {
        return parents.get(node);
    }

    /// How many tokens lead from the root to a node, its own counted; 0 for the root.
    public int depth(int node) {
        return node == ROOT ? 0 : depths.get(node);
    }

    /// The children of a node or the root in the order drawn, repeated as drawn.
    public List<Integer> draws(int node) {
        return draws.get(1 + node);
    }

    /// The law that the children of a node or the root were drawn from; empty where no chance was
    /// in it.
    public Optional<Categorical> law(int node) {
        return laws.get(1 + node);
    }

    /// The child that carries a token, if there is one.
    public OptionalInt child(int node, int token) {
        return draws(node).stream()
                .mapToInt(Integer::intValue)
                .filter(child -> token(child) == token)
                .findFirst();
    }

    /// The nodes from below the root to a node, itself included.
    public List<Integer> path(int node) {
        List<Integer> path = new ArrayList<>();
        for (int each = node; each != ROOT; each = parent(each)) {
            path.addFirst(each);
        }
        return path;
    }

    /// The tokens from below the root to a node, its own included.
    public Tokens line(int node) {
        return Tokens.of(path(node).stream().mapToInt(this::token).toArray());
    }

    /// All tokens, `[size]`.
    public Tokens tokens() {
        return Tokens.of(tokens.stream().mapToInt(Integer::intValue).toArray());
    }

    /// Who sees whom when the root and then all nodes are fed: each its ancestors and itself.
    ///
    /// @return a rule for `[1 + size]` rows
    public Visibility visibility() {
        return isChain()
                ? Visibility.CAUSAL
                : new Visibility.Tree(
                        IntStream.concat(
                                        IntStream.of(-1),
                                        parents.stream().mapToInt(parent -> parent + 1))
                                .boxed()
                                .toList());
    }

    /// Where the root and the nodes stand.
    ///
    /// @param root the root's position
    /// @return `[1 + size]`
    public Tokens positions(int root) {
        return Tokens.of(IntStream.range(ROOT, size()).map(node -> root + depth(node)).toArray());
    }

    @Override
    public String toString() {
        return "%d drafted tokens, %d deep, %s".formatted(size(), depth(), manner.words());
    }

    /// A tree that is being grown. Used by one thread.
    public static final class Builder {
        private final Manner manner;
        private final List<Integer> tokens = new ArrayList<>();
        private final List<Integer> parents = new ArrayList<>();
        private final List<Integer> depths = new ArrayList<>();
        private final List<List<Integer>> draws = new ArrayList<>();
        private final List<@Nullable Categorical> laws = new ArrayList<>();

        private Builder(Manner manner) {
            this.manner = manner;
            draws.add(new ArrayList<>());
            laws.add(null);
        }

        /// Says what the children of a node or the root are drawn from.
        public void law(int node, Categorical law) {
            laws.set(1 + node, law);
        }

        /// One more draw: a child with that token, a new one unless there is one.
        ///
        /// @param parent a node that was added before, or [DraftTree#ROOT]
        /// @param token what was drawn
        /// @return the child
        /// @throws IllegalArgumentException if the token was drawn before where none can repeat, or
        ///   the law of the parent's children gives it no chance
        public int add(int parent, int token) {
            Categorical law = laws.get(1 + parent);
            Check.argument(
                    law == null || law.probability(token) > 0,
                    "token %d was drafted and the draft's law gives it no chance; a draft comes from"
                            + " the law that it names",
                    token);
            int child = child(parent, token);
            boolean known = child != ROOT;
            Check.argument(
                    !known || manner != Manner.DISTINCT,
                    "token %d was drafted twice in a draft without repetition",
                    token);
            if (!known) {
                child = tokens.size();
                tokens.add(token);
                parents.add(parent);
                depths.add(depth(parent) + 1);
                draws.add(new ArrayList<>());
                laws.add(null);
            }
            if (!known || manner == Manner.SAMPLED) {
                draws.get(1 + parent).add(child);
            }
            return child;
        }

        private int child(int parent, int token) {
            for (int child : draws.get(1 + parent)) {
                if (tokens.get(child) == token) {
                    return child;
                }
            }
            return ROOT;
        }

        /// How many nodes there are.
        public int size() {
            return tokens.size();
        }

        /// How many tokens lead from the root to a node.
        public int depth(int node) {
            return node == ROOT ? 0 : depths.get(node);
        }

        /// The tree as it is now.
        public DraftTree build() {
            return new DraftTree(this);
        }
    }
}
